import { describe, expect, it } from "vitest";
import { evaluate } from "../../../terraform/expressions/evaluate";
import { parseTerraform } from "../../../terraform/expressions/parse";
import type { Value } from "../../../terraform/values";

const bucket: Value = {
  id: "lake",
  tags: ["a", "b"],
  rule: { days: 7 },
  list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};

/** The value of an expression that may name `aws_s3_bucket.lake` and `local.text`. */
function value(expression: string, asked: (readonly string[])[] = []): Value {
  return evaluate(parseTerraform(expression), {
    folder: ".",
    lookup: (names) => {
      asked.push(names);
      const [first, second] = names;
      if (first === "aws_s3_bucket" && second === "lake") return { value: bucket, used: 2 };
      if (first === "local" && second === "text") return { value: "${name}-${1 + 1}", used: 2 };
      throw new Error(`there is no ${names.join(".")}`);
    },
  });
}

describe("a reference", () => {
  it("is looked up by all of its names, with those of its indices", () => {
    const asked: (readonly string[])[] = [];
    expect(value('aws_s3_bucket.lake["tags"][1 - 1]', asked)).toBe("a");
    expect(asked).toEqual([["aws_s3_bucket", "lake", "tags", "0"]]);
  });

  it("reaches each element of a list, and each name of an object", () => {
    expect(value("aws_s3_bucket.lake.list[10]")).toBe(10);
    expect(value("aws_s3_bucket.lake.rule.days")).toBe(7);
    expect(value("aws_s3_bucket.lake.tags.1")).toBe("b");
  });

  it("takes a nested block for a list of one, as Terraform does", () => {
    expect(value("aws_s3_bucket.lake.rule[0].days")).toBe(7);
    expect(() => value("aws_s3_bucket.lake.rule[1].days")).toThrow('there is no "1"');
    expect(() => value("aws_s3_bucket.lake.id[0]")).toThrow('there is no "0"');
  });

  it("reaches what a splat finds in each of its elements", () => {
    expect(value("[aws_s3_bucket.lake][*].id")).toEqual(["lake"]);
    expect(value('[aws_s3_bucket.lake][*]["tags"][1]')).toEqual(["b"]);
    expect(value("aws_s3_bucket.lake[*].rule.days")).toEqual([7]);
  });

  it.each([
    ["aws_s3_bucket.lake.tags[2]", "there is no element 2"],
    ["aws_s3_bucket.lake.tags.x1", "there is no element x1"],
    ['aws_s3_bucket.lake.tags["1x"]', "there is no element 1x"],
    ["aws_s3_bucket.lake.name", 'there is no "name"'],
    ["aws_s3_bucket.lake.toString", 'there is no "toString"'],
    ["aws_s3_bucket.other", "there is no aws_s3_bucket.other"],
    ["{ for v in aws_s3_bucket.lake.tags : 1 => v }", 'the key "1" comes twice'],
    ["max(aws_s3_bucket.lake.id...)", "only a list can be expanded with ..."],
    ["can()", "the function can takes 1 argument"],
    ["upper()", "the function upper takes 1 arguments"],
    ["1 / 0", "division by zero"],
  ])("to what is not there, or a mistake around it, is refused by its name: %s", (expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });
});

describe("templatestring", () => {
  it("takes a template by its name, and the names that it may use", () => {
    expect(value('templatestring(local.text, { name = "a" })')).toBe("a-2");
  });

  it.each([
    "templatestring(local.text)",
    'templatestring(local.text, "a")',
    "templatestring(local.text, {}, {})",
  ])("is refused without an object of names: %s", (expression) => {
    expect(() => value(expression)).toThrow(
      "the function templatestring takes a template and an object of names",
    );
  });
});

import { App, Fn, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import { defaultName, literal, namePrefix, setNames, underscored } from "../../constructs/core/names";
import { Problems, problemsOf } from "../../constructs/core/problems";

const stack = () => new TerraformStack(new App({ outdir: "cdktf.out" }), "shop");

describe("names", () => {
  test("start with the stack's id, or with project and environment of the nearest scope that has them", () => {
    const part = new Construct(stack(), "part");
    expect(namePrefix(part)).toBe("shop");
    expect(defaultName(part)).toBe("shop-part");
    const named = stack();
    setNames(named, { project: "views", environment: "prod" });
    const inner = new Construct(named, "inner");
    setNames(inner, { project: "clicks", environment: "dev" });
    expect(defaultName(new Construct(inner, "innermost"))).toBe("clicks-dev-innermost");
    expect(namePrefix(named)).toBe("views-prod");
  });

  test("can't be set when something below has taken another already", () => {
    const shop = stack();
    new Construct(shop, "part");
    expect(() => setNames(shop, { project: "views", environment: "prod" })).toThrow(
      "shop: setNames comes after part: call it before anything is added, the provider included",
    );
  });

  test("of an app are checked where its first stack takes one, with what else is wrong there", () => {
    const app = new App({ outdir: "cdktf.out" });
    setNames(app, { project: "Shop", environment: "dev" });
    for (const id of ["one", "two"]) {
      const part = new Construct(new TerraformStack(app, id), "part");
      defaultName(part);
      Problems.check(part, (problems) => problems.add("size", 3, "must be 4"));
    }
    const found = problemsOf(app).filter((problem) => !problem.includes("provider"));
    expect(found).toEqual([
      'one: project is "Shop": must be lower-case letters, digits and hyphens, none of them at an end',
      "one/part: size is 3: must be 4",
      "two/part: size is 3: must be 4",
    ]);
  });

  test("have underscores where hyphens are not allowed", () => {
    expect(underscored("My-page-views")).toBe("my_page_views");
  });
});

describe("text for others", () => {
  test.each([
    ["${a} and ${b}", "$${a} and $${b}"],
    ["%{if}", "%%{if}"],
    ["$ % { } $a", "$ % { } $a"],
  ])("%s keeps its templates from Terraform", (text, escaped) => {
    expect(literal(text)).toBe(escaped);
  });
});

describe("problems", () => {
  const size = { minimum: 4, maximum: 5, unit: "bytes" };
  const found = (check: (problems: Problems) => void) => {
    const shop = stack();
    Problems.check(shop, check);
    return problemsOf(shop);
  };

  test("are told together, one line each, by the construct's path", () => {
    const problems = found((all) => {
      all.integer("size", 3, size);
      all.at("inner").at("most").name("name", "x", /y/, "y");
    });
    expect(problems).toEqual([
      "shop: size is 3: must be a whole number of bytes from 4 to 5",
      'shop: inner.most.name is "x": must be y',
    ]);
  });

  test("show what is not a number at all", () => {
    const check = (value: unknown) => found((problems) => problems.integer("size", value as number, size));
    expect(check(null)).toEqual(["shop: size is null: must be a whole number of bytes from 4 to 5"]);
    expect(check({ of: 4 })).toEqual(['shop: size is {"of":4}: must be a whole number of bytes from 4 to 5']);
    expect(check(stack())).toEqual(["shop: size is shop: must be a whole number of bytes from 4 to 5"]);
  });

  test("are none where all holds, where nothing is given, and where only Terraform knows", () => {
    const problems = found((all) => {
      for (const value of [4, 5, undefined, Fn.tonumber("9")]) all.integer("size", value, size);
      for (const name of ["y", undefined, Fn.lower("X")]) all.name("name", name, /y/, "y");
      all.exclusive("one", 1, "two", undefined);
      all.exclusive("one", undefined, "two", 2);
    });
    expect(problems).toEqual([]);
  });
});

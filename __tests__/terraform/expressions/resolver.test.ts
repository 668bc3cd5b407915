import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StackError, UnresolvedError } from "../../../terraform/errors";
import { Reference } from "../../../terraform/expressions/reference";
import { Resolver } from "../../../terraform/expressions/resolver";
import { documentOfFiles } from "../../../terraform/inputs/configuration";
import { temporaryFolder } from "../../support/folders";

type Json = Readonly<Record<string, unknown>>;

const folder = temporaryFolder();

/** What resolves the expressions of a stack, and its document. */
function read(json: Json) {
  const document = documentOfFiles([{ file: join(folder, "main.tf.json"), json }]);
  return { document, resolver: new Resolver(document, { region: "eu-west-1", accountId: "000000000000" }) };
}

/** An expression's value in a stack. */
const value = (expression: unknown, json: Json = {}) => read(json).resolver.value(expression, "it");

const stream = (body: Json, data: Json = {}) => ({
  resource: { aws_kinesis_stream: { s: body } },
  data: { aws_kinesis_stream: data },
});

describe("a value", () => {
  it("is resolved at every depth, and is itself where it is no template", () => {
    const raw = { a: ["${1 + 1}", 3, { b: "%{ if true }x%{ endif }" }], c: null, d: true, e: "$5 {" };
    expect(value(raw)).toEqual({ a: [2, 3, { b: "x" }], c: null, d: true, e: "$5 {" });
  });

  it("that can't be resolved is told with its place and its expression", () => {
    expect(() => value({ a: ["x", "${b.c}"] })).toThrow("it.a[1]: can't resolve ${b.c}: there is no b.c");
    expect(() => value("${b.c}")).toThrow(UnresolvedError);
  });

  it("has the names that it is given", () => {
    expect(read({}).resolver.value("${rule.value}", "it", { rule: { value: 5 } })).toBe(5);
  });
});

describe("a reference of a plan", () => {
  const json = stream({ name: "s" });

  it("is the attribute of the other resource", () => {
    expect(value(new Reference("aws_kinesis_stream.s", "name"), json)).toBe("s");
  });

  it("is told with its place when it can't be known", () => {
    const failure = (reference: Reference) => () => value(reference, json);
    expect(failure(new Reference(undefined, "arn"))).toThrow(
      "it: can't be known here: Terraform knows it only after apply",
    );
    expect(failure(new Reference(undefined, "arn", "two instances differ"))).toThrow("two instances differ");
    expect(failure(new Reference("aws_kinesis_stream.other", "arn"))).toThrow(
      "it: can't be known here: there is no aws_kinesis_stream.other",
    );
    expect(failure(new Reference("aws_kinesis_stream.s", "colour"))).toThrow(
      'can\'t be known here: aws_kinesis_stream.s has no known "colour"',
    );
    expect(failure(new Reference(undefined, "arn"))).toThrow(UnresolvedError);
  });

  it("to what refers to itself is an error of the stack", () => {
    const circular = stream({ name: "${aws_kinesis_stream.s.name}" });
    const failure = () => value(new Reference("aws_kinesis_stream.s", "name"), circular);
    expect(failure).toThrow("aws_kinesis_stream.s: name: refers to itself");
    expect(failure).not.toThrow("can't be known here");
  });
});

describe("the names that Terraform gives", () => {
  it("are the stack's folder, which is also the working directory", () => {
    expect(value("${path.module}")).toBe(".");
    expect(value("${path.root}")).toBe(".");
    expect(value("${path.cwd}")).toBe(folder);
    writeFileSync(join(folder, "name.txt"), "lake");
    expect(value('${file("${path.module}/name.txt")}')).toBe("lake");
  });

  it("are the workspace", () => {
    expect(value("${terraform.workspace}")).toBe("default");
  });

  it.each([
    ["${each.key}", "each.key is known only to Terraform"],
    ["${count.index}", "count.index is known only to Terraform"],
    ["${module.lake.arn}", "modules are not read here: give Terraform's plan, --plan FILE"],
    ["${local.none}", "there is no local.none"],
    ["${local.toString}", "there is no local.toString"],
    ["${local}", "there is no local."],
    ["${var.none}", 'there is no variable "none"'],
    ["${aws_kinesis_stream.none.arn}", "there is no aws_kinesis_stream.none"],
    ["${data.aws_region.none.name}", "there is no data.aws_region.none"],
    ["${nothing}", "there is no nothing."],
  ])("are not %s: %s", (expression, message) => {
    expect(() => value(expression)).toThrow(`it: can't resolve ${expression}: ${message}`);
  });
});

describe("a local value", () => {
  it("is resolved at the name that is asked for, and only there", () => {
    const locals = { it: { known: { name: "a" }, other: "${b.c}" }, list: [{ n: "${2}" }], "0": "zero" };
    expect(value("${local.it.known.name}", { locals })).toBe("a");
    expect(value("${local.it.known}", { locals })).toEqual({ name: "a" });
    expect(value("${local.list[0].n}", { locals })).toBe(2);
    expect(() => value("${local.it.none}", { locals })).toThrow("local.it.other: can't resolve ${b.c}");
    expect(() => value("${local.it.toString}", { locals })).toThrow("can't resolve");
  });

  it("is told with its own place when it can't be resolved", () => {
    expect(() => value("${local.a}", { locals: { a: "${local.b}", b: "${c.d}" } })).toThrow(
      /^local\.b: can't resolve \$\{c\.d\}: there is no c\.d$/,
    );
  });

  it("that refers to itself is an error of the stack", () => {
    const failure = () => value("${local.a}", { locals: { a: "${local.b}", b: "${local.a}" } });
    expect(failure).toThrow("local.a: refers to itself");
    expect(failure).toThrow(StackError);
    expect(failure).not.toThrow(UnresolvedError);
  });

  it("is resolved once, also when it is null or false", () => {
    const { resolver } = read({ locals: { a: "${jsonencode(local.b)}", b: [1] } });
    expect(resolver.lookup(["local", "b"]).value).toBe(resolver.lookup(["local", "b"]).value);
    expect(value("${[local.n, local.n, local.f, local.f]}", { locals: { n: null, f: "${1 == 2}" } })).toEqual(
      [null, null, false, false],
    );
  });
});

describe("a variable", () => {
  const variable = (declared: Json) => value("${var.it}", { variable: { it: declared } });

  it("has its default, as its type", () => {
    expect(variable({ default: ["1"] })).toEqual(["1"]);
    expect(variable({ type: "list(number)", default: ["1"] })).toEqual([1]);
    expect(variable({ type: "string", default: null })).toBeNull();
  });

  it("without a value says how to give one", () => {
    expect(() => variable({ type: "string" })).toThrow(
      'the variable "it" has no default; set TF_VAR_it or terraform.tfvars',
    );
  });

  it("is named when its default is not of its type", () => {
    expect(() => variable({ type: "number", default: "x" })).toThrow(
      'the variable "it": a number is required',
    );
  });
});

describe("the instances of a block", () => {
  const instances = (body: Json, data: Json = {}) => {
    const { document, resolver } = read(stream(body, data));
    const block = document.resources.get("aws_kinesis_stream.s") ?? document.data.values().next().value;
    return resolver.instances(block as NonNullable<typeof block>);
  };

  it("are the block itself without count and for_each", () => {
    for (const body of [{ name: "s" }, { name: "s", count: null, for_each: null }])
      expect(instances(body).map(({ address }) => address)).toEqual(["aws_kinesis_stream.s"]);
  });

  it("are as many as count says, each with its index", () => {
    expect(instances({ name: "s", count: "${1 + 1}" })).toEqual([
      expect.objectContaining({
        address: "aws_kinesis_stream.s[0]",
        body: { name: "s" },
        names: { count: { index: 0 } },
      }),
      expect.objectContaining({
        address: "aws_kinesis_stream.s[1]",
        body: { name: "s" },
        names: { count: { index: 1 } },
      }),
    ]);
    expect(instances({ count: 0 })).toEqual([]);
    expect(instances({ count: 10_000 })).toHaveLength(10_000);
  });

  it.each([
    [-1, "must be a whole number, 0 or more"],
    [1.5, "must be a whole number, 0 or more"],
    ["many", "must be a whole number, 0 or more"],
    [10_001, "no more than 10000 instances run here, not 10001"],
  ])("are refused for a count of %j: %s", (count, message) => {
    expect(() => instances({ count })).toThrow(`aws_kinesis_stream.s: count: ${message}`);
  });

  it("are one for each key of a map, and each element of a set", () => {
    const made = (each: unknown) =>
      instances({ name: "s", for_each: each }).map(({ address, body, names }) => [address, body, names]);
    expect(made({ b: 1, a: 2 })).toEqual([
      ['aws_kinesis_stream.s["a"]', { name: "s" }, { each: { key: "a", value: 2 } }],
      ['aws_kinesis_stream.s["b"]', { name: "s" }, { each: { key: "b", value: 1 } }],
    ]);
    expect(made('${toset(["x", "x"])}')).toEqual([
      ['aws_kinesis_stream.s["x"]', { name: "s" }, { each: { key: "x", value: "x" } }],
    ]);
  });

  it("are refused for what can't be iterated over", () => {
    expect(() => instances({ for_each: "a" })).toThrow(
      'aws_kinesis_stream.s: for_each: must be a set, a list or a map, not "a"',
    );
  });
});

describe("the entries of a dynamic block", () => {
  const entries = (raw: unknown) => {
    const { resolver } = read({});
    return resolver.entries(resolver.value(raw, "it"), raw, "it");
  };

  it("are an object's names, a list's indexes, and a set's elements as their own keys", () => {
    expect(entries({ b: 1, a: 2 })).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    expect(entries(["x", "y"])).toEqual([
      [0, "x"],
      [1, "y"],
    ]);
    for (const set of ['${toset(["x"])}', '${ toset(["x"])}', '${setunion(["x"], [])}'])
      expect(entries(set)).toEqual([["x", "x"]]);
    for (const list of ['${tolist(toset(["x"]))}', '${[for x in toset(["x"]) : x]}'])
      expect(entries(list)).toEqual([[0, "x"]]);
  });

  it("are none for null", () => {
    expect(entries(null)).toEqual([]);
  });

  it("are refused for anything else", () => {
    expect(() => entries(5)).toThrow("it: must be a set, a list or a map, not 5");
  });
});

describe("a resource", () => {
  const arn = (name: string) => `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`;

  it("is referred to by its attributes, those that AWS computes too", () => {
    const json = stream({ name: "s" }, { d: { name: "found" } });
    expect(value("${aws_kinesis_stream.s.arn}", json)).toBe(arn("s"));
    expect(value("${data.aws_kinesis_stream.d.arn}", json)).toBe(arn("found"));
    expect(() => value("${aws_kinesis_stream.s.colour}", json)).toThrow(
      'aws_kinesis_stream.s has no known "colour"',
    );
    expect(() => value("${aws_kinesis_stream.s.constructor}", json)).toThrow('has no known "constructor"');
  });

  it("is a whole as an object of what is known of it", () => {
    const json = { ...stream({ name: "s", shard_count: "${1 + 1}", kms_key_id: "${b.c}" }), locals: {} };
    expect(value("${aws_kinesis_stream.s}", json)).toEqual({
      name: "s",
      shard_count: 2,
      id: arn("s"),
      arn: arn("s"),
    });
    expect(value("${aws_kinesis_stream.s[*].arn}", json)).toEqual([arn("s")]);
  });

  it("is an error of the stack when it refers to itself as a whole", () => {
    expect(() => value("${aws_kinesis_stream.s}", stream({ name: "${aws_kinesis_stream.s.name}" }))).toThrow(
      "refers to itself",
    );
  });

  it.each([
    ["resource", stream({ name: "s-${count.index}", count: 2 }), "aws_kinesis_stream.s"],
    [
      "data source",
      { data: { aws_kinesis_stream: { s: { name: "s-${count.index}", count: 2 } } } },
      "data.aws_kinesis_stream.s",
    ],
  ])("with a count is a list: %s", (_, json, address) => {
    expect(value(`\${${address}[1].arn}`, json)).toBe(arn("s-1"));
    expect(value(`\${${address}.1.arn}`, json)).toBe(arn("s-1"));
    expect(value(`\${${address}[*].arn}`, json)).toEqual([arn("s-0"), arn("s-1")]);
    expect(value(`\${length(${address})}`, json)).toBe(2);
    expect(value(`\${${address}[1]}`, json)).toMatchObject({ name: "s-1" });
    expect(() => value(`\${${address}[2].arn}`, json)).toThrow(`there is no ${address}["2"]`);
    expect(() => value(`\${${address}.arn}`, json)).toThrow(`there is no ${address}["arn"]`);
  });

  it("with for_each is a map", () => {
    const json = stream({ name: "s-${each.key}", for_each: { "1": "x", b: "y" } });
    expect(value('${aws_kinesis_stream.s["b"].arn}', json)).toBe(arn("s-b"));
    expect(value('${aws_kinesis_stream.s["1"].arn}', json)).toBe(arn("s-1"));
    expect(value("${[for k, s in aws_kinesis_stream.s : [k, s.name]]}", json)).toEqual([
      ["1", "s-1"],
      ["b", "s-b"],
    ]);
    expect(() => value('${aws_kinesis_stream.s["c"].arn}', json)).toThrow(
      'there is no aws_kinesis_stream.s["c"]',
    );
  });
});

describe("all tags of a resource", () => {
  const tags = (provider: unknown, body: Json = { name: "s" }) =>
    value("${aws_kinesis_stream.s.tags_all}", { ...stream(body), provider: { aws: provider } });

  it("are its own over the default ones of its provider", () => {
    const own = { name: "s", tags: { a: "own", b: "own" } };
    expect(tags({ default_tags: { tags: { b: '${"default"}', c: "default" } } }, own)).toEqual({
      a: "own",
      b: "own",
      c: "default",
    });
    expect(tags([{ default_tags: [{ tags: { c: "default" } }] }])).toEqual({ c: "default" });
  });

  it("are those of the provider that it names", () => {
    const providers = [
      { default_tags: { tags: { is: "first" } } },
      { alias: "other", default_tags: { tags: { is: "other" } } },
    ];
    expect(tags(providers)).toEqual({ is: "first" });
    expect(tags(providers, { name: "s", provider: "aws.other" })).toEqual({ is: "other" });
    expect(tags(providers, { name: "s", provider: "aws.none" })).toEqual({});
  });

  it("are none without any", () => {
    expect(tags({})).toEqual({});
    expect(tags(undefined)).toEqual({});
    expect(tags({ default_tags: {} })).toEqual({});
  });

  it("are what a block says itself", () => {
    expect(tags({ default_tags: { tags: { a: "1" } } }, { name: "s", tags_all: { b: "2" } })).toEqual({
      b: "2",
    });
  });

  it("are told with their place when they can't be resolved", () => {
    expect(() => tags({ default_tags: { tags: { a: "${b.c}" } } })).toThrow(
      "provider.aws: default_tags.a: can't resolve ${b.c}",
    );
  });
});

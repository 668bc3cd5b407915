import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";

/** Reads a folder of files, each given as its content. */
function read(files: Readonly<Record<string, unknown>>) {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return loadStack(folder);
}

const stream = (body: object) => ({ resource: { aws_kinesis_stream: { s: body } } });

describe("a dynamic block", () => {
  it("is as many blocks as for_each has elements", () => {
    const dynamic = {
      stream_mode_details: {
        for_each: ["ON_DEMAND"],
        content: { stream_mode: "${stream_mode_details.value}" },
      },
    };
    expect(read({ "main.tf.json": stream({ name: "s", dynamic }) }).streams[0]).toMatchObject({
      mode: "ON_DEMAND",
      shardCount: 4,
    });
  });

  it("becomes no block when there is nothing to iterate over", () => {
    const dynamic = { stream_mode_details: [{ for_each: [], content: [{ stream_mode: "ON_DEMAND" }] }] };
    expect(read({ "main.tf.json": stream({ name: "s", dynamic }) }).streams[0]?.mode).toBe("PROVISIONED");
  });

  it("iterates over the keys of an object in their order, under the iterator's name", () => {
    const columns = {
      for_each: { b: "int", a: "string" },
      iterator: "column",
      content: { name: "${column.key}", type: "${column.value}" },
    };
    const table = { name: "t", database_name: "d", storage_descriptor: { dynamic: { columns } } };
    const { tables } = read({ "main.tf.json": { resource: { aws_glue_catalog_table: { t: table } } } });
    expect(tables[0]?.columns).toMatchObject([
      { name: "a", type: "string" },
      { name: "b", type: "int" },
    ]);
  });
});

describe("a repeated resource", () => {
  it("is one for each number of count", () => {
    const { streams } = read({ "main.tf.json": stream({ count: 2, name: "s-${count.index}" }) });
    expect(streams.map(({ address, name }) => [address, name])).toEqual([
      ["aws_kinesis_stream.s[0]", "s-0"],
      ["aws_kinesis_stream.s[1]", "s-1"],
    ]);
  });

  it("is one for each element of for_each, and can be referred to by its key", () => {
    const bucket = { for_each: '${toset(["raw", "done"])}', bucket: "lake-${each.key}" };
    const { buckets, outputs } = read({
      "main.tf.json": {
        resource: { aws_s3_bucket: { b: bucket } },
        output: { raw: { value: '${aws_s3_bucket.b["raw"].arn}' } },
      },
    });
    expect(buckets.map(({ name }) => name)).toEqual(["lake-done", "lake-raw"]);
    expect(outputs.raw).toBe("arn:aws:s3:::lake-raw");
  });
});

describe("a variable", () => {
  const stack = (variable: object) => ({
    variable: { it: variable },
    output: { it: { value: "${var.it}" }, isTwo: { value: '${var.it == 2 ? "yes" : "no"}' } },
  });

  it("has its default as its declared type", () => {
    const { outputs } = read({ "main.tf.json": stack({ type: "number", default: "2" }) });
    expect(outputs.isTwo).toBe("yes");
  });

  it("is what terraform.tfvars, its JSON and *.auto.tfvars say, the later over the earlier", () => {
    const main = stack({ type: "string" });
    const first = { "main.tf.json": main, "terraform.tfvars": '# a comment\nit = "one"\n' };
    expect(read(first).outputs.it).toBe("one");
    const second = { ...first, "terraform.tfvars.json": { it: "two" } };
    expect(read(second).outputs.it).toBe("two");
    expect(read({ ...second, "x.auto.tfvars": 'it = "three"' }).outputs.it).toBe("three");
  });

  it("may be a list or an object in HCL", () => {
    const tfvars = 'it = {\n  names = ["a", "b"]\n  size  = 3\n}\n';
    const { outputs } = read({ "main.tf.json": stack({ type: "any" }), "terraform.tfvars": tfvars });
    expect(outputs.it).toBe('{"names":["a","b"],"size":3}');
  });

  it("of the environment is text for a simple type and an expression for any other", () => {
    process.env.TF_VAR_it = "[1, 2]";
    onTestFinished(() => {
      delete process.env.TF_VAR_it;
    });
    expect(read({ "main.tf.json": stack({ type: "string" }) }).outputs.it).toBe("[1, 2]");
    expect(read({ "main.tf.json": stack({ type: "list(string)" }) }).outputs.it).toBe('["1","2"]');
  });

  it("file that can't be read is refused with its name", () => {
    expect(() => read({ "main.tf.json": stack({}), "terraform.tfvars": "it = (" })).toThrow(
      /terraform\.tfvars can't be read: expected/,
    );
  });
});

it("a part of a local value is known although another part can't be resolved", () => {
  const { outputs } = read({
    "main.tf.json": {
      locals: { env: { name: "known", token: "${aws_secretsmanager_secret.s.arn}" } },
      output: { name: { value: "${local.env.name}" }, token: { value: "${local.env.token}" } },
    },
  });
  expect(outputs).toEqual({ name: "known" });
});

describe("files beside the stack", () => {
  it("that override it replace the attributes that they name", () => {
    const { streams } = read({
      "main.tf.json": stream({ name: "s", shard_count: 1 }),
      "x_override.tf.json": stream({ shard_count: 3 }),
    });
    expect(streams[0]).toMatchObject({ name: "s", shardCount: 3 });
  });

  it("in HCL are named, since they are not read", () => {
    const { unsupported } = read({ "main.tf.json": stream({ name: "s" }), "more.tf": "" });
    expect(unsupported).toEqual([expect.stringMatching(/^more\.tf: HCL is not read/)]);
  });
});

describe("tags", () => {
  it("are a resource's own over the provider's default ones", () => {
    const role = { name: "r", assume_role_policy: "{}", tags: { team: "lake" } };
    const other = { name: "o", assume_role_policy: "{}", provider: "aws.other" };
    const { access } = read({
      "main.tf.json": {
        provider: {
          aws: [
            { region: "eu-west-1", default_tags: [{ tags: { team: "data", stage: "${var.stage}" } }] },
            { region: "eu-west-2", alias: "other", default_tags: { tags: { team: "other" } } },
          ],
        },
        variable: { stage: { default: "dev" } },
        resource: { aws_iam_role: { r: role, o: other } },
      },
    });
    expect(access.roles.map(({ name, tags }) => [name, tags])).toEqual([
      ["r", { team: "lake", stage: "dev" }],
      ["o", { team: "other" }],
    ]);
  });
});

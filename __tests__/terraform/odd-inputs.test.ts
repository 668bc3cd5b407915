import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";

function load(contents: object | Buffer) {
  const file = join(temporaryFolder(), "it.json");
  writeFileSync(file, Buffer.isBuffer(contents) ? contents : JSON.stringify(contents));
  return loadStack(file);
}

const stream = (name: string) => ({ name, arn: `arn:aws:kinesis:eu-west-1:123456789012:stream/${name}` });
const names = (contents: object | Buffer) => load(contents).streams.map(({ name }) => name);

const state = (instances: readonly object[], more: object = {}) => ({
  version: 4,
  terraform_version: "1.11.0",
  lineage: "x",
  resources: [{ mode: "managed", type: "aws_kinesis_stream", name: "s", instances }],
  ...more,
});
const plan = (resources: readonly object[], more: object = {}) => ({
  format_version: "1.2",
  planned_values: { root_module: { resources } },
  ...more,
});
const planned = (values: object, more: object = {}) => ({
  address: "aws_kinesis_stream.s",
  mode: "managed",
  type: "aws_kinesis_stream",
  name: "s",
  values,
  ...more,
});

describe("a state", () => {
  it("has tainted objects, and not those that are still to be destroyed", () => {
    const old = { deposed: "00000001", attributes: stream("old") };
    expect(names(state([old]))).toEqual([]);
    expect(names(state([{ status: "tainted", attributes: stream("new") }, old]))).toEqual(["new"]);
    const root_module = {
      resources: [planned(stream("new"), { tainted: true }), planned(stream("old"), { deposed_key: "1" })],
    };
    expect(names({ terraform_version: "1.11.0", values: { root_module } })).toEqual(["new"]);
  });

  it("may have no list of resources", () => {
    expect(names(state([], { resources: null }))).toEqual([]);
  });

  it("of before Terraform 0.12, or that is encrypted, is refused in one line", () => {
    expect(() => load({ version: 3, terraform_version: "0.11.0", serial: 1, modules: [] })).toThrow(
      /it\.json is a state of version 3, from before Terraform 0\.12: give terraform show -json of it$/,
    );
    expect(() => load({ lineage: "x", encrypted_data: "aa", encryption_version: "v0" })).toThrow(
      /it\.json is encrypted: give terraform show -json of it$/,
    );
  });
});

describe("a plan", () => {
  it("that ended with an error is reported as incomplete", () => {
    expect(load(plan([planned(stream("s"))], { errored: true })).unsupported).toEqual([
      expect.stringMatching(/Terraform's planning ended with an error, so resources may be missing$/),
    ]);
  });

  it("may be UTF-16, as PowerShell writes it, or begin with a byte order mark", () => {
    const text = `\ufeff${JSON.stringify(plan([planned(stream("s"))]))}`;
    expect(names(Buffer.from(text, "utf16le"))).toEqual(["s"]);
    expect(names(Buffer.from(text))).toEqual(["s"]);
  });
});

describe("blocks that are repeated", () => {
  const only = (body: object) => load({ resource: { aws_kinesis_stream: { s: { name: "s", ...body } } } });

  it("have an element of a set as its key too", () => {
    const dynamic = {
      stream_mode_details: {
        for_each: '${toset(["ON_DEMAND"])}',
        content: { stream_mode: "${stream_mode_details.key}" },
      },
    };
    expect(only({ dynamic }).streams[0]?.mode).toBe("ON_DEMAND");
  });

  it.each([
    [
      { dynamic: { stream_mode_details: { for_each: "abc", content: {} } } },
      'aws_kinesis_stream.s: dynamic.stream_mode_details.for_each: must be a set, a list or a map, not "abc"',
    ],
    [{ for_each: "x" }, 'aws_kinesis_stream.s: for_each: must be a set, a list or a map, not "x"'],
    [{ count: 1e9 }, "aws_kinesis_stream.s: count: no more than 10000 instances run here, not 1000000000"],
  ])("are refused in one line for %j", (body, message) => {
    expect(() => only(body)).toThrow(message);
  });
});

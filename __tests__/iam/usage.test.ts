import { describe, expect, test } from "vitest";
import { Authority, type Call, readPolicies, Usage, unusedActions } from "../../local/iam/index";
import { inline, policyText, read, reader, stackOf, stream } from "./stack";

const permissive = () => new Authority(stackOf(inline(policyText({ Action: "kinesis:Get*" }))));

/** The calls of a usage, as text. */
const rows = (usage: Usage) =>
  usage.list().map(({ call, times }) => [call.action, call.resource, times] as const);

function used(one: Authority, ...calls: readonly Call[]): Usage {
  const usage = new Usage();
  for (const call of calls) usage.add(call, one.decide(call));
  return usage;
}

describe("the calls that were made", () => {
  const object = (key: string): Call => ({
    ...read,
    action: "s3:PutObject",
    resource: `arn:aws:s3:::lake/${key}`,
  });

  test("are counted by the statements that decided them, whatever the resource", () => {
    const other = { ...read, resource: `${stream}s` };
    const iterator = { ...read, action: "kinesis:GetShardIterator" };
    expect(rows(used(permissive(), read, other, { ...read }, iterator))).toEqual([
      ["kinesis:GetRecords", stream, 3],
      ["kinesis:GetShardIterator", stream, 1],
    ]);
  });

  test("are apart by the statement and by the value in it", () => {
    const Resource = [stream, `${stream}s`];
    const policy = policyText({ Action: "kinesis:GetRecords", Resource }, { Action: "s3:*" });
    const one = new Authority(stackOf(inline(policy)));
    expect(rows(used(one, read, { ...read, resource: `${stream}s` }, read))).toEqual([
      ["kinesis:GetRecords", stream, 2],
      ["kinesis:GetRecords", `${stream}s`, 1],
    ]);
  });

  test("may be counted many at a time", () => {
    const one = permissive();
    const usage = new Usage();
    usage.add(read, one.decide(read), 5);
    usage.add(read, one.decide(read), 2);
    expect(rows(usage)).toEqual([["kinesis:GetRecords", stream, 7]]);
  });

  test("are apart by resource where no statement decided", () => {
    expect(rows(used(permissive(), object("b"), object("a"), object("b")))).toEqual([
      ["s3:PutObject", "arn:aws:s3:::lake/a", 1],
      ["s3:PutObject", "arn:aws:s3:::lake/b", 2],
    ]);
  });

  test("are apart by what they have besides, but for the ARN of their source and an object's key", () => {
    const one = new Authority(stackOf(inline(policyText({ Action: "*" }))));
    const withContext = (context: Call["context"]) => ({ ...read, context });
    const key = (name: string) =>
      withContext({ "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::lake/${name}`, b: "1" });
    expect(
      rows(
        used(
          one,
          read,
          withContext({ a: "1" }),
          withContext({ a: "2" }),
          withContext({ a: "2", "aws:SourceArn": "x" }),
          key("a/b"),
          key("c"),
          withContext({ "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other/c", b: "1" }),
        ),
      ).map(([, , times]) => times),
    ).toEqual([1, 1, 2, 2, 1]);
  });

  test("are in the order of their callers, actions and resources", () => {
    const service = (name: string): Call => ({
      caller: { service: name },
      action: "s3:GetObject",
      resource: "*",
    });
    const usage = used(permissive(), service("b"), read, service("a"));
    expect(
      usage.list().map(({ call }) => ("service" in call.caller ? call.caller.service : "reader")),
    ).toEqual(["a", "b", "reader"]);
  });

  test("share a row from 2,000 rows on where no statement decided, so that memory is bounded", () => {
    const one = permissive();
    const usage = new Usage();
    const add = (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        const call = { ...object(`${n}`), context: { n: `${n}` } };
        usage.add(call, one.decide(call));
      }
    };
    add(0, 2_000);
    expect(usage.list()).toHaveLength(2_000);
    add(2_000, 2_100);
    expect(usage.list()).toHaveLength(2_001);
    expect(usage.list().reduce((sum, { times }) => sum + times, 0)).toBe(2_100);
  });
});

describe("the actions that no call needed", () => {
  const unused = (policy: string, ...calls: readonly Call[]) => {
    const stack = stackOf(inline(policy));
    const one = new Authority(stack);
    return unusedActions(readPolicies(stack), one, used(one, ...calls).list()).filter(({ statement }) =>
      statement.startsWith("aws_iam_role_policy"),
    );
  };
  const statement = "aws_iam_role_policy.read: statement 1";

  test("are told by statement, and whether they are all of it", () => {
    const policy = policyText({ Action: ["kinesis:GetRecords", "kinesis:ListShards"] }, { Action: "s3:*" });
    expect(unused(policy, read)).toEqual([
      { statement, actions: ["kinesis:ListShards"], isWhole: false },
      { statement: "aws_iam_role_policy.read: statement 2", actions: ["s3:*"], isWhole: true },
    ]);
  });

  test("are none where all were needed, by either of two statements", () => {
    expect(unused(policyText({ Action: "kinesis:*" }, { Action: "kinesis:GetRecords" }), read)).toEqual([]);
  });

  test("are not asked of statements that deny, or that name what they leave out", () => {
    expect(unused(policyText({ Effect: "Deny", Action: "s3:*" }, { NotAction: "kinesis:*" }))).toEqual([]);
  });

  test("are not asked of a boundary", () => {
    const limit = { aws_iam_policy: { limit: { name: "limit", policy: policyText({ Action: "s3:*" }) } } };
    const stack = stackOf(limit, { permissions_boundary: "${aws_iam_policy.limit.arn}" });
    const told = unusedActions(readPolicies(stack), new Authority(stack), []);
    expect(told.filter(({ actions }) => actions.includes("s3:*"))).toEqual([]);
    expect(told).toEqual([{ statement: expect.any(String), actions: ["sts:AssumeRole"], isWhole: true }]);
    expect(reader.roleArn).toContain("reader");
  });
});

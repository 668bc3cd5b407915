import { describe, expect, test } from "vitest";
import { type Call, callerArn, callerName, sessionArn } from "../../local/iam/index";
import { authority, inline, policyText, read, reader, stream } from "./stack";

const account = "000000000000";
const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const bucket = { aws_s3_bucket: { lake: { bucket: "lake" } } };

/** Whether a role may make a call only where a condition key has a value. */
const holds = (key: string, value: string, call: Partial<Call> = {}): boolean => {
  const Condition = { StringEquals: { [key]: value } };
  const one = authority({ ...bucket, ...inline(policyText({ Action: "*", Condition })) }, {}, () => now);
  return one.decide({ ...read, ...call }).allowed;
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
describe("a call of a role has", () => {
  test.each([
    ["aws:SecureTransport", "true"],
    ["aws:RequestedRegion", "us-east-1"],
    ["aws:ResourceAccount", account],
    ["aws:PrincipalIsAWSService", "false"],
    ["aws:ViaAWSService", "false"],
    ["aws:CurrentTime", "2026-01-02T03:04:05.678Z"],
    ["aws:EpochTime", "1767323045"],
    ["aws:PrincipalArn", reader.roleArn],
    ["aws:PrincipalAccount", account],
    ["aws:PrincipalType", "AssumedRole"],
    ["aws:userid", "LOCAL:s"],
  ])("%s, which is %s", (key, value) => {
    expect(holds(key, value)).toBe(true);
    expect(holds(key, `${value}x`)).toBe(false);
  });

  test("the account of an S3 object, and of nothing else", () => {
    const object = { action: "s3:GetObject", resource: "arn:aws:s3:::lake/a/b" };
    expect(holds("s3:ResourceAccount", account, object)).toBe(true);
    expect(holds("s3:ResourceAccount", account)).toBe(false);
    expect(holds("aws:PrincipalServiceName", "lambda.amazonaws.com")).toBe(false);
  });

  test("the stack's account where it has no resource", () => {
    expect(holds("aws:ResourceAccount", account, { action: "xray:PutTraceSegments", resource: "*" })).toBe(
      true,
    );
  });

  test("what the call itself has", () => {
    expect(holds("kinesis:Consumer", "a", { context: { "kinesis:Consumer": "a" } })).toBe(true);
  });
});

describe("a call of a service or a root user", () => {
  const trusted = (Principal: unknown, key: string, value: string) => {
    const statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole" };
    const condition = { ...statement, Condition: { StringEquals: { [key]: value } } };
    return authority({}, { assume_role_policy: JSON.stringify({ Statement: condition }) }, () => now);
  };
  const assume = (caller: Call["caller"]): Call => ({
    caller,
    action: "sts:AssumeRole",
    resource: reader.roleArn,
  });

  test.each([
    ["aws:PrincipalIsAWSService", "true"],
    ["aws:PrincipalServiceName", "lambda.amazonaws.com"],
  ])("has, of the service, %s, which is %s", (key, value) => {
    const service = "lambda.amazonaws.com";
    const call = assume({ service });
    expect(trusted({ Service: service }, key, value).decide(call).allowed).toBe(true);
    expect(trusted({ Service: service }, key, `${value}x`).decide(call).allowed).toBe(false);
  });

  test.each([
    ["aws:PrincipalArn", "arn:aws:iam::111122223333:root"],
    ["aws:PrincipalAccount", "111122223333"],
    ["aws:PrincipalType", "Account"],
    ["aws:userid", "111122223333"],
    ["aws:PrincipalIsAWSService", "false"],
  ])("has, of the root user, %s, which is %s", (key, value) => {
    const call = assume({ root: "111122223333" });
    expect(trusted({ AWS: "111122223333" }, key, value).decide(call).allowed).toBe(true);
    expect(trusted({ AWS: "111122223333" }, key, `${value}x`).decide(call).allowed).toBe(false);
  });
});

describe("what is not decided here is let through, with the reason:", () => {
  test("a role of another stack", () => {
    const roleArn = "arn:aws:iam::000000000000:role/other";
    expect(authority({}).decide({ ...read, caller: { roleArn, session: "s" } })).toEqual({
      allowed: true,
      effect: "undecided",
      by: [],
      reason: `not decided here: the role ${roleArn} is not in this stack`,
    });
  });

  test("a resource of another account, where the role may use it", () => {
    const other = { ...read, resource: stream.replace(account, "111122223333") };
    expect(authority(inline(policyText({ Action: "kinesis:*" }))).decide(other).reason).toBe(
      `not decided here: ${other.resource} is another account's`,
    );
    expect(authority(inline(policyText({ Action: "s3:*" }))).decide(other).effect).toBe("implicit deny");
  });

  test("a resource that is not in the stack, for a service", () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:other";
    const send: Call = {
      caller: { service: "sns.amazonaws.com" },
      action: "sqs:SendMessage",
      resource: queue,
    };
    const own = { aws_sqs_queue: { own: { name: "own" } } };
    expect(authority(own).decide(send).reason).toBe(`not decided here: ${queue} is not in this stack`);
    expect(authority(own).decide({ ...send, resource: queue.replace("other", "own") }).effect).toBe(
      "implicit deny",
    );
  });

  test("a role that is taken on and is not in the stack", () => {
    const resource = "arn:aws:iam::000000000000:role/other";
    const take = { caller: reader, action: "sts:AssumeRole", resource };
    expect(authority(inline(policyText({ Action: "sts:*" }))).decide(take).reason).toBe(
      `not decided here: ${resource} is not in this stack`,
    );
  });

  test("a resource whose policy is known only to Terraform", () => {
    const policy = "${aws_s3_bucket.none.arn}";
    const one = authority({ ...bucket, aws_s3_bucket_policy: { p: { bucket: "lake", policy } } });
    const get = { caller: reader, action: "s3:GetObject", resource: "arn:aws:s3:::lake/a" };
    const decision = one.decide(get);
    expect(decision.effect).toBe("undecided");
    expect(decision.reason).toContain("aws_s3_bucket_policy.p");
    expect(one.notes).toEqual([expect.stringMatching(/, so that what it would decide is let through$/)]);
  });
});

describe("decisions are kept apart", () => {
  const permissive = () => authority(inline(policyText({ Action: "kinesis:*" })));

  test.each<readonly [string, Call]>([
    ["another session", { ...read, caller: { ...reader, session: "t" } }],
    [
      "a session with policies",
      { ...read, caller: { ...reader, policies: [policyText({ Action: "s3:*" })] } },
    ],
    ["a session with tags", { ...read, caller: { ...reader, context: { "aws:PrincipalTag/a": "b" } } }],
    ["another action", { ...read, action: "kinesis:ListShards" }],
    ["another resource", { ...read, resource: `${stream}s` }],
    ["another context", { ...read, context: { "kinesis:Consumer": "a" } }],
    ["a service", { ...read, caller: { service: "lambda.amazonaws.com" } }],
    ["a root user", { ...read, caller: { root: account } }],
  ])("for %s", (_, call) => {
    const one = permissive();
    expect(one.decide(call)).not.toBe(one.decide(read));
    expect(one.decide(call)).toBe(one.decide({ ...call }));
  });

  test("and are taken anew where a policy of the session asks for the time", () => {
    const Condition = { DateLessThan: { "aws:CurrentTime": "2026-02-01T00:00:00Z" } };
    const policies = [policyText({ Action: "s3:*" }), policyText({ Action: "*", Condition })];
    let time = now;
    const one = authority(inline(policyText({ Action: "kinesis:*" })), {}, () => time);
    const call = { ...read, caller: { ...reader, policies } };
    expect(one.decide(call).allowed).toBe(true);
    time = Date.UTC(2026, 2, 1);
    const { allowed, reason } = one.decide(call);
    expect(allowed).toBe(false);
    expect(reason).toContain("session policy");
  });

  test("and all are forgotten after 20,000", () => {
    const one = permissive();
    const first = one.decide(read);
    const others = (count: number) => {
      for (let n = 0; n < count; n++) one.decide({ ...read, resource: `${stream}-${n}` });
    };
    others(19_999);
    expect(one.decide(read)).toBe(first);
    others(20_000);
    expect(one.decide(read)).not.toBe(first);
  });
});

test("all statements that allow a call are told, each of which would be enough", () => {
  const one = authority({
    ...inline(policyText({ Action: "kinesis:*" }, { Action: "kinesis:GetRecords" }, { Action: "s3:*" })),
    aws_kinesis_resource_policy: {
      p: { resource_arn: stream, policy: policyText({ Principal: "*", Action: "kinesis:Get*" }) },
    },
  });
  expect(one.allowing(read).map(({ statement, action }) => [statement.label, action])).toEqual([
    ["aws_iam_role_policy.read: statement 1", "kinesis:*"],
    ["aws_iam_role_policy.read: statement 2", "kinesis:GetRecords"],
    ["aws_kinesis_resource_policy.p: statement 1", "kinesis:Get*"],
  ]);
  const roleArn = "arn:aws:iam::000000000000:role/other";
  expect(one.allowing({ ...read, caller: { roleArn, session: "s" } })).toEqual([]);
});

describe("a caller", () => {
  test("has a name for messages, and an ARN", () => {
    const names = (caller: Call["caller"]) => [callerName({ caller }), callerArn({ caller })];
    expect(names(reader)).toEqual(["reader", "arn:aws:sts::000000000000:assumed-role/reader/s"]);
    expect(names({ roleArn: "arn:aws-cn:iam::1:role/a/b/r", session: "s" })).toEqual([
      "r",
      "arn:aws-cn:sts::1:assumed-role/r/s",
    ]);
    expect(names({ service: "lambda.amazonaws.com" })).toEqual([
      "lambda.amazonaws.com",
      "lambda.amazonaws.com",
    ]);
    expect(names({ root: account })).toEqual([`root of ${account}`, `arn:aws:iam::${account}:root`]);
  });

  test("has a session's name as AWS takes it", () => {
    const name = (session: string) => sessionArn(reader.roleArn, session).replace(/^.*\//, "");
    expect(name("a b/ü:c")).toBe("a-b---c");
    expect(name("a_+=,.@-1")).toBe("a_+=,.@-1");
    expect(name("x".repeat(70))).toBe("x".repeat(64));
  });

  test("whose ARN is none has the parts that it has", () => {
    expect(sessionArn("reader", "s")).toBe("arn:aws:sts:::assumed-role/reader/s");
    expect(sessionArn("xarn:aws-cn:iam::1:role/r", "s")).toBe("arn:aws:sts:::assumed-role/r/s");
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
test("a topic has AWS's default policy only while it has none of its own", () => {
  const topic = "arn:aws:sns:us-east-1:000000000000:alarms";
  const publish: Call = {
    caller: { service: "sns.amazonaws.com" },
    action: "sns:Publish",
    resource: topic,
    context: { "aws:SourceOwner": account },
  };
  const topics = { aws_sns_topic: { alarms: { name: "alarms" } } };
  const policy = policyText({ Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish" });
  const own = { ...topics, aws_sns_topic_policy: { own: { arn: topic, policy } } };
  expect(authority(topics).decide(publish).reason).toBe(
    `allowed by the default policy of ${topic}: statement 1`,
  );
  expect(authority(own).decide(publish).effect).toBe("implicit deny");
});

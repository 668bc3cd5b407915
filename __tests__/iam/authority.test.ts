import { describe, expect, test } from "vitest";
import type { Authority, Call } from "../../local/iam/index";
import { authority, inline, type Json, policyText, read, reader, stream } from "./stack";

describe("a role may", () => {
  test("what its inline policy allows, with the address of the statement", () => {
    const { allowed, reason } = authority(inline(policyText({ Action: "kinesis:*" }))).decide(read);
    expect([allowed, reason]).toEqual([true, "allowed by aws_iam_role_policy.read: statement 1"]);
  });

  test("nothing else, in AWS's words", () => {
    const { allowed, reason } = authority(inline(policyText({ Action: "kinesis:ListShards" }))).decide(read);
    expect(allowed).toBe(false);
    expect(reason).toBe(
      `User: arn:aws:sts::000000000000:assumed-role/reader/s is not authorized to perform: kinesis:GetRecords on resource: ${stream} because no identity-based policy allows the kinesis:GetRecords action (aws_iam_role_policy.read: statement 1 names the resource, but not the action)`,
    );
  });

  test("nothing else, and is told all of its policies where none is for the resource", () => {
    const { reason } = authority(inline(policyText({ Action: "sqs:*" }))).decide(read);
    expect(reason).toContain("(it is named in none of aws_iam_role_policy.read)");
  });

  test("what a policy of the stack that is attached to it allows", () => {
    const decision = authority({
      aws_iam_policy: { read: { name: "read", policy: policyText({ Action: "kinesis:Get*" }) } },
      aws_iam_role_policy_attachment: {
        read: { role: "${aws_iam_role.reader.name}", policy_arn: "${aws_iam_policy.read.arn}" },
      },
    }).decide(read);
    expect(decision.reason).toBe("allowed by aws_iam_policy.read: statement 1");
  });

  test("what one of AWS's own policies allows", () => {
    const arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole";
    expect(authority({}, { managed_policy_arns: [arn] }).decide(read).allowed).toBe(true);
  });

  test("what a block of its own allows", () => {
    const role = { inline_policy: { name: "own", policy: policyText({ Action: "kinesis:GetRecords" }) } };
    expect(authority({}, role).decide(read).allowed).toBe(true);
  });

  test("no more than its boundary", () => {
    const boundary = {
      ...inline(policyText({ Action: "*" })),
      aws_iam_policy: { limit: { name: "limit", policy: policyText({ Action: "s3:*" }) } },
    };
    const decision = authority(boundary, { permissions_boundary: "${aws_iam_policy.limit.arn}" }).decide(
      read,
    );
    expect(decision.reason).toContain("because no permissions boundary allows the kinesis:GetRecords action");
  });

  test("no more than the policies of its session", () => {
    const one = authority(inline(policyText({ Action: "*" })));
    const during = (...policies: readonly string[]) =>
      one.decide({ ...read, caller: { ...reader, policies } });
    expect(during(policyText({ Action: "kinesis:Get*" })).allowed).toBe(true);
    expect(during(policyText({ Action: "s3:*" })).reason).toContain(
      "because no session policy allows the kinesis:GetRecords action",
    );
  });

  test("what it may by its tags", () => {
    const Condition = { StringEquals: { "aws:PrincipalTag/team": "lake" } };
    const resource = inline(policyText({ Action: "kinesis:*", Condition }));
    expect(authority(resource, { tags: { team: "lake" } }).decide(read).allowed).toBe(true);
    expect(authority(resource, { tags: { team: "other" } }).decide(read).allowed).toBe(false);
  });
});

describe("a service may", () => {
  const assume = (context: Call["context"], service = "lambda.amazonaws.com"): Call => ({
    caller: { service },
    action: "sts:AssumeRole",
    resource: reader.roleArn,
    context,
  });

  test("take on a role that trusts it, for this account", () => {
    expect(authority({}).decide(assume({ "aws:SourceAccount": "000000000000" })).allowed).toBe(true);
    expect(authority({}).decide(assume({ "aws:SourceAccount": "999999999999" })).reason).toContain(
      "but only if aws:SourceAccount StringEquals 000000000000 (it is 999999999999)",
    );
  });

  test("not take on a role that trusts another", () => {
    const decision = authority({}).decide(
      assume({ "aws:SourceAccount": "000000000000" }, "ec2.amazonaws.com"),
    );
    expect(decision.reason).toContain("because no role trust policy allows the sts:AssumeRole action");
  });

  test("publish to a topic without a policy for its owner only", () => {
    const topic = authority({ aws_sns_topic: { t: { name: "t" } } });
    const publish = (owner: string): Call => ({
      caller: { service: "cloudwatch.amazonaws.com" },
      action: "sns:Publish",
      resource: "arn:aws:sns:us-east-1:000000000000:t",
      context: { "aws:SourceOwner": owner },
    });
    expect(topic.decide(publish("000000000000")).allowed).toBe(true);
    expect(topic.decide(publish("999999999999")).allowed).toBe(false);
  });
});

describe("the policies of resources", () => {
  const key = (policy?: string) => ({
    ...inline(policyText({ Action: ["kms:Decrypt"] })),
    aws_kms_key: { k: policy ? { policy } : {} },
  });
  const decrypt = (one: Authority): Call => ({
    caller: reader,
    action: "kms:Decrypt",
    resource: keyArn(one),
  });
  // The ARN that is made up for a key of this address.
  const keyArn = (one: Authority) =>
    (one as unknown as { stack: { access: { keys: string[] } } }).stack.access.keys[0] ?? "";

  test("a key without a policy leaves it to the account's", () => {
    const one = authority(key());
    expect(one.decide(decrypt(one)).allowed).toBe(true);
  });

  test("a key with a policy that does not name the account keeps everybody out", () => {
    const one = authority(key(policyText({ Principal: { AWS: "999999999999" }, Action: "kms:*" })));
    expect(one.decide(decrypt(one)).reason).toContain(
      "because no resource-based policy allows the kms:Decrypt",
    );
  });

  test("a bucket's policy is asked for its objects, and a denial is final", () => {
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "arn:aws:s3:::lake/*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const one = authority({
      ...inline(policyText({ Action: "s3:*" })),
      aws_s3_bucket: { lake: { bucket: "lake" } },
      aws_s3_bucket_policy: { lake: { bucket: "${aws_s3_bucket.lake.id}", policy: policyText(deny) } },
    });
    const put = (tls: string): Call => ({
      caller: reader,
      action: "s3:PutObject",
      resource: "arn:aws:s3:::lake/key",
      context: { "aws:SecureTransport": tls },
    });
    expect(one.decide(put("true")).allowed).toBe(true);
    expect(one.decide(put("false")).reason).toContain(
      "with an explicit deny in a resource-based policy (aws_s3_bucket_policy.lake: statement 1)",
    );
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
describe("every call has", () => {
  const bucket = (statement: Json) => ({
    ...inline(policyText({ Action: "s3:*" })),
    aws_s3_bucket: { lake: { bucket: "lake" } },
    aws_s3_bucket_policy: {
      lake: {
        bucket: "${aws_s3_bucket.lake.id}",
        policy: policyText({ Effect: "Deny", Principal: "*", Action: "s3:*", ...statement }),
      },
    },
  });
  const put = (caller: Call["caller"] = reader, context?: Call["context"]): Call => ({
    caller,
    action: "s3:PutObject",
    resource: "arn:aws:s3:::lake/key",
    context,
  });
  const others = { StringNotEquals: { "aws:PrincipalAccount": "000000000000" } };

  test("whether a service makes it in a role's name", () => {
    const one = authority(bucket({ Condition: { Bool: { "aws:ViaAWSService": "false" } } }));
    expect(one.decide(put()).effect).toBe("explicit deny");
    expect(one.decide(put(reader, { "aws:ViaAWSService": "true" })).allowed).toBe(true);
  });

  test("the account of a root user", () => {
    const one = authority(bucket({ Condition: others }));
    expect(one.decide(put({ root: "000000000000" })).allowed).toBe(true);
    expect(one.decide(put({ root: "999999999999" })).effect).toBe("explicit deny");
  });

  test("the account of a bucket", () => {
    const elsewhere = { StringNotEquals: { "s3:ResourceAccount": "000000000000" } };
    expect(authority(bucket({ Condition: elsewhere })).decide(put()).allowed).toBe(true);
  });
});

test("tags of a session must be allowed by the role's trust", () => {
  const trusting = (Action: unknown) => ({
    assume_role_policy: policyText({ Principal: { AWS: "000000000000" }, Action, Resource: undefined }),
  });
  const tag: Call = {
    caller: { root: "000000000000" },
    action: "sts:TagSession",
    resource: reader.roleArn,
  };
  expect(authority({}, trusting("sts:AssumeRole")).decide(tag).reason).toContain(
    "because no role trust policy allows the sts:TagSession action",
  );
  expect(authority({}, trusting(["sts:AssumeRole", "sts:TagSession"])).decide(tag).allowed).toBe(true);
});

describe("what is not in the stack", () => {
  test("a role is let through", () => {
    const decision = authority({}).decide({
      ...read,
      caller: { roleArn: "arn:aws:iam::1:role/x", session: "s" },
    });
    expect(decision).toMatchObject({ allowed: true, effect: "undecided" });
  });

  test("a role, a topic or a key is let through for a service too", () => {
    const caller = { service: "scheduler.amazonaws.com" };
    for (const [action, resource] of [
      ["sts:AssumeRole", "arn:aws:iam::000000000000:role/x"],
      ["sns:Publish", "arn:aws:sns:us-east-1:000000000000:x"],
      ["kms:Decrypt", "arn:aws:kms:us-east-1:000000000000:key/x"],
    ] as const)
      expect(authority({}).decide({ caller, action, resource })).toMatchObject({
        allowed: true,
        reason: `not decided here: ${resource} is not in this stack`,
      });
  });

  test("a policy is noted, and lets through what no other denies", () => {
    const resource = {
      aws_iam_role_policy_attachment: { x: { role: "reader", policy_arn: "arn:aws:iam::1:policy/x" } },
    };
    const one = authority(resource);
    expect(one.notes).toEqual([
      "the policy arn:aws:iam::1:policy/x is not in this stack, so that what it would decide is let through",
    ]);
    expect(one.decide(read)).toMatchObject({ allowed: true, effect: "undecided" });
    const deny = { ...resource, ...inline(policyText({ Effect: "Deny", Action: "*" })) };
    expect(authority(deny).decide(read).effect).toBe("explicit deny");
  });
});

describe("another account's resource", () => {
  const another = { ...read, resource: "arn:aws:kinesis:us-east-1:999999999999:stream/orders" };

  test("is let through where the role's own policies allow it, because its policy is not known here", () => {
    const { effect } = authority(inline(policyText({ Action: "kinesis:*" }))).decide(another);
    expect(effect).toBe("undecided");
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
  test("is denied where they don't, whatever its policy says", () => {
    const { effect, reason } = authority(inline(policyText({ Action: "sqs:*" }))).decide(another);
    expect(effect).toBe("implicit deny");
    expect(reason).toContain("because no identity-based policy allows the kinesis:GetRecords action");
  });

  test("is let through for a role of which a policy is not known here", () => {
    const managed_policy_arns = ["arn:aws:iam::aws:policy/Unknown"];
    expect(authority({}, { managed_policy_arns }).decide(another).effect).toBe("undecided");
  });

  test("is let through for a service, which has no policies of its own", () => {
    const caller = { service: "sns.amazonaws.com" };
    expect(authority({}).decide({ ...another, caller }).effect).toBe("undecided");
  });

  test("may be a role, which is taken on only where the own policies allow it", () => {
    const assume = { ...read, action: "sts:AssumeRole", resource: "arn:aws:iam::999999999999:role/theirs" };
    expect(authority(inline(policyText({ Action: "sts:AssumeRole" }))).decide(assume).effect).toBe(
      "undecided",
    );
    expect(authority(inline(policyText({ Action: "sqs:*" }))).decide(assume).effect).toBe("implicit deny");
  });
});

test("a boundary that is not in the stack allows nothing that the role's policies don't", () => {
  const permissions_boundary = "arn:aws:iam::000000000000:policy/elsewhere";
  const one = authority(inline(policyText({ Action: "sqs:*" })), { permissions_boundary });
  expect(one.decide(read).effect).toBe("implicit deny");
  expect(one.notes).toEqual([expect.stringContaining("policy/elsewhere is not in this stack")]);
});

// https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html
test("a consumer has a policy of its own beside its stream's", () => {
  const consumer = `${stream}/consumer/fan:1`;
  const denied = { Effect: "Deny", Principal: "*", Action: "kinesis:*" };
  const subscribe = { ...read, action: "kinesis:SubscribeToShard", resource: consumer };
  const withPolicyOn = (resource_arn: string) =>
    authority({
      ...inline(policyText({ Action: "kinesis:*" })),
      aws_kinesis_resource_policy: { one: { resource_arn, policy: policyText(denied) } },
    });
  expect(withPolicyOn(consumer).decide(subscribe).effect).toBe("explicit deny");
  expect(withPolicyOn(consumer).decide(read).effect).toBe("allow");
  expect(withPolicyOn(stream).decide(subscribe).effect).toBe("allow");
});

// https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html
test("a permission on an alias is for calls by the alias alone", () => {
  const permission = { function_name: "fn", action: "lambda:InvokeFunction", principal: "sns.amazonaws.com" };
  const invoke = (more: Json, resource: string) =>
    authority({ aws_lambda_permission: { one: { ...permission, ...more } } }).decide({
      caller: { service: "sns.amazonaws.com" },
      action: "lambda:InvokeFunction",
      resource: `arn:aws:lambda:us-east-1:000000000000:function:${resource}`,
    }).allowed;
  expect(invoke({ qualifier: "live" }, "fn:live")).toBe(true);
  expect(invoke({ qualifier: "live" }, "fn")).toBe(false);
  expect(invoke({}, "fn")).toBe(true);
  expect(invoke({}, "fn:live")).toBe(false);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
test("a resource has its tags, and a log stream its group's", () => {
  const Condition = { StringEquals: { "aws:ResourceTag/team": "lake" } };
  const tags = { team: "lake" };
  const one = authority({
    ...inline(policyText({ Action: "*", Condition })),
    aws_kinesis_stream: { orders: { name: "orders", tags }, others: { name: "others" } },
    aws_cloudwatch_log_group: { log: { name: "/log", tags } },
  });
  const group = "arn:aws:logs:us-east-1:000000000000:log-group:/log";
  expect(one.decide(read).allowed).toBe(true);
  expect(one.decide({ ...read, resource: stream.replace("orders", "others") }).allowed).toBe(false);
  const write = { ...read, action: "logs:PutLogEvents", resource: `${group}:log-stream:a` };
  expect(one.decide(write).allowed).toBe(true);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
test("a session has the tags that it was given over those of its role", () => {
  const Condition = { StringEquals: { "aws:PrincipalTag/team": "lake" } };
  const one = authority(inline(policyText({ Action: "kinesis:*", Condition })), { tags: { team: "web" } });
  const tagged = { ...reader, context: { "aws:PrincipalTag/team": "lake" } };
  expect(one.decide(read).allowed).toBe(false);
  expect(one.decide({ ...read, caller: tagged }).allowed).toBe(true);
});

describe("what AWS would refuse in a role's own policy", () => {
  test.each<readonly [Json, string]>([
    [
      { Resource: "orders" },
      'aws_iam_role_policy.read: Statement[0].Resource: "orders" must be an ARN or "*"',
    ],
    [
      { Sid: "Read all" },
      'aws_iam_role_policy.read: Statement[0].Sid: "Read all" must be of letters and digits',
    ],
    [{ Action: [] }, "aws_iam_role_policy.read: Statement[0].Action is empty; it must have a value"],
    [{ Resource: [] }, "aws_iam_role_policy.read: Statement[0].Resource is empty; it must have a value"],
  ])("%j is told in one line", (statement, message) => {
    expect(() => authority(inline(policyText({ Action: "kinesis:*", ...statement })))).toThrow(message);
  });

  test.each(["s3:GetObject", "*"])("a trust policy for %s is told in one line", (Action) => {
    const assume_role_policy = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action } });
    expect(() => authority({}, { assume_role_policy })).toThrow(
      `aws_iam_role.reader: Statement[0]: a trust policy can't have the action "${Action}"`,
    );
  });
});

test.each<readonly [string, object, string]>([
  ["aws_iam_role.reader", { Action: "sts:AssumeRole" }, "Statement[0] needs a Principal"],
  [
    "aws_iam_role.reader",
    { Action: "sts:AssumeRole", Principal: "*", Resource: "*" },
    "Statement[0] has a Resource, which a trust policy can't have",
  ],
  [
    "aws_iam_role.reader",
    { Action: "xsts:AssumeRole", Principal: "*" },
    "Statement[0]: a trust policy can't have the action",
  ],
])("what AWS would refuse in a trust policy is told: %s, %j", (address, statement, message) => {
  const assume_role_policy = JSON.stringify({ Statement: { Effect: "Allow", ...statement } });
  expect(() => authority({}, { assume_role_policy })).toThrow(`${address}: ${message}`);
});

test.each([
  { Sid: "Read2Records" },
  { Resource: ["arn:aws:kinesis:*:*:*", "*"] },
  { Resource: "${aws:username}" },
])("a role's policy may have %j", (statement) => {
  const policy = policyText({ Action: "kinesis:*", ...statement }).replaceAll("${", "$${");
  expect(() => authority(inline(policy))).not.toThrow();
});

test("a role's policy without a resource is told", () => {
  const policy = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:*" } });
  expect(() => authority(inline(policy))).toThrow("aws_iam_role_policy.read: Statement[0] needs a Resource");
});

test("a policy of a session is told by its number when AWS would refuse it", () => {
  const policies = [policyText({ Action: "*" }), policyText({ Action: "*", Resource: "orders" })];
  expect(() => authority({}).decide({ ...read, caller: { ...reader, policies } })).toThrow(
    'session policy 2: Statement[0].Resource: "orders" must be an ARN or "*"',
  );
});

test("a policy that AWS would refuse is an error with its address", () => {
  expect(() => authority(inline("{}"))).toThrow("aws_iam_role_policy.read: Statement[0] must be an object");
  expect(() => authority(inline(policyText({ Action: "s3:*", Principal: "*" })))).toThrow(
    "aws_iam_role_policy.read: Statement[0] has a Principal, which the policy of a role can't have",
  );
});

describe("a decision", () => {
  test("is taken from memory for a call that was decided before", () => {
    const one = authority(inline(policyText({ Action: "kinesis:*" })));
    expect(one.decide({ ...read })).toBe(one.decide({ ...read }));
  });

  test("is taken anew where a policy asks for the time", () => {
    let now = Date.UTC(2026, 0, 1);
    const Condition = { DateLessThan: { "aws:CurrentTime": "2026-02-01T00:00:00Z" } };
    const one = authority(inline(policyText({ Action: "kinesis:*", Condition })), {}, () => now);
    expect(one.decide(read).allowed).toBe(true);
    now = Date.UTC(2026, 2, 1);
    expect(one.decide(read).allowed).toBe(false);
  });
});

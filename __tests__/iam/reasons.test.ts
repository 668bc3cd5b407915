import { expect, test } from "vitest";
import type { ApplicablePolicies, Principal } from "../../local/iam/index";
import { account, allowAll, ask, denyAll, policy, session, unrelated } from "./support";

const who = `User: ${session.arn} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket/key`;
const reason = (policies: Partial<ApplicablePolicies>) => ask(policies).reason;
const denied = policy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" });

// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
test.each<readonly [string, Partial<ApplicablePolicies>, string]>([
  ["identity", { identity: [unrelated] }, "because no identity-based policy allows the s3:GetObject action"],
  [
    "boundary",
    { identity: [allowAll], boundary: [unrelated] },
    "because no permissions boundary allows the s3:GetObject action",
  ],
  [
    "session",
    { identity: [allowAll], session: [unrelated] },
    "because no session policy allows the s3:GetObject action",
  ],
  [
    "resource",
    { identity: [allowAll], resourceDecides: true },
    "because no resource-based policy allows the s3:GetObject action",
  ],
  [
    "organization",
    { identity: [allowAll], serviceControl: [[unrelated]] },
    "because no service control policy allows the s3:GetObject action",
  ],
  [
    "resources of an organization",
    { identity: [allowAll], resourceControl: [[unrelated]] },
    "because no resource control policy allows the s3:GetObject action",
  ],
  ["explicitly by identity", { identity: [denyAll] }, "with an explicit deny in an identity-based policy"],
  ["explicitly by boundary", { boundary: [denyAll] }, "with an explicit deny in a permissions boundary"],
  ["explicitly by session", { session: [denyAll] }, "with an explicit deny in a session policy"],
  ["explicitly by resource", { resource: [denied] }, "with an explicit deny in a resource-based policy"],
  [
    "explicitly by organization",
    { serviceControl: [[denyAll]] },
    "with an explicit deny in a service control policy",
  ],
])("a denial by %s has AWS's words", (_, policies, words) => {
  expect(reason(policies)).toContain(`${who} ${words}`);
});

test("a denial by the role's trust has AWS's words", () => {
  const lambda: Principal = { kind: "service", arn: "lambda.amazonaws.com" };
  const asked = { principal: lambda, action: "sts:AssumeRole", resource: "arn:aws:iam::1:role/r" };
  expect(ask({ resourceDecides: true }, asked).reason).toContain(
    "because no role trust policy allows the sts:AssumeRole action",
  );
  const resource = [policy({ Effect: "Deny", Principal: "*", Action: "sts:*" })];
  expect(ask({ resource }, asked).reason).toContain("with an explicit deny in the role trust policy");
});

test("an allow names the statement and its address", () => {
  const identity = [
    unrelated,
    policy({ Action: "sqs:*", Resource: "*" }, { Sid: "Read", Action: "s3:*", Resource: "*" }),
  ];
  expect(reason({ identity })).toBe("allowed by aws_iam_policy.test: statement 2 (Read)");
});

test("a denial says what the nearest statement would have to allow", () => {
  expect(
    reason({ identity: [policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::other/*" })] }),
  ).toContain("(aws_iam_policy.test: statement 1 names the action, but on arn:aws:s3:::other/*)");
  const Condition = { StringEquals: { "aws:SourceAccount": account } };
  expect(reason({ identity: [policy({ Action: "s3:GetObject", Resource: "*", Condition })] })).toContain(
    `but only if aws:SourceAccount StringEquals ${account} (it is absent))`,
  );
  expect(reason({})).toContain("(there is none)");
});

test("a denial of an action that no statement names says which one is for the resource", () => {
  const write = policy({ Action: "s3:PutObject", Resource: "arn:aws:s3:::bucket/*" });
  const other = policy({ Action: "s3:PutObject", Resource: "arn:aws:s3:::other/*" });
  expect(reason({ identity: [unrelated, other, write] })).toContain(
    "(aws_iam_policy.test: statement 1 names the resource, but not the action)",
  );
  expect(reason({ identity: [unrelated, other] })).toContain("(it is named in none of aws_iam_policy.test)");
});

test("a denial by conditions names those that don't hold", () => {
  const Condition = { StringEquals: { "aws:a": "1", "aws:b": "2" } };
  const identity = [policy({ Action: "s3:GetObject", Resource: "*", Condition })];
  expect(ask({ identity }, { context: { "aws:a": "1", "aws:b": "3" } }).reason).toContain(
    "names the action, but only if aws:b StringEquals 2 (it is 3))",
  );
});

test("an action without a resource is told without one", () => {
  expect(ask({}, { action: "xray:PutTraceSegments", resource: "*" }).reason).toContain(
    "to perform: xray:PutTraceSegments because no identity-based policy",
  );
});

import { expect, test } from "vitest";
import { type ApplicablePolicies, compilePolicy, type Principal, parsePolicy } from "../../local/iam/index";
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

test("an allow that takes two statements names both, and has them", () => {
  const { by, reason: words } = ask({ identity: [allowAll], boundary: [allowAll] });
  expect(words).toBe("allowed by aws_iam_policy.test: statement 1 and aws_iam_policy.test: statement 1");
  expect(by).toHaveLength(2);
});

test("an explicit deny has the statement that denies, an implicit one has none", () => {
  expect(
    ask({ identity: [allowAll, denyAll] }).by.map(({ statement }) => statement.statement.effect),
  ).toEqual(["Deny"]);
  expect(ask({}).by).toEqual([]);
});

test("the root user of the account is allowed what no policy says", () => {
  const root: Principal = { kind: "root", arn: `arn:aws:iam::${account}:root`, account };
  expect(ask({}, { principal: root })).toEqual({
    allowed: true,
    effect: "allow",
    by: [],
    reason: "allowed: it is the account's root user",
  });
  const resource = [policy({ Principal: { AWS: root.arn }, Action: "*", Resource: "*" })];
  expect(ask({ resource, crossAccount: true }, { principal: root }).by).toHaveLength(1);
  expect(ask({ crossAccount: true }, { principal: root }).effect).toBe("implicit deny");
});

test("a denial by resource control policies has AWS's words", () => {
  expect(reason({ resourceControl: [[denyAll]] })).toContain(
    `${who} with an explicit deny in a resource control policy`,
  );
});

test("a denial in another account names the policies of the role, where the resource allows it", () => {
  const resource = [policy({ Principal: { AWS: account }, Action: "*", Resource: "*" })];
  expect(reason({ resource, crossAccount: true })).toContain("because no identity-based policy allows");
});

test("a service is allowed by the policy of the resource alone", () => {
  const lambda: Principal = { kind: "service", arn: "lambda.amazonaws.com" };
  const asked = { principal: lambda, action: "sns:Publish", resource: "arn:aws:sns:us-east-1:1:t" };
  const resource = [policy({ Principal: { Service: lambda.arn }, Action: "sns:*", Resource: "*" })];
  expect(ask({ resource }, asked).allowed).toBe(true);
  expect(ask({ identity: [allowAll] }, asked).reason).toContain("because no resource-based policy allows");
});

test("a denial names no more than two of many policies", () => {
  const names = (count: number) =>
    reason({
      identity: Array.from({ length: count }, (_, at) =>
        compilePolicy(
          { address: `p${at + 1}`, name: "p" },
          parsePolicy('{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:a:1:q"}}'),
        ),
      ),
    });
  expect(names(3)).toContain("(it is named in none of p1, p2, p3)");
  expect(names(4)).toContain("(it is named in none of p1, p2 and 2 more)");
});

test("a denial tells the statement that comes closest: first its principal, then its resource, then its conditions", () => {
  const other = { Principal: { AWS: "arn:aws:iam::111122223333:role/other" }, Action: "*", Resource: "*" };
  const elsewhere = { Principal: "*", Action: "*", Resource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"] };
  const Condition = { StringEquals: { "aws:a": ["1", "2"] }, Bool: { "aws:b": "true" } };
  const conditional = { Principal: "*", Action: "*", Resource: "*", Condition };
  const nearest = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
    ask(
      { resource: [policy(...statements)], resourceDecides: true },
      { context: { "aws:a": ["3", "4"] } },
    ).reason.replace(/^.*\(aws_iam_policy\.test: /, "");
  expect(nearest(other)).toBe("statement 1 names the action, but another principal)");
  expect(nearest(other, elsewhere)).toBe(
    "statement 2 names the action, but on arn:aws:s3:::a/*, arn:aws:s3:::b/*)",
  );
  expect(nearest(elsewhere, other)).toBe(
    "statement 1 names the action, but on arn:aws:s3:::a/*, arn:aws:s3:::b/*)",
  );
  expect(nearest(other, conditional, elsewhere)).toBe(
    "statement 2 names the action, but only if aws:a StringEquals 1 or 2 (it is 3, 4) and aws:b Bool true (it is absent))",
  );
  expect(nearest(other, other)).toBe("statement 1 names the action, but another principal)");
  expect(nearest({ ...other, Effect: "Deny" }, other)).toBe(
    "statement 2 names the action, but another principal)",
  );
});

test("a denial tells a resource that is left out", () => {
  const identity = [policy({ Action: "*", NotResource: ["arn:aws:s3:::bucket/*"] })];
  expect(reason({ identity })).toContain("names the action, but on all except arn:aws:s3:::bucket/*)");
});

test.each([
  ["sts:AssumeRole", true],
  ["STS:AssumeRoleWithWebIdentity", true],
  ["sts:TagSession", true],
  ["sts:SetSourceIdentity", true],
  ["sts:TagSessions", false],
  ["sts:SetSourceIdentityOf", false],
  ["xsts:AssumeRole", false],
  ["sts:GetCallerIdentity", false],
])("the trust policy governs %s: %s", (action, isGoverned) => {
  const asked = { action, resource: "arn:aws:iam::1:role/r" };
  expect(ask({ resourceDecides: true }, asked).reason.includes("role trust policy")).toBe(isGoverned);
});

import { describe, expect, test } from "vitest";
import type { ApplicablePolicies, Principal } from "../../local/iam/index";
import { account, allowAll, ask, denyAll, policy, session, unrelated, user } from "./support";

const page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic";

/** A policy of a resource that allows everything to these principals. */
const toPrincipals = (principal: unknown) => policy({ Principal: principal, Action: "*", Resource: "*" });
const toSession = toPrincipals({ AWS: session.arn });
const toRole = toPrincipals({ AWS: `arn:aws:iam::${account}:role/examplerole` });
const toUser = toPrincipals({ AWS: user.arn });
const toAccount = toPrincipals({ AWS: `arn:aws:iam::${account}:root` });
const toEverybody = toPrincipals("*");
const toService = toPrincipals({ Service: "cloudwatch.amazonaws.com" });
const cloudwatch: Principal = { kind: "service", arn: "cloudwatch.amazonaws.com" };
const root: Principal = { kind: "root", arn: `arn:aws:iam::${account}:root`, account };

type Case = readonly [
  what: string,
  policies: Partial<ApplicablePolicies>,
  allowed: boolean,
  principal?: Principal,
];

/** What AWS's pages say, sentence by sentence. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  [`${page}_policy-eval-basics.html`]: [
    ["by default all requests are denied", {}, false],
    ["but for the account's root user", {}, true, root],
    ["an allow in a policy of the identity overrides that", { identity: [allowAll] }, true],
    ["one allow in several policies is enough", { identity: [unrelated, allowAll] }, true],
    ["an explicit deny overrides any allow", { identity: [allowAll, denyAll] }, false],
    [
      "a boundary limits the policies of the identity",
      { identity: [allowAll], boundary: [unrelated] },
      false,
    ],
    ["a boundary alone allows nothing", { boundary: [allowAll] }, false],
    ["identity and boundary together allow", { identity: [allowAll], boundary: [allowAll] }, true],
    ["a session policy limits as well", { identity: [allowAll], session: [unrelated] }, false],
    ["a session policy alone allows nothing", { session: [allowAll] }, false],
    [
      "identity, boundary and session allow",
      { identity: [allowAll], boundary: [allowAll], session: [allowAll] },
      true,
    ],
    [
      "a service control policy limits as well",
      { identity: [allowAll], serviceControl: [[unrelated]] },
      false,
    ],
    [
      "each level of them must allow",
      { identity: [allowAll], serviceControl: [[allowAll], [unrelated]] },
      false,
    ],
    ["it alone allows nothing", { serviceControl: [[allowAll]] }, false],
    [
      "a resource control policy limits as well",
      { identity: [allowAll], resourceControl: [[unrelated]] },
      false,
    ],
  ],
  [`${page}_policy-eval-denyallow.html`]: [
    [
      "an explicit deny in a boundary is final",
      { identity: [allowAll], boundary: [allowAll, denyAll] },
      false,
    ],
    ["in a session policy", { identity: [allowAll], session: [allowAll, denyAll] }, false],
    ["in a service control policy", { identity: [allowAll], serviceControl: [[allowAll, denyAll]] }, false],
    [
      "in a resource's policy",
      {
        identity: [allowAll],
        resource: [policy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" })],
      },
      false,
    ],
    ["a resource's policy allows without one of the identity", { resource: [toRole] }, true],
    ["to a role it is limited by a boundary", { resource: [toRole], boundary: [unrelated] }, false],
    ["to a role it is limited by a session policy", { resource: [toRole], session: [unrelated] }, false],
    [
      "to a session it is limited by nothing implicit",
      { resource: [toSession], boundary: [unrelated], session: [unrelated] },
      true,
    ],
    ["to a user it is not limited by a boundary", { resource: [toUser], boundary: [unrelated] }, true, user],
    ["to the account it leaves the decision to the identity's policies", { resource: [toAccount] }, false],
    ["which may allow then", { resource: [toAccount], identity: [allowAll] }, true],
    ["to everybody it needs nothing else in the account", { resource: [toEverybody] }, true],
    [
      "to another role it allows nothing",
      { resource: [toPrincipals({ AWS: `arn:aws:iam::${account}:role/another` })] },
      false,
    ],
    ["a service is allowed by the resource's policy", { resource: [toService] }, true, cloudwatch],
    ["a service has no policies of its own", { resource: [toRole] }, false, cloudwatch],
  ],
  "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html": [
    ["a key needs its own policy to allow", { identity: [allowAll], resourceDecides: true }, false],
    [
      "naming the account is enough with the identity",
      { identity: [allowAll], resource: [toAccount], resourceDecides: true },
      true,
    ],
    ["and not without it", { resource: [toAccount], resourceDecides: true }, false],
    ["naming the role is enough", { resource: [toRole], resourceDecides: true }, true],
    [
      "and is limited by a boundary",
      { resource: [toRole], boundary: [unrelated], resourceDecides: true },
      false,
    ],
  ],
  [`${page}-cross-account.html`]: [
    ["both accounts must allow", { identity: [allowAll], resource: [toRole], crossAccount: true }, true],
    ["not the caller's alone", { identity: [allowAll], crossAccount: true }, false],
    ["not the resource's alone", { resource: [toSession], crossAccount: true }, false],
    [
      "the resource may name the account",
      { identity: [allowAll], resource: [toAccount], crossAccount: true },
      true,
    ],
  ],
};

describe.each(Object.entries(cases))("%s", (_, some) => {
  for (const [what, policies, allowed, principal = session] of some)
    test(what, () => {
      expect(ask(policies, { principal }).allowed).toBe(allowed);
    });
});

describe("NotPrincipal, NotAction and NotResource", () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  const denyOthers = (...names: readonly string[]) =>
    policy({ Effect: "Deny", NotPrincipal: { AWS: names }, Action: "*", Resource: "*" });
  const roleArn = `arn:aws:iam::${account}:role/examplerole`;

  test("a session is left out when it, its role and the account are listed", () => {
    const resource = [denyOthers(session.arn, roleArn, `arn:aws:iam::${account}:root`)];
    expect(ask({ identity: [allowAll], resource }).allowed).toBe(true);
  });

  test("and denied when one of them is missing", () => {
    expect(ask({ identity: [allowAll], resource: [denyOthers(session.arn, account)] }).allowed).toBe(false);
    expect(ask({ identity: [allowAll], resource: [denyOthers(session.arn, roleArn)] }).allowed).toBe(false);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
  test("an allow with NotAction is for all other actions", () => {
    const identity = [policy({ NotAction: "iam:*", Resource: "*" })];
    expect(ask({ identity }).allowed).toBe(true);
    expect(ask({ identity }, { action: "iam:CreateUser" }).allowed).toBe(false);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
  test("a deny with NotResource spares what is listed", () => {
    const identity = [
      allowAll,
      policy({ Effect: "Deny", Action: "s3:*", NotResource: "arn:aws:s3:::bucket/*" }),
    ];
    expect(ask({ identity }).allowed).toBe(true);
    expect(ask({ identity }, { resource: "arn:aws:s3:::other/key" }).allowed).toBe(false);
  });
});

describe("actions and resources", () => {
  const allows = (statement: object, action: string, resource: string) =>
    ask({ identity: [policy({ Resource: "*", ...statement })] }, { action, resource }).allowed;

  test.each([
    ["s3:GetObject", "s3:GetObject", true],
    ["s3:getobject", "S3:GetObject", true],
    ["s3:Get*", "s3:GetObjectTagging", true],
    ["s3:Get?bject", "s3:GetObject", true],
    ["s3:*", "sqs:SendMessage", false],
    ["*", "sqs:SendMessage", true],
    ["s3:GetObject", "s3:GetObjectTagging", false],
  ])("the action %s is or isn't %s", (action, asked, expected) => {
    expect(allows({ Action: action }, asked, "*")).toBe(expected);
  });

  test.each([
    ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b", true],
    ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", false],
    ["arn:aws:s3:::Bucket/key", "arn:aws:s3:::bucket/key", false],
    ["arn:aws:s3:::bucket/a?c", "arn:aws:s3:::bucket/abc", true],
    ["arn:aws:s3:::*", "arn:aws:s3:::bucket/key:1", true],
    ["arn:aws:sqs:*:123456789012:queue", "arn:aws:sqs:us-east-1:123456789012:queue", true],
    ["arn:aws:sqs:us-*-1:123456789012:queue", "arn:aws:sqs:us-east-1:123456789012:queue", true],
    ["arn:aws:s*s:us-east-1:1:q", "arn:aws:sqs:us-east-1:1:s:us-east-1:1:q", false],
    ["arn:aws:logs:us-east-1:1:log-group:a:*", "arn:aws:logs:us-east-1:1:log-group:a:log-stream:b", true],
    ["arn:aws:s3:::bucket/*/b*/c", "arn:aws:s3:::bucket/a/b/b1/x/c", true],
    ["arn:aws:s3:::bucket/a**b*", "arn:aws:s3:::bucket/ab", true],
    ["arn:aws:s3:::bucket/*ab?*c", "arn:aws:s3:::bucket/aabbc", true],
    ["arn:aws:s3:::bucket/*ab*ab", "arn:aws:s3:::bucket/xab", false],
    ["arn:aws:sqs:*:1*3:q", "arn:aws:sqs:us-1-1:123:q", true],
    ["*", "arn:aws:s3:::bucket", true],
  ])("the resource %s is or isn't %s", (resource, asked, expected) => {
    expect(allows({ Action: "*", Resource: resource }, "x:Y", asked)).toBe(expected);
  });

  test("many wildcards are matched in no time", () => {
    const began = performance.now();
    expect(
      allows(
        { Action: "*", Resource: `arn:aws:s3:::b/${"*a".repeat(12)}b` },
        "x:Y",
        `arn:aws:s3:::b/${"a".repeat(1024)}`,
      ),
    ).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

import { describe, expect, test } from "vitest";
import type { ApplicablePolicies, Principal, RequestContext } from "../../local/iam/index";
import { parseOperator } from "../../local/iam/match/operators";
import { type Asked, account, allowAll, ask, holds, policy, session, unrelated, user } from "./support";

const guide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/";
const roleArn = `arn:aws:iam::${account}:role/examplerole`;
const rootArn = `arn:aws:iam::${account}:root`;
const service = (arn: string): Principal => ({ kind: "service", arn });
const root: Principal = { kind: "root", arn: rootArn, account };
const deny = (more: object) => policy({ Effect: "Deny", Action: "*", Resource: "*", ...more });
const grant = (more: object) => policy({ Action: "*", Resource: "*", ...more });

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Held = readonly [what: string, condition: Condition, context: RequestContext, expected: boolean];

const tagKeys = { "ForAllValues:StringLike": { "aws:TagKeys": ["key1*", "key2*"] } };
const present = { Null: { "aws:TagKeys": "false" } };

/** Sentences of AWS's pages on conditions. */
const conditions: Readonly<Record<string, readonly Held[]>> = {
  [`${guide}reference_policies_condition_examples-multi-valued-context-keys.html`]: [
    ["every value must match one of the policy's", tagKeys, { "aws:TagKeys": ["key1a", "key2b"] }, true],
    ["one other value is enough to fail", tagKeys, { "aws:TagKeys": ["key1a", "other"] }, false],
    ["ForAllValues holds without the key", tagKeys, {}, true],
    ["and for an empty list", tagKeys, { "aws:TagKeys": [] }, true],
    ["and for an empty text", tagKeys, { "aws:TagKeys": [""] }, true],
    ["Null false keeps out the missing key", { ...tagKeys, ...present }, {}, false],
    ["and the empty list", { ...tagKeys, ...present }, { "aws:TagKeys": [] }, false],
    ["and the empty text", { ...tagKeys, ...present }, { "aws:TagKeys": [""] }, false],
    ["and keeps in what is there", { ...tagKeys, ...present }, { "aws:TagKeys": ["key1"] }, true],
    ["Null true holds for the empty list", { Null: { "aws:TagKeys": "true" } }, { "aws:TagKeys": [] }, true],
    [
      "ForAnyValue with a negation needs a value that is another",
      { "ForAnyValue:StringNotLike": { "aws:TagKeys": "key1*" } },
      { "aws:TagKeys": ["key1a"] },
      false,
    ],
    [
      "ForAllValues with IfExists compares what is there",
      { "ForAllValues:StringEqualsIfExists": { "aws:TagKeys": "a" } },
      { "aws:TagKeys": ["a", "b"] },
      false,
    ],
  ],
  [`${guide}reference_policies_elements_condition_operators.html`]: [
    [
      "a key is found in any case",
      { Bool: { "AWS:SECURETRANSPORT": "true" } },
      { "aws:SecureTransport": "true" },
      true,
    ],
    [
      "a value is not",
      { StringEquals: { "aws:PrincipalTag/Team": "Lake" } },
      { "aws:principaltag/team": "lake" },
      false,
    ],
    [
      "StringNotEquals with IfExists compares a key that is there",
      { StringNotEqualsIfExists: { k: "a" } },
      { k: "a" },
      false,
    ],
    [
      "NumericLessThan with IfExists holds without the key",
      { NumericLessThanEqualsIfExists: { "s3:max-keys": "10" } },
      {},
      true,
    ],
    [
      "and compares one that is there",
      { NumericLessThanEqualsIfExists: { "s3:max-keys": "10" } },
      { "s3:max-keys": "11" },
      false,
    ],
    [
      "IpAddress with IfExists holds without the key",
      { IpAddressIfExists: { "aws:SourceIp": "192.0.2.0/24" } },
      {},
      true,
    ],
    ["BinaryEquals compares bytes", { BinaryEquals: { k: "QmluYXJ5" } }, { k: "QmluYXJZ" }, false],
    [
      "an ARN is compared part by part",
      { ArnLike: { k: "arn:aws:iam::*:role/*" } },
      { k: "arn:aws:iam::1:user:role/x" },
      false,
    ],
    [
      "ArnEquals knows wildcards as ArnLike does",
      { ArnEquals: { k: "arn:aws:sqs:*:1:q?" } },
      { k: "arn:aws:sqs:eu-west-1:1:q7" },
      true,
    ],
    [
      "a range of addresses of version 6",
      { NotIpAddress: { "aws:SourceIp": "2001:db8::/32" } },
      { "aws:SourceIp": "2001:db8:9::1" },
      false,
    ],
  ],
  [`${guide}reference_policies_variables.html`]: [
    [
      "a variable has its default in a condition",
      { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team, 'company-wide'}" } },
      { "aws:ResourceTag/team": "company-wide" },
      true,
    ],
    [
      "and its value where there is one",
      { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team, 'company-wide'}" } },
      { "aws:ResourceTag/team": "company-wide", "aws:PrincipalTag/team": "yellow" },
      false,
    ],
    [
      "a key of several values is no variable",
      { StringLike: { k: "${aws:TagKeys}" } },
      { k: "a", "aws:TagKeys": ["a", "b"] },
      false,
    ],
    [
      "numbers know no variables",
      { NumericEquals: { "s3:max-keys": "${aws:PrincipalTag/most}" } },
      { "s3:max-keys": "5", "aws:PrincipalTag/most": "5" },
      false,
    ],
    [
      "nor do dates",
      { DateLessThan: { "aws:CurrentTime": "${aws:PrincipalTag/until}" } },
      { "aws:CurrentTime": "2026-01-01T00:00:00Z", "aws:PrincipalTag/until": "2026-02-01T00:00:00Z" },
      false,
    ],
    [
      "nor do addresses",
      { IpAddress: { "aws:SourceIp": "${aws:PrincipalTag/from}" } },
      { "aws:SourceIp": "192.0.2.1", "aws:PrincipalTag/from": "192.0.2.1" },
      false,
    ],
    [
      "ARNs do",
      { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:${aws:PrincipalAccount}:*" } },
      { "aws:SourceArn": "arn:aws:sns:us-east-1:1:t", "aws:PrincipalAccount": "1" },
      true,
    ],
  ],
};

describe.each(Object.entries(conditions))("%s", (_, some) => {
  for (const [what, condition, context, expected] of some)
    test(what, () => {
      expect(holds(condition, context)).toBe(expected);
    });
});

type Case = readonly [what: string, policies: Partial<ApplicablePolicies>, asked: Asked, allowed: boolean];

const all = { identity: [allowAll] };
const bucketOnly = policy({ Action: "s3:*", Resource: "*" });
const key = `arn:aws:kms:us-east-1:${account}:key/k`;
const useOfKey: Asked = { action: "kms:Decrypt", resource: key };
const throughS3 = {
  StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account },
};
const overTls = [
  deny({ Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
];
const tls = (value: string): RequestContext => ({ "aws:SecureTransport": value });

/** Sentences of AWS's pages on what decides together. */
const decisions: Readonly<Record<string, readonly Case[]>> = {
  [`${guide}reference_policies_elements_notprincipal.html`]: [
    [
      "a service that is listed is spared",
      { resource: [grant({ Principal: "*" }), deny({ NotPrincipal: { Service: "sns.amazonaws.com" } })] },
      { principal: service("sns.amazonaws.com") },
      true,
    ],
    [
      "a role is not spared with it",
      { ...all, resource: [deny({ NotPrincipal: { Service: "sns.amazonaws.com" } })] },
      {},
      false,
    ],
    [
      "a user needs the account beside its own ARN",
      { ...all, resource: [deny({ NotPrincipal: { AWS: user.arn } })] },
      { principal: user },
      false,
    ],
    [
      "and is spared with both",
      { ...all, resource: [deny({ NotPrincipal: { AWS: [user.arn, rootArn] } })] },
      { principal: user },
      true,
    ],
    [
      "the root user is the account, by its ARN",
      { resource: [deny({ NotPrincipal: { AWS: rootArn } })] },
      { principal: root },
      true,
    ],
    ["or by its number", { resource: [deny({ NotPrincipal: { AWS: account } })] }, { principal: root }, true],
  ],
  [`${guide}access_policies_boundaries.html`]: [
    [
      "everybody with a condition on the role's ARN is not limited by a boundary",
      {
        boundary: [unrelated],
        resource: [grant({ Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } } })],
      },
      { context: { "aws:PrincipalArn": roleArn } },
      true,
    ],
    [
      "a boundary's deny is final for it too",
      { boundary: [deny({})], resource: [grant({ Principal: "*" })] },
      {},
      false,
    ],
    [
      "the account in a resource's policy lifts no boundary",
      { ...all, boundary: [unrelated], resource: [grant({ Principal: { AWS: account } })] },
      {},
      false,
    ],
    [
      "a boundary limits a key's policy that names the role",
      { boundary: [bucketOnly], resource: [grant({ Principal: { AWS: roleArn } })], resourceDecides: true },
      useOfKey,
      false,
    ],
  ],
  [`${guide}access_policies.html#policies_session`]: [
    [
      "what the identity and one of several session policies allow is allowed",
      { ...all, session: [unrelated, bucketOnly] },
      {},
      true,
    ],
    [
      "what only the resource allows to the role needs the session policy",
      { session: [bucketOnly], resource: [grant({ Principal: { AWS: roleArn } })] },
      {},
      true,
    ],
    ["a session policy widens nothing", { identity: [unrelated], session: [allowAll] }, {}, false],
    [
      "another account's resource is held to the session policy though it names the session",
      {
        ...all,
        session: [unrelated],
        resource: [grant({ Principal: { AWS: session.arn } })],
        crossAccount: true,
      },
      {},
      false,
    ],
  ],
  "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html": [
    [
      "a key's policy alone may allow the use through one service",
      { resource: [grant({ Principal: { AWS: roleArn }, Condition: throughS3 })], resourceDecides: true },
      {
        ...useOfKey,
        context: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account },
      },
      true,
    ],
    [
      "and not another way",
      { resource: [grant({ Principal: { AWS: roleArn }, Condition: throughS3 })], resourceDecides: true },
      { ...useOfKey, context: { "kms:CallerAccount": account } },
      false,
    ],
    [
      "everybody of the account through a service needs no policy of the identity",
      { resource: [grant({ Principal: { AWS: "*" }, Condition: throughS3 })], resourceDecides: true },
      {
        ...useOfKey,
        context: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account },
      },
      true,
    ],
    [
      "the root user has no power over a key that does not name it",
      { resource: [grant({ Principal: { AWS: roleArn } })], resourceDecides: true },
      { ...useOfKey, principal: root },
      false,
    ],
    [
      "a statement for other actions names the account in vain",
      {
        ...all,
        resource: [policy({ Principal: { AWS: rootArn }, Action: "kms:Describe*", Resource: "*" })],
        resourceDecides: true,
      },
      useOfKey,
      false,
    ],
  ],
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html": [
    [
      "a request without TLS is denied to those who may do all",
      { ...all, resource: overTls },
      { context: tls("false") },
      false,
    ],
    ["to the root user", { resource: overTls }, { principal: root, context: tls("false") }, false],
    [
      "to a service that the bucket's policy allows",
      { resource: [...overTls, grant({ Principal: { Service: "logging.s3.amazonaws.com" } })] },
      { principal: service("logging.s3.amazonaws.com"), context: tls("false") },
      false,
    ],
    [
      "and not with TLS",
      { resource: [...overTls, grant({ Principal: { Service: "logging.s3.amazonaws.com" } })] },
      { principal: service("logging.s3.amazonaws.com"), context: tls("true") },
      true,
    ],
  ],
  [`${guide}id_session-tags.html`]: [
    [
      "tags of a session need the role's trust as well",
      {
        ...all,
        resource: [policy({ Principal: { AWS: roleArn }, Action: "sts:AssumeRole" })],
        resourceDecides: true,
      },
      { action: "sts:TagSession", resource: roleArn },
      false,
    ],
  ],
  "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html": [
    [
      "a service control policy does not limit a service",
      { resource: [grant({ Principal: { Service: "sns.amazonaws.com" } })], serviceControl: [[deny({})]] },
      { principal: service("sns.amazonaws.com") },
      true,
    ],
    ["but the root user", { serviceControl: [[deny({})]] }, { principal: root }, false],
  ],
  [`${guide}reference_policies_elements_resource.html`]: [
    [
      "the parts that an ARN lacks stand for all",
      { identity: [policy({ Action: "*", Resource: "arn:aws:sqs" })] },
      { action: "sqs:SendMessage", resource: `arn:aws:sqs:us-east-1:${account}:q` },
      true,
    ],
    [
      "and those that it has for themselves",
      { identity: [policy({ Action: "*", Resource: "arn:aws:sqs:us-east-1" })] },
      { action: "sqs:SendMessage", resource: `arn:aws:sqs:eu-west-1:${account}:q` },
      false,
    ],
  ],
};

describe.each(Object.entries(decisions))("%s", (_, some) => {
  for (const [what, policies, asked, allowed] of some)
    test(what, () => {
      expect(ask(policies, asked).allowed).toBe(allowed);
    });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
test.each(["ForAllValue:StringEquals", "ForAnyValues:StringEquals", "forAllValues:StringEquals"])(
  "%s is no operator",
  (name) => {
    expect(parseOperator(name)).toBeUndefined();
  },
);

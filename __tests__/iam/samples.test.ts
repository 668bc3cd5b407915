import { describe, expect, test } from "vitest";
import type { Principal, RequestContext } from "../../local/iam/index";
import { account, allowAll, ask, policy, session, user } from "./support";

type Json = Readonly<Record<string, unknown>>;

interface Sample {
  readonly page: string;
  /** Statements as AWS publishes them, with other names. */
  readonly statements: readonly Json[];
  /** @default "identity" */
  readonly kind?: "identity" | "resource" | "trust";
  readonly principal?: Principal;
  readonly asks: readonly (readonly [
    action: string,
    resource: string,
    context: RequestContext,
    allowed: boolean,
  ])[];
}

const guide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/";
const service = (arn: string): Principal => ({ kind: "service", arn });
const role = "arn:aws:iam::111122223333:role/r";

const samples: Readonly<Record<string, Sample>> = {
  "deny everything without a second factor": {
    page: `${guide}reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html`,
    statements: [
      { Action: "*", Resource: "*" },
      {
        Effect: "Deny",
        NotAction: ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "sts:GetSessionToken"],
        Resource: "*",
        Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
      },
    ],
    asks: [
      ["s3:GetObject", "arn:aws:s3:::b/k", { "aws:MultiFactorAuthPresent": "true" }, true],
      ["s3:GetObject", "arn:aws:s3:::b/k", { "aws:MultiFactorAuthPresent": "false" }, false],
      ["s3:GetObject", "arn:aws:s3:::b/k", {}, false],
      ["iam:EnableMFADevice", "*", { "aws:MultiFactorAuthPresent": "false" }, true],
    ],
  },
  "deny what is asked of other regions": {
    page: `${guide}reference_policies_examples_aws_deny-requested-region.html`,
    statements: [
      { Action: "*", Resource: "*" },
      {
        Effect: "Deny",
        NotAction: ["iam:*", "route53:*", "support:*"],
        Resource: "*",
        Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] } },
      },
    ],
    asks: [
      ["kinesis:PutRecord", "*", { "aws:RequestedRegion": "eu-west-1" }, true],
      ["kinesis:PutRecord", "*", { "aws:RequestedRegion": "us-east-1" }, false],
      ["iam:ListRoles", "*", { "aws:RequestedRegion": "us-east-1" }, true],
    ],
  },
  "deny what comes from elsewhere, but for services of AWS": {
    page: `${guide}reference_policies_examples_aws_deny-ip.html`,
    statements: [
      { Action: "*", Resource: "*" },
      {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: {
          NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"] },
          Bool: { "aws:ViaAWSService": "false" },
        },
      },
    ],
    asks: [
      ["s3:ListBucket", "*", { "aws:SourceIp": "203.0.113.5", "aws:ViaAWSService": "false" }, true],
      ["s3:ListBucket", "*", { "aws:SourceIp": "198.51.100.5", "aws:ViaAWSService": "false" }, false],
      ["s3:ListBucket", "*", { "aws:SourceIp": "198.51.100.5", "aws:ViaAWSService": "true" }, true],
    ],
  },
  "allow for some days": {
    page: `${guide}reference_policies_examples_aws-dates.html`,
    statements: [
      {
        Action: "service:Act",
        Resource: "*",
        Condition: {
          DateGreaterThan: { "aws:CurrentTime": "2026-04-01T00:00:00Z" },
          DateLessThan: { "aws:CurrentTime": "2026-06-30T23:59:59Z" },
        },
      },
    ],
    asks: [
      ["service:Act", "*", { "aws:CurrentTime": "2026-05-05T12:00:00Z" }, true],
      ["service:Act", "*", { "aws:CurrentTime": "2026-07-01T00:00:00Z" }, false],
      ["service:Act", "*", { "aws:CurrentTime": "2026-03-31T23:00:00Z" }, false],
    ],
  },
  "a folder for each user": {
    page: `${guide}reference_policies_examples_s3_home-directory-console.html`,
    principal: user,
    statements: [
      {
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::homes",
        Condition: { StringLike: { "s3:prefix": ["", "home/", "home/${aws:username}/*"] } },
      },
      { Action: "s3:*", Resource: ["arn:aws:s3:::homes/home/${aws:username}/*"] },
    ],
    asks: [
      ["s3:ListBucket", "arn:aws:s3:::homes", { "s3:prefix": "home/ann/a", "aws:username": "ann" }, true],
      ["s3:ListBucket", "arn:aws:s3:::homes", { "s3:prefix": "home/bob/a", "aws:username": "ann" }, false],
      ["s3:PutObject", "arn:aws:s3:::homes/home/ann/a", { "aws:username": "ann" }, true],
      ["s3:PutObject", "arn:aws:s3:::homes/home/bob/a", { "aws:username": "ann" }, false],
    ],
  },
  "instances with the caller's tag": {
    page: `${guide}reference_policies_examples_ec2_tag-owner.html`,
    principal: user,
    statements: [
      {
        Action: ["ec2:StartInstances", "ec2:StopInstances"],
        Resource: "arn:aws:ec2:*:*:instance/*",
        Condition: { StringEquals: { "aws:ResourceTag/Owner": "${aws:username}" } },
      },
    ],
    asks: [
      [
        "ec2:StartInstances",
        `arn:aws:ec2:us-east-1:${account}:instance/i-1`,
        { "aws:ResourceTag/Owner": "ann", "aws:username": "ann" },
        true,
      ],
      [
        "ec2:StartInstances",
        `arn:aws:ec2:us-east-1:${account}:instance/i-1`,
        { "aws:ResourceTag/Owner": "bob", "aws:username": "ann" },
        false,
      ],
    ],
  },
  "tags that may be set": {
    page: `${guide}reference_policies_condition-single-vs-multi-valued-context-keys.html`,
    statements: [
      {
        Action: "ec2:CreateTags",
        Resource: "*",
        Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["env", "owner"] } },
      },
    ],
    asks: [
      ["ec2:CreateTags", "*", { "aws:TagKeys": ["env"] }, true],
      ["ec2:CreateTags", "*", { "aws:TagKeys": ["env", "cost"] }, false],
    ],
  },
  "a bucket over TLS only": {
    page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    kind: "resource",
    statements: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
    asks: [
      ["s3:GetObject", "arn:aws:s3:::b/k", { "aws:SecureTransport": "true" }, true],
      ["s3:GetObject", "arn:aws:s3:::b/k", { "aws:SecureTransport": "false" }, false],
    ],
  },
  "a bucket that takes encrypted objects only": {
    page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    kind: "resource",
    statements: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::b/*",
        Condition: { Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "true" } },
      },
    ],
    asks: [
      ["s3:PutObject", "arn:aws:s3:::b/k", { "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn" }, true],
      ["s3:PutObject", "arn:aws:s3:::b/k", {}, false],
    ],
  },
  "a queue that one topic sends to": {
    page: "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
    kind: "resource",
    principal: service("sns.amazonaws.com"),
    statements: [
      {
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: `arn:aws:sqs:us-east-1:${account}:q`,
        Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:sns:us-east-1:${account}:t` } },
      },
    ],
    asks: [
      [
        "sqs:SendMessage",
        `arn:aws:sqs:us-east-1:${account}:q`,
        { "AWS:SourceArn": `arn:aws:sns:us-east-1:${account}:t` },
        true,
      ],
      [
        "sqs:SendMessage",
        `arn:aws:sqs:us-east-1:${account}:q`,
        { "aws:SourceArn": `arn:aws:sns:us-east-1:${account}:u` },
        false,
      ],
    ],
  },
  "a role that a service takes on for one account": {
    page: `${guide}confused-deputy.html`,
    kind: "trust",
    principal: service("firehose.amazonaws.com"),
    statements: [
      {
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:aws:firehose:*:${account}:deliverystream/*` },
        },
      },
    ],
    asks: [
      [
        "sts:AssumeRole",
        role,
        {
          "aws:SourceAccount": account,
          "aws:SourceArn": `arn:aws:firehose:us-east-1:${account}:deliverystream/d`,
        },
        true,
      ],
      ["sts:AssumeRole", role, { "aws:SourceAccount": account }, false],
    ],
  },
  "a role for a third party with an external id": {
    page: `${guide}id_roles_common-scenarios_third-party.html`,
    kind: "trust",
    statements: [
      {
        Principal: { AWS: session.arn },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": "12345" } },
      },
    ],
    asks: [
      ["sts:AssumeRole", role, { "sts:ExternalId": "12345" }, true],
      ["sts:AssumeRole", role, {}, false],
    ],
  },
  "a key through one service only": {
    page: "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html",
    statements: [
      {
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: `arn:aws:kms:us-east-1:${account}:key/*`,
        Condition: {
          StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
          StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::lake/*" },
        },
      },
    ],
    asks: [
      [
        "kms:GenerateDataKeyWithoutPlaintext",
        `arn:aws:kms:us-east-1:${account}:key/k`,
        {
          "kms:ViaService": "s3.us-east-1.amazonaws.com",
          "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::lake/a",
        },
        true,
      ],
      ["kms:Decrypt", `arn:aws:kms:us-east-1:${account}:key/k`, {}, false],
    ],
  },
};

describe.each(Object.entries(samples))(
  "%s",
  (_name, { kind = "identity", principal = session, statements, asks, page }) => {
    for (const [action, resource, context, allowed] of asks)
      test(`${action} with ${JSON.stringify(context)} is ${allowed ? "allowed" : "denied"} (${page})`, () => {
        const some = [policy(...statements)];
        const policies =
          kind === "identity"
            ? { identity: some }
            : {
                identity: principal.kind === "service" ? [] : [allowAll],
                resource: some,
                resourceDecides: kind === "trust",
              };
        expect(ask(policies, { principal, action, resource, context }).allowed).toBe(allowed);
      });
  },
);

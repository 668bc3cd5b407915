import { StackError } from "../errors";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type {
  Access,
  EncryptedResource,
  PolicyText,
  ResourcePolicy,
  Role,
  RolePolicy,
  Workgroup,
} from "../types";
import { keyArnOf } from "./keys";
import { awsManagedPolicy } from "./managed-policies";

interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** Reads roles, policies and everything else that decides who may do what. */
export function readAccess(reader: StackReader, { region, accountId }: Place): Access {
  const managed = reader.blocksOf("aws_iam_policy").flatMap((policy) => {
    const arn = policy.knownText("arn");
    return arn ? [{ arn, ...policyText(policy, "policy", policy.knownText("name") ?? arn) }] : [];
  });
  /** @param user The resource that uses the policy. */
  const managedPolicy = (arn: string, user: Settings): PolicyText => {
    const own = managed.find((policy) => policy.arn === arn);
    if (own) return own;
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const document = awsManagedPolicy(arn);
    return document
      ? { address: arn, name, document }
      : {
          address: user.address,
          name,
          document: undefined,
          problem: `the policy ${arn} is not in this stack`,
        };
  };
  return {
    roles: reader.blocksOf("aws_iam_role").flatMap((role) => readRole(role, managedPolicy)),
    rolePolicies: readRolePolicies(reader, managedPolicy),
    resourcePolicies: readResourcePolicies(reader, { region, accountId }),
    keys: reader.blocksOf("aws_kms_key").flatMap((key) => key.knownText("arn") ?? []),
    queues: encrypted(reader, "aws_sqs_queue", "name", "kms_master_key_id"),
    topics: encrypted(reader, "aws_sns_topic", "name", "kms_master_key_id"),
    logGroups: encrypted(reader, "aws_cloudwatch_log_group", "name", "kms_key_id"),
    buckets: readBuckets(reader),
    workgroups: readWorkgroups(reader),
    accessLogs: reader.blocksOf("aws_s3_bucket_logging").flatMap((one) => {
      const bucket = one.knownText("bucket");
      const target = one.knownText("target_bucket");
      const prefix = one.knownText("target_prefix") ?? "";
      return bucket && target ? [{ address: one.address, bucket, target, prefix }] : [];
    }),
    tags: readTags(reader),
  };
}

/**
 * The resource types whose tags a policy can check with `aws:ResourceTag`. Buckets are missing, because their tags can
 * be checked only after this was enabled for the bucket.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const askedForTags = [
  "aws_athena_workgroup",
  "aws_cloudwatch_log_group",
  "aws_iam_role",
  "aws_kinesis_firehose_delivery_stream",
  "aws_kinesis_stream",
  "aws_kms_key",
  "aws_lambda_function",
  "aws_secretsmanager_secret",
  "aws_sns_topic",
  "aws_sqs_queue",
  "aws_ssm_parameter",
];

function readTags(reader: StackReader): Access["tags"] {
  const tags = new Map<string, Readonly<Record<string, string>>>();
  for (const type of askedForTags)
    for (const one of reader.blocksOf(type)) {
      const arn = one.knownText("arn");
      const own = one.knownTags();
      if (arn && Object.keys(own).length > 0) tags.set(arn, own);
    }
  return tags;
}

type ManagedPolicy = (arn: string, user: Settings) => PolicyText;

function readRole(role: Settings, managedPolicy: ManagedPolicy): Role[] {
  const name = role.knownText("name");
  const arn = role.knownText("arn");
  if (!name || !arn) return [];
  const boundary = role.knownText("permissions_boundary");
  return [
    {
      address: role.address,
      name,
      arn,
      tags: role.knownTags(),
      trust: policyText(role, "assume_role_policy", "trust policy"),
      ...(boundary !== undefined && { boundary: managedPolicy(boundary, role) }),
    },
  ];
}

function readRolePolicies(reader: StackReader, managedPolicy: ManagedPolicy): RolePolicy[] {
  const inline = reader.blocksOf("aws_iam_role_policy").flatMap((policy) => {
    const role = policy.knownText("role");
    return role ? [{ role, ...policyText(policy, "policy", policy.knownText("name") ?? "inline") }] : [];
  });
  const ofRoles = reader.each(reader.blocksOf("aws_iam_role"), (role) => {
    const name = role.knownText("name");
    if (!name) return undefined;
    return [
      ...role
        .blocks("inline_policy")
        .map((block) => ({ role: name, ...policyText(block, "policy", block.text("name") ?? "inline") })),
      ...role.knownTexts("managed_policy_arns").map((arn) => ({
        role: name,
        arn,
        ...managedPolicy(arn, role),
      })),
    ];
  });
  const attachments = [
    ...reader
      .blocksOf("aws_iam_role_policy_attachment")
      .map((one) => [one, [one.knownText("role")]] as const),
    ...reader.blocksOf("aws_iam_policy_attachment").map((one) => [one, one.knownTexts("roles")] as const),
  ];
  const attached = attachments.flatMap(([attachment, roles]) => {
    const arn = attachment.knownText("policy_arn");
    if (!arn) return [];
    return roles.flatMap((role) => (role ? [{ role, arn, ...managedPolicy(arn, attachment) }] : []));
  });
  return [...inline, ...ofRoles.flat(), ...attached];
}

/** The resources that have a policy: their type, the attribute with their ARN, and the attribute with the policy. */
const withPolicies = [
  ["aws_sqs_queue", "arn", "policy"],
  ["aws_sns_topic", "arn", "policy"],
  ["aws_sns_topic_policy", "arn", "policy"],
  ["aws_s3_bucket", "arn", "policy"],
  ["aws_kms_key", "arn", "policy"],
  ["aws_kinesis_resource_policy", "resource_arn", "policy"],
] as const;

function readResourcePolicies(reader: StackReader, place: Place): ResourcePolicy[] {
  const policies: ResourcePolicy[] = [];
  const add = (settings: Settings, resource: string | undefined, attribute: string) => {
    if (resource && settings.has(attribute))
      policies.push({ resource, ...policyText(settings, attribute, "resource policy") });
  };
  for (const [type, arn, policy] of withPolicies)
    for (const one of reader.blocksOf(type)) add(one, one.knownText(arn), policy);
  for (const one of reader.blocksOf("aws_s3_bucket_policy"))
    add(one, `arn:aws:s3:::${one.knownText("bucket")}`, "policy");
  for (const one of reader.blocksOf("aws_kms_key_policy"))
    add(one, keyArnOf(reader, one, "key_id"), "policy");
  for (const one of reader.blocksOf("aws_sqs_queue_policy")) {
    const name = one.knownText("queue_url")?.split("/").at(-1);
    add(one, `arn:aws:sqs:${place.region}:${place.accountId}:${name}`, "policy");
  }
  for (const one of reader.blocksOf("aws_lambda_permission")) policies.push(...readPermission(one, place));
  return policies;
}

/**
 * A statement of a function's resource-based policy.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_permission
 */
function readPermission(permission: Settings, { region, accountId }: Place): ResourcePolicy[] {
  const given = permission.knownText("function_name");
  const principal = permission.knownText("principal");
  if (!given || !principal) return [];
  const [name, ofName] = given.replace(/^.*:function:/, "").split(":");
  const qualifier = permission.knownText("qualifier") ?? ofName;
  const resource = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  const sourceArn = permission.knownText("source_arn");
  const sourceAccount = permission.knownText("source_account");
  const document = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principal === "*" ? "*" : { [principal.endsWith(".com") ? "Service" : "AWS"]: principal },
        Action: permission.knownText("action") ?? "lambda:InvokeFunction",
        // https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html
        Resource: qualifier ? `${resource}:${qualifier}` : resource,
        Condition: {
          ...(sourceArn && { ArnLike: { "AWS:SourceArn": sourceArn } }),
          ...(sourceAccount && { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
        },
      },
    ],
  };
  const { address } = permission;
  return [{ address, name: "function policy", resource, document: JSON.stringify(document) }];
}

function encrypted(reader: StackReader, type: string, name: string, key: string): EncryptedResource[] {
  return reader.blocksOf(type).flatMap((one) => {
    const arn = one.knownText("arn");
    const found = one.knownText(name);
    if (!arn || !found) return [];
    return [{ address: one.address, name: found, arn, ...withKey(keyArnOf(reader, one, key)) }];
  });
}

const withKey = (kmsKeyArn: string | undefined) => (kmsKeyArn === undefined ? {} : { kmsKeyArn });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html */
function readBuckets(reader: StackReader): Access["buckets"] {
  return reader.each(reader.blocksOf("aws_s3_bucket_server_side_encryption_configuration"), (one) => {
    const name = one.knownText("bucket");
    const rule = one.block("rule");
    const kmsKeyArn = keyArnOf(
      reader,
      rule?.block("apply_server_side_encryption_by_default"),
      "kms_master_key_id",
    );
    if (!name || !kmsKeyArn) return undefined;
    const hasBucketKey = rule?.knownText("bucket_key_enabled") === "true";
    return { address: one.address, name, arn: `arn:aws:s3:::${name}`, kmsKeyArn, hasBucketKey };
  });
}

function readWorkgroups(reader: StackReader): Workgroup[] {
  return reader.each(reader.blocksOf("aws_athena_workgroup"), (workgroup) => {
    const name = workgroup.knownText("name");
    const arn = workgroup.knownText("arn");
    if (!name || !arn) return undefined;
    const results = workgroup.block("configuration")?.block("result_configuration");
    const outputLocation = results?.knownText("output_location");
    return {
      address: workgroup.address,
      name,
      arn,
      ...(outputLocation && { outputLocation }),
      ...withKey(keyArnOf(reader, results?.block("encryption_configuration"), "kms_key_arn")),
    };
  });
}

/** A policy's text, or the reason why it is unknown. */
function policyText(settings: Settings, attribute: string, name: string): PolicyText {
  const { address } = settings;
  try {
    const document = settings.text(attribute);
    return document === undefined
      ? { address, name, document, problem: `${address}: ${attribute} is not there` }
      : { address, name, document };
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return { address, name, document: undefined, problem: error.messageFor(address) };
  }
}

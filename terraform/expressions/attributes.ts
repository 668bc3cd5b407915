import { createHash } from "node:crypto";
import { uuidOf } from "../uuid";
import { toText, type Value } from "../values";
import { renderPolicyDocument } from "./policy-document";

/** The attributes of a resource that are needed to derive those that AWS computes. */
export interface KnownAttributes {
  readonly address: string;
  readonly region: string;
  readonly accountId: string;
  readonly folder: string;
  /** Whether the attributes have been computed by Terraform, as far as they are known. */
  readonly isPlanned: boolean;
  /** The attribute's value, or undefined when the block doesn't set it. */
  readonly get: (attribute: string) => Value | undefined;
}

type Attributes = Readonly<Record<string, (resource: KnownAttributes) => Value | undefined>>;

/** @throws Error that names the attribute when it is not a string, or when neither a value nor a fallback exists. */
function text({ get }: KnownAttributes, attribute: string, fallback?: string): string {
  const value = get(attribute) ?? fallback;
  if (value === undefined) throw new Error(`${attribute} is required`);
  if (typeof value === "object")
    throw new Error(`${attribute} must be a string, not ${JSON.stringify(value)}`);
  return toText(value);
}

/** A name that is the same at every synth, in place of one that Terraform would generate at random. */
function generatedName(known: KnownAttributes, attribute: string): string {
  const { address, get } = known;
  const suffix = createHash("sha256").update(address).digest("hex").slice(0, 12);
  const isFifo = [get("fifo_queue"), get("fifo_topic")].some((value) => String(value) === "true");
  return `${text(known, `${attribute}_prefix`, "terraform-")}${suffix}${isFifo ? ".fifo" : ""}`;
}

const arn = (service: string, resource: (known: KnownAttributes) => string) => (known: KnownAttributes) =>
  `arn:aws:${service}:${known.region}:${known.accountId}:${resource(known)}`;
const globalArn =
  (service: string, resource: (known: KnownAttributes) => string) => (known: KnownAttributes) =>
    `arn:aws:${service}::${known.accountId}:${resource(known)}`;
/** A name as the block sets it, or else a generated one. */
const nameIn = (known: KnownAttributes, attribute: string) =>
  known.get(attribute) === undefined ? generatedName(known, attribute) : text(known, attribute);
const name = (known: KnownAttributes) => nameIn(known, "name");
const hash = ({ address }: KnownAttributes) => createHash("sha256").update(address).digest("hex");
const uuid = ({ address }: KnownAttributes) => uuidOf(address);
const bucket = (known: KnownAttributes) => nameIn(known, "bucket");
const functionName = (known: KnownAttributes) => text(known, "function_name");

/** The id of an S3 object is its key. */
const s3Object: Attributes = {
  id: ({ get }) => get("key"),
  etag: hash,
  version_id: () => "null",
};
const queueUrl = (queue: KnownAttributes) =>
  `https://sqs.${queue.region}.amazonaws.com/${queue.accountId}/${name(queue)}`;
const named = (service: string, prefix: string): Attributes => ({
  name,
  id: name,
  arn: arn(service, (known) => `${prefix}${name(known)}`),
});

/** The attributes that AWS computes, by resource type, such as names, ids and ARNs. */
const computed: Readonly<Record<string, Attributes>> = {
  "data.archive_file": {
    id: hash,
    output_md5: hash,
    output_sha: hash,
    output_sha256: hash,
    output_base64sha256: hash,
  },
  "data.aws_caller_identity": {
    account_id: ({ accountId }) => accountId,
    id: ({ accountId }) => accountId,
    arn: globalArn("iam", () => "user/local"),
    user_id: () => "LOCAL",
  },
  "data.aws_iam_policy_document": {
    json: ({ get }) => renderPolicyDocument(get),
    minified_json: ({ get }) => renderPolicyDocument(get),
  },
  "data.aws_partition": {
    partition: () => "aws",
    id: () => "aws",
    dns_suffix: () => "amazonaws.com",
    reverse_dns_prefix: () => "com.amazonaws",
  },
  "data.aws_region": {
    region: ({ region }) => region,
    name: ({ region }) => region,
    id: ({ region }) => region,
  },
  aws_athena_workgroup: named("athena", "workgroup/"),
  aws_cloudwatch_event_bus: named("events", "event-bus/"),
  aws_cloudwatch_event_rule: named("events", "rule/"),
  aws_cloudwatch_log_group: named("logs", "log-group:"),
  aws_glue_catalog_database: {
    name,
    id: (database) => `${text(database, "catalog_id", database.accountId)}:${name(database)}`,
    arn: arn("glue", (database) => `database/${name(database)}`),
    catalog_id: (database) => database.get("catalog_id") ?? database.accountId,
  },
  aws_glue_catalog_table: {
    name,
    id: (table) => `${table.accountId}:${text(table, "database_name")}:${name(table)}`,
    arn: arn("glue", (table) => `table/${text(table, "database_name")}/${name(table)}`),
    catalog_id: (table) => table.get("catalog_id") ?? table.accountId,
  },
  aws_dynamodb_table: {
    name,
    id: name,
    arn: arn("dynamodb", (table) => `table/${name(table)}`),
    stream_arn: (table) =>
      String(table.get("stream_enabled")) === "true"
        ? `${arn("dynamodb", (one) => `table/${name(one)}`)(table)}/stream/2024-01-01T00:00:00.000`
        : "",
  },
  aws_ecr_repository: {
    name,
    id: name,
    arn: arn("ecr", (repository) => `repository/${name(repository)}`),
    registry_id: ({ accountId }) => accountId,
    repository_url: (repository) =>
      `${repository.accountId}.dkr.ecr.${repository.region}.amazonaws.com/${name(repository)}`,
  },
  aws_iam_policy: {
    name,
    id: globalArn("iam", (policy) => `policy${text(policy, "path", "/")}${name(policy)}`),
    arn: globalArn("iam", (policy) => `policy${text(policy, "path", "/")}${name(policy)}`),
  },
  aws_iam_role: {
    name,
    id: name,
    arn: globalArn("iam", (role) => `role${text(role, "path", "/")}${name(role)}`),
    unique_id: hash,
  },
  aws_kinesis_firehose_delivery_stream: {
    name,
    id: arn("firehose", (stream) => `deliverystream/${name(stream)}`),
    arn: arn("firehose", (stream) => `deliverystream/${name(stream)}`),
  },
  aws_kinesis_stream: {
    name,
    id: arn("kinesis", (stream) => `stream/${name(stream)}`),
    arn: arn("kinesis", (stream) => `stream/${name(stream)}`),
  },
  aws_kinesis_stream_consumer: {
    arn: (consumer) => `${text(consumer, "stream_arn")}/consumer/${name(consumer)}:0`,
  },
  aws_kms_alias: named("kms", ""),
  aws_kms_key: {
    id: uuid,
    key_id: uuid,
    arn: arn("kms", (key) => `key/${uuid(key)}`),
  },
  aws_lambda_alias: {
    arn: (alias) => {
      const given = text(alias, "function_name");
      const fn = given.startsWith("arn:") ? given : arn("lambda", () => `function:${given}`)(alias);
      return `${fn}:${text(alias, "name")}`;
    },
  },
  aws_lambda_layer_version: {
    arn: arn("lambda", (layer) => `layer:${text(layer, "layer_name")}:1`),
    id: arn("lambda", (layer) => `layer:${text(layer, "layer_name")}:1`),
    layer_arn: arn("lambda", (layer) => `layer:${text(layer, "layer_name")}`),
    version: () => "1",
  },
  aws_lambda_function: {
    id: functionName,
    arn: arn("lambda", (fn) => `function:${functionName(fn)}`),
    invoke_arn: (fn) =>
      `arn:aws:apigateway:${fn.region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${fn.region}:${fn.accountId}:function:${functionName(fn)}/invocations`,
    qualified_arn: arn("lambda", (fn) => `function:${functionName(fn)}:$LATEST`),
    version: () => "$LATEST",
  },
  aws_s3_object: s3Object,
  aws_s3_bucket_object: s3Object,
  aws_s3_bucket: {
    bucket,
    id: bucket,
    arn: (known) => `arn:aws:s3:::${bucket(known)}`,
    bucket_domain_name: (known) => `${bucket(known)}.s3.amazonaws.com`,
    bucket_regional_domain_name: (known) => `${bucket(known)}.s3.${known.region}.amazonaws.com`,
  },
  aws_scheduler_schedule: {
    name,
    id: (schedule) => `${groupOf(schedule)}/${name(schedule)}`,
    arn: arn("scheduler", (schedule) => `schedule/${groupOf(schedule)}/${name(schedule)}`),
  },
  aws_scheduler_schedule_group: named("scheduler", "schedule-group/"),
  aws_secretsmanager_secret: {
    name,
    id: arn("secretsmanager", secretName),
    arn: arn("secretsmanager", secretName),
  },
  aws_sfn_state_machine: named("states", "stateMachine:"),
  aws_ssm_parameter: {
    name,
    id: name,
    arn: arn("ssm", (parameter) => `parameter/${name(parameter).replace(/^\//, "")}`),
  },
  aws_sns_topic: {
    name,
    id: arn("sns", name),
    arn: arn("sns", name),
  },
  aws_sqs_queue: {
    name,
    id: queueUrl,
    url: queueUrl,
    arn: arn("sqs", name),
  },
  random_id: {
    id: (id) => randomBytes(id).toString("base64url"),
    b64_url: (id) => randomBytes(id).toString("base64url"),
    b64_std: (id) => randomBytes(id).toString("base64"),
    hex: (id) => randomBytes(id).toString("hex"),
    dec: (id) => BigInt(`0x${randomBytes(id).toString("hex")}`).toString(),
  },
  random_integer: { id: ({ get }) => get("min"), result: ({ get }) => get("min") },
  random_pet: { id: (pet) => `local-${hash(pet).slice(0, 6)}` },
  random_password: { id: () => "none", result: randomString },
  random_string: { id: randomString, result: randomString },
  random_uuid: { id: uuid, result: uuid },
};

const groupOf = (known: KnownAttributes) => text(known, "group_name", "default");

/**
 * AWS appends six characters to each name:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
function secretName(secret: KnownAttributes): string {
  return `secret:${name(secret)}-${hash(secret).slice(0, 6)}`;
}

/** As many as a hash has, at most. */
const randomBytes = (known: KnownAttributes): Buffer =>
  Buffer.from(hash(known), "hex").subarray(0, Number(known.get("byte_length")));

function randomString(known: KnownAttributes): string {
  const length = Number(known.get("length"));
  return "".padEnd(length, hash(known));
}

// Companion resources configure a bucket. Their id is the bucket's name.
const companion = /^aws_s3_bucket_/;

/** A data source refers to a resource outside of the stack, whose names and ARNs follow the same rules. */
const rulesOf = (type: string): Attributes => computed[type] ?? computed[type.replace(/^data\./, "")] ?? {};

/** @returns undefined when the block does not set the attribute and it can't be derived by AWS's rules. */
export function attribute(type: string, known: KnownAttributes, name: string): Value | undefined {
  const rules = rulesOf(type);
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  const written = known.isPlanned ? known.get(name) : undefined;
  if (written !== undefined && written !== null) return written;
  if (rule) return rule(known);
  if (companion.test(type) && name === "id") return known.get("bucket");
  return known.get(name);
}

/** Names of the computed attributes of a resource type. */
export const computedNames = (type: string): readonly string[] => Object.keys(rulesOf(type));

import { type Document, readDocument } from "./document";
import { StackError } from "./errors";
import { Resolver } from "./expressions/resolver";
import { bucketName, requiredName, streamName } from "./names";
import { StackReader } from "./reader";
import { readAccess } from "./resources/access";
import { readNamedQueries, readPreparedStatements, readSchedules, readTables } from "./resources/catalog";
import { readMetricAlarms } from "./resources/cloudwatch";
import { readDeliveryStreams } from "./resources/firehose";
import { keyArn } from "./resources/keys";
import { readFunctions, readMappings } from "./resources/lambda";
import type { Settings } from "./settings";
import type { GlueTable, KinesisStream, Stack } from "./types";
import { toText } from "./values";

export { StackError } from "./errors";
export { missingArchives } from "./resources/lambda";
export type { Settings } from "./settings";
export type * from "./types";

/** The account that `data.aws_caller_identity` answers on this machine. */
const accountId = "000000000000";

/** A stack, and what it says beyond what this machine runs. */
export interface ReadStack {
  readonly stack: Stack;
  /** The resources of a type, such as `aws_cloudwatch_metric_alarm`. Those with `count` or `for_each` are left out. */
  readonly resources: (type: string) => readonly Settings[];
}

/**
 * Reads a synthesized stack.
 *
 * @param fileOrFolder a `cdk.tf.json`, any other Terraform JSON file, or a folder with `*.tf.json` files.
 * @throws StackError (one line) when there is no stack, it is not Terraform JSON, or a setting that the runner
 *   needs is wrong or refers to what can't be resolved; it names the place and the expression.
 */
export function readStack(fileOrFolder: string): ReadStack {
  const document = readDocument(fileOrFolder);
  const stack = interpret(document);
  const { region } = stack;
  const reader = new StackReader(document, new Resolver(document, { region, accountId }));
  return { stack, resources: (type) => reader.of(type) };
}

/** What a synthesized stack says, with every reference that this machine needs resolved, as `readStack` reads it. */
export const loadStack = (fileOrFolder: string): Stack => readStack(fileOrFolder).stack;

function interpret(document: Document): Stack {
  const region = readRegion(document);
  const resolver = new Resolver(document, { region, accountId });
  const reader = new StackReader(document, resolver);
  for (const name of document.modules) reader.skip(`module.${name}`, "modules are not read");

  const streams = [...reader.of("aws_kinesis_stream"), ...reader.data("aws_kinesis_stream")].map((stream) =>
    readStream(reader, stream),
  );
  const buckets = reader.of("aws_s3_bucket").map((bucket) => ({
    address: bucket.address,
    name: requiredName(bucket, "bucket", bucketName),
    arn: bucket.required("arn"),
  }));
  const functions = readFunctions(reader);
  const mappings = readMappings(reader, streams, functions);
  const deliveryStreams = readDeliveryStreams(reader, streams, buckets);
  const tables = readTables(reader);
  for (const { address, conversion } of deliveryStreams) {
    if (!conversion) continue;
    const table = tables.find(
      ({ database, name }) => database === conversion.database && name === conversion.table,
    );
    const name = `${conversion.database}.${conversion.table}`;
    const problem = table ? columnProblem(table) : `there is no table ${name} in this stack`;
    if (problem) throw new StackError(`${address}: schema_configuration: ${problem}`);
  }
  return {
    folder: document.folder,
    region,
    accountId,
    streams,
    functions,
    mappings,
    deliveryStreams,
    buckets,
    tables,
    namedQueries: readNamedQueries(reader),
    preparedStatements: readPreparedStatements(reader),
    schedules: readSchedules(reader),
    alarms: readMetricAlarms(reader),
    access: readAccess(reader, { region, accountId }),
    outputs: readOutputs(document, resolver),
    unsupported: reader.unsupported,
  };
}

/** Why records can't be converted by a table; undefined when they can. */
function columnProblem({ database, name: table, columns }: GlueTable): string | undefined {
  if (columns.length === 0) return `the table ${database}.${table} has no columns`;
  const names = columns.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined ? undefined : `the table ${database}.${table} has the column ${twice} twice`;
}

function readRegion(document: Document): string {
  const providers = document.providers.get("aws") ?? [];
  const provider = providers.find(({ alias }) => alias === undefined) ?? providers[0];
  if (provider?.region === undefined) return "us-east-1";
  const resolver = new Resolver(document, { region: "us-east-1", accountId });
  return toText(resolver.value(provider.region, "provider.aws: region"));
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kinesis_stream */
function readStream(reader: StackReader, stream: Settings): KinesisStream {
  const mode = stream.block("stream_mode_details")?.text("stream_mode") ?? "PROVISIONED";
  if (mode !== "PROVISIONED" && mode !== "ON_DEMAND")
    throw stream.error("stream_mode_details.stream_mode", `must be PROVISIONED or ON_DEMAND, not ${mode}`);
  const shardCount = mode === "ON_DEMAND" ? 4 : stream.number("shard_count", 1);
  if (!Number.isInteger(shardCount) || shardCount < 1)
    throw stream.error("shard_count", `must be a whole number of at least 1, not ${shardCount}`);
  return {
    address: stream.address,
    name: requiredName(stream, "name", streamName),
    arn: stream.required("arn"),
    mode,
    shardCount,
    retentionHours: stream.number("retention_period", 24),
    kmsKeyArn: keyArn(reader, stream, "kms_key_id"),
  };
}

/** Outputs are for people: one that can't be resolved here is left out. */
function readOutputs(document: Document, resolver: Resolver): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, { value }] of document.outputs) {
    try {
      const resolved = resolver.value(value, `output.${name}`);
      outputs[name] = typeof resolved === "string" ? resolved : JSON.stringify(resolved);
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
    }
  }
  return outputs;
}

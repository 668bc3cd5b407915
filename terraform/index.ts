import { streamLimits } from "@streaming-data-lake/rules/limits";
import { streamName } from "@streaming-data-lake/rules/names";
import type { Document } from "./document";
import { StackError, UnresolvedError } from "./errors";
import { BigFloat } from "./expressions/big-float";
import { Resolver } from "./expressions/resolver";
import { type Kind, readDocument } from "./inputs/read";
import { bucketName, requiredName } from "./names";
import { StackReader } from "./reader";
import { readAccess } from "./resources/access";
import {
  readDatabases,
  readNamedQueries,
  readPreparedStatements,
  readSchedules,
  readTables,
} from "./resources/catalog";
import { readMetricAlarms } from "./resources/cloudwatch";
import { readDeliveryStreams } from "./resources/firehose";
import { keyArnOf } from "./resources/keys";
import { readFunctions, readMappings } from "./resources/lambda";
import { readSubscriptions } from "./resources/messages";
import { nameNotRun } from "./resources/not-run";
import { checkRanges } from "./resources/ranges";
import type { Settings } from "./settings";
import type { KinesisStream, Stack } from "./types";

export { StackError } from "./errors";
export { missingArchives } from "./resources/lambda";
export type { Settings } from "./settings";
export type * from "./types";

/** The account id that `data.aws_caller_identity` returns locally, unless a plan or state contains the real one. */
const localAccount = "000000000000";

/** A stack, and all of its resources, including those that do not run on this machine. */
export interface ReadStack {
  readonly stack: Stack;
  /** The resources of a type, such as `aws_cloudwatch_metric_alarm`. */
  readonly resources: (type: string) => readonly Settings[];
}

/**
 * Reads a stack from Terraform JSON, a plan, or a state.
 *
 * @param fileOrFolder a `cdk.tf.json`, any other Terraform JSON file, a folder with `*.tf.json` files, `terraform show
 *   -json` of a plan or of a state, or a state file.
 * @param kind The expected kind of input. @default any
 * @throws StackError (one line) when there is no stack, it is not valid Terraform JSON, or a setting that the runner
 *   needs is wrong. A resource that refers to something that can't be resolved here is left out and named in
 *   `unsupported`.
 */
export function readStack(fileOrFolder: string, kind?: Kind): ReadStack {
  return interpretDocument(readDocument(fileOrFolder, kind));
}

/** Interprets a document, and resolves every reference that this machine needs. */
export function interpretDocument(document: Document): ReadStack {
  const unsupported: string[] = [];
  const accountId = document.accountId ?? localAccount;
  const region = readRegion(document, accountId, unsupported);
  const resolver = new Resolver(document, { region, accountId });
  const reader = new StackReader(document, resolver);
  unsupported.push(...document.notRead, ...unknownDefaultTags(document, resolver));
  reader.unsupported.push(...unsupported);
  return { stack: interpret(reader, { region, accountId }), resources: (type) => reader.blocksOf(type) };
}

/** Reads a stack as `readStack` does, and returns only what can be run. */
export const loadStack = (fileOrFolder: string): Stack => readStack(fileOrFolder).stack;

function interpret(reader: StackReader, environment: { region: string; accountId: string }): Stack {
  const { document } = reader;
  const own = reader.each(reader.blocksOf("aws_kinesis_stream"), (stream) => readStream(reader, stream));
  const others = reader.each(reader.data("aws_kinesis_stream"), (stream) => readStream(reader, stream));
  const streams = [...own, ...others.filter(({ name }) => own.every((stream) => stream.name !== name))];
  const twice = streams.find(({ name }, at) => streams.findIndex((one) => one.name === name) < at);
  if (twice)
    throw new StackError(`${twice.address}: name: another stream of this stack is called ${twice.name}`);
  const buckets = reader.each(reader.blocksOf("aws_s3_bucket"), (bucket) => {
    const name = requiredName(bucket, "bucket", bucketName);
    if (name.length < 3)
      reader.note(bucket.address, `AWS refuses the name ${name}: it must be ${bucketName.says}`);
    return { address: bucket.address, name, arn: bucket.required("arn") };
  });
  const functions = readFunctions(reader);
  refuseTwice("function", functions);
  const mappings = readMappings(reader, streams, functions);
  const tables = readTables(reader);
  const deliveryStreams = readDeliveryStreams(reader, { streams, buckets, tables, functions });
  refuseTwice("delivery stream", deliveryStreams);
  nameNotRun(reader);
  checkRanges(reader);
  return {
    ...environment,
    folder: document.folder,
    streams,
    functions,
    mappings,
    deliveryStreams,
    buckets,
    databases: readDatabases(reader),
    tables,
    namedQueries: readNamedQueries(reader),
    preparedStatements: readPreparedStatements(reader),
    schedules: readSchedules(reader),
    alarms: readMetricAlarms(reader),
    subscriptions: readSubscriptions(reader),
    access: readAccess(reader, environment),
    outputs: readOutputs(reader),
    unsupported: reader.unsupported,
    notes: reader.notes,
  };
}

/** @throws StackError for two resources of one kind with the same name, which AWS refuses. */
function refuseTwice(
  kind: string,
  all: readonly { readonly address: string; readonly name: string }[],
): void {
  const twice = all.find(({ name }, at) => all.findIndex((one) => one.name === name) < at);
  if (twice) throw new StackError(`${twice.address}: another ${kind} of this stack is called ${twice.name}`);
}

function readRegion(document: Document, accountId: string, unsupported: string[]): string {
  const fallback = document.region ?? "us-east-1";
  const providers = document.providers.get("aws") ?? [];
  const provider = providers.find(({ alias }) => alias === undefined) ?? providers[0];
  if (provider?.region === undefined || provider.region === null) return fallback;
  const resolver = new Resolver(document, { region: fallback, accountId });
  try {
    const region = resolver.value(provider.region, "provider.aws: region");
    if (typeof region === "string" && region !== "") return region;
    throw new StackError(`provider.aws: region: must be a region's name, not ${JSON.stringify(region)}`);
  } catch (error) {
    if (!(error instanceof UnresolvedError)) throw error;
    unsupported.push(`${error.message}; ${fallback} is used`);
    return fallback;
  }
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kinesis_stream */
function readStream(reader: StackReader, stream: Settings): KinesisStream {
  const mode = stream.block("stream_mode_details")?.text("stream_mode") ?? "PROVISIONED";
  if (mode !== "PROVISIONED" && mode !== "ON_DEMAND")
    throw stream.error("stream_mode_details.stream_mode", `must be PROVISIONED or ON_DEMAND, not ${mode}`);
  const shardCount = mode === "ON_DEMAND" ? 4 : stream.integer("shard_count", streamLimits.shardCount, 1);
  return {
    address: stream.address,
    name: requiredName(stream, "name", streamName),
    arn: stream.required("arn"),
    mode,
    shardCount,
    retentionHours: stream.integer("retention_period", streamLimits.retentionHours, 24),
    kmsKeyArn: keyArnOf(reader, stream, "kms_key_id"),
  };
}

/** One sentence for each provider whose default tags can't be resolved. They belong to the tags of every resource. */
function unknownDefaultTags({ providers }: Document, resolver: Resolver): string[] {
  return (providers.get("aws") ?? []).flatMap(({ alias, default_tags: tags }) => {
    const address = `provider.aws${alias === undefined ? "" : `.${alias}`}`;
    try {
      resolver.value(tags ?? null, `${address}: default_tags`);
      return [];
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      return [`${error.messageFor(address)}; no resource of it has tags here`];
    }
  });
}

/** The stack's outputs. They are only informational, so one that can't be resolved here is left out and reported. */
function readOutputs({ document, resolver, unsupported }: StackReader): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, { value }] of document.outputs) {
    const address = `output.${name}`;
    try {
      const resolved = resolver.value(value, address);
      outputs[name] =
        typeof resolved === "string" || resolved instanceof BigFloat
          ? String(resolved)
          : JSON.stringify(resolved);
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      unsupported.push(`${error.messageFor(address)}: it is left out`);
    }
  }
  return outputs;
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadStack, StackError } from "@streaming-data-lake/runner";
import * as z from "zod";

export interface StoragePlan {
  /** Age in days at which objects move, the earliest first. */
  readonly transitions: readonly { readonly days: number; readonly storageClass: string }[];
  /** Age in days at which objects are gone for good. */
  readonly lifetimeDays: number;
}

/** The settings of a synthesized stack that decide what it costs. */
export interface Setup {
  readonly streamName: string;
  readonly region: string;
  readonly streamMode: "PROVISIONED" | "ON_DEMAND";
  /** 0 for an on-demand stream. */
  readonly shardCount: number;
  readonly streamRetentionHours: number;
  /** Consumers with enhanced fan-out. */
  readonly fanOutConsumers: number;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly parallelizationFactor: number;
  readonly functionMemoryMegabytes: number;
  readonly functionTimeoutSeconds: number;
  readonly architecture: "arm64" | "x86_64";
  readonly tracing: boolean;
  readonly bufferSeconds: number;
  readonly bufferMebibytes: number;
  readonly converts: boolean;
  readonly backup: boolean;
  readonly processed: StoragePlan;
  readonly raw: StoragePlan;
  readonly logRetentionDays: number;
  readonly alarms: number;
  readonly dashboards: number;
  readonly customerManagedKeys: number;
  /** Queries that schedules start in a day. */
  readonly scheduledQueries: number;
  /** Bytes that a query may scan. */
  readonly scanCutoffBytes: number;
}

const oneOrMany = <T extends z.ZodType>(block: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(block));

const blocks = <T extends z.ZodType>(body: T) => z.record(z.string(), body).default({});
const counted = blocks(z.unknown()).transform((all) => Object.keys(all).length);

const rule = z.object({
  filter: oneOrMany(z.object({ prefix: z.string().default("") })).default([]),
  expiration: oneOrMany(z.object({ days: z.number().optional() })).default([]),
  noncurrent_version_expiration: oneOrMany(z.object({ noncurrent_days: z.number() })).default([]),
  transition: oneOrMany(z.object({ days: z.number(), storage_class: z.string() })).default([]),
});
type Rule = z.output<typeof rule>;

/** What the runner has no use for, so that `loadStack` leaves it out. */
const document = z.object({
  resource: z.object({
    aws_lambda_function: blocks(
      z.object({
        architectures: z.array(z.enum(["arm64", "x86_64"])).default(["x86_64"]),
        tracing_config: oneOrMany(z.object({ mode: z.string() })).default([]),
      }),
    ),
    aws_kinesis_stream_consumer: counted,
    aws_cloudwatch_metric_alarm: counted,
    aws_cloudwatch_dashboard: counted,
    aws_kms_key: counted,
    aws_cloudwatch_log_group: blocks(z.object({ retention_in_days: z.number().default(0) })),
    aws_s3_bucket_lifecycle_configuration: blocks(z.object({ rule: oneOrMany(rule) })),
    aws_athena_workgroup: blocks(
      z.object({
        configuration: oneOrMany(z.object({ bytes_scanned_cutoff_per_query: z.number().optional() })).default(
          [],
        ),
      }),
    ),
  }),
});

/**
 * Reads a synthesized stack of one stream, one function and one delivery stream.
 *
 * @throws StackError in one line, when it can't be read or has another shape.
 */
export function readSetup(fileOrFolder: string): Setup {
  const stack = loadStack(fileOrFolder);
  const file = statSync(fileOrFolder).isDirectory() ? join(fileOrFolder, "cdk.tf.json") : fileOrFolder;
  if (!existsSync(file)) throw new StackError(`there is no ${file}`);
  const { data, error } = document.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!data) throw new StackError(`${file}: ${z.prettifyError(error).replaceAll("\n", " ")}`);
  const more = data.resource;

  const stream = only(stack.streams, "stream");
  const mapping = only(stack.mappings, "event source mapping");
  const fn = only(stack.functions, "function");
  const delivery = only(stack.deliveryStreams, "delivery stream");
  const [block] = Object.values(more.aws_lambda_function);
  const rules = Object.values(more.aws_s3_bucket_lifecycle_configuration).flatMap((each) => each.rule);
  const [workgroup] = Object.values(more.aws_athena_workgroup);
  return {
    streamName: stream.name,
    region: stack.region,
    streamMode: stream.mode,
    shardCount: stream.mode === "ON_DEMAND" ? 0 : stream.shardCount,
    streamRetentionHours: stream.retentionHours,
    fanOutConsumers: more.aws_kinesis_stream_consumer,
    batchSize: mapping.batchSize,
    batchingWindowSeconds: mapping.batchingWindowSeconds,
    parallelizationFactor: mapping.parallelizationFactor,
    functionMemoryMegabytes: fn.memoryMegabytes,
    functionTimeoutSeconds: fn.timeoutSeconds,
    architecture: block?.architectures[0] ?? "x86_64",
    tracing: block?.tracing_config.some(({ mode }) => mode === "Active") ?? false,
    bufferSeconds: delivery.destination.bufferSeconds,
    bufferMebibytes: delivery.destination.bufferMebibytes,
    converts: delivery.conversion !== undefined,
    backup: delivery.backup !== undefined,
    processed: storagePlan(rules, delivery.destination.prefix),
    raw: storagePlan(rules, delivery.backup?.prefix ?? ""),
    logRetentionDays: Math.max(
      0,
      ...Object.values(more.aws_cloudwatch_log_group).map((each) => each.retention_in_days),
    ),
    alarms: more.aws_cloudwatch_metric_alarm,
    dashboards: more.aws_cloudwatch_dashboard,
    customerManagedKeys: more.aws_kms_key,
    scheduledQueries: stack.schedules.reduce((sum, each) => sum + runsADay(each.expression), 0),
    scanCutoffBytes: workgroup?.configuration[0]?.bytes_scanned_cutoff_per_query ?? Number.POSITIVE_INFINITY,
  };
}

function only<T>(all: readonly T[], what: string): T {
  const [one] = all;
  if (one === undefined || all.length > 1)
    throw new StackError(`the stack has ${all.length} of ${what}; an estimate is made for one`);
  return one;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
function storagePlan(rules: readonly Rule[], prefix: string): StoragePlan {
  const mine = rules.filter(({ filter }) => filter.every((each) => prefix.startsWith(each.prefix)));
  const days = (list: readonly (number | undefined)[]) => list.filter((day) => day !== undefined);
  const expiry = days(mine.flatMap(({ expiration }) => expiration.map((each) => each.days)));
  // In a versioned bucket an expired object stays for a while as a noncurrent version.
  const after = mine.flatMap((each) => each.noncurrent_version_expiration.map((one) => one.noncurrent_days));
  return {
    transitions: mine
      .flatMap((each) => each.transition)
      .map(({ days, storage_class: storageClass }) => ({ days, storageClass }))
      .sort((one, other) => one.days - other.days),
    lifetimeDays: Math.min(...expiry, Number.POSITIVE_INFINITY) + Math.max(...after, 0),
  };
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
function runsADay(expression: string): number {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit];
  if (count !== undefined && minutes !== undefined) return 1440 / (Number(count) * minutes);
  const [, hours] = /^cron\(\d+ (\S+) \S+ \S+ \S+ \S+\)$/.exec(expression) ?? [];
  if (hours === undefined) throw new StackError(`schedule "${expression}": how often it runs is not known`);
  return hours === "*" ? 24 : hours.split(",").length;
}

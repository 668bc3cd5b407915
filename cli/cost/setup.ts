import { type ReadStack, type Settings, StackError } from "@streaming-data-lake/terraform";

export interface StoragePlan {
  /** The ages, in days, at which objects move to another storage class, the lowest first. */
  readonly transitions: readonly { readonly days: number; readonly storageClass: string }[];
  /** Age in days at which objects are permanently deleted. */
  readonly lifetimeDays: number;
}

/** The settings of a synthesized stack that decide what it costs. */
export interface Setup {
  readonly streamName: string;
  readonly region: string;
  readonly streamMode: "PROVISIONED" | "ON_DEMAND";
  /** Number of shards; 0 for an on-demand stream. */
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
  /** Metrics that the alarms watch. An alarm on an expression watches several. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly customerManagedKeys: number;
  /** Queries that schedules start in a day. */
  readonly scheduledQueries: number;
  /** Most bytes that a query can scan. */
  readonly scanCutoffBytes: number;
}

/**
 * Reads what decides the cost of a synthesized stack with one stream, one function and one delivery stream.
 *
 * @throws StackError in one line, when the stack has another number of them.
 */
export function setupOf({ stack, resources }: ReadStack): Setup {
  const stream = only(stack.streams, "stream");
  const mapping = only(stack.mappings, "event source mapping");
  const fn = only(stack.functions, "function");
  const delivery = only(stack.deliveryStreams, "delivery stream");
  const [lambda] = resources("aws_lambda_function");
  const rules = resources("aws_s3_bucket_lifecycle_configuration").flatMap((each) => each.blocks("rule"));
  const [workgroup] = resources("aws_athena_workgroup");
  return {
    streamName: stream.name,
    region: stack.region,
    streamMode: stream.mode,
    shardCount: stream.mode === "ON_DEMAND" ? 0 : stream.shardCount,
    streamRetentionHours: stream.retentionHours,
    fanOutConsumers: resources("aws_kinesis_stream_consumer").length,
    batchSize: mapping.batchSize,
    batchingWindowSeconds: mapping.batchingWindowSeconds,
    parallelizationFactor: mapping.parallelizationFactor,
    functionMemoryMegabytes: fn.memoryMegabytes,
    functionTimeoutSeconds: fn.timeoutSeconds,
    architecture: lambda?.list("architectures")[0] === "arm64" ? "arm64" : "x86_64",
    tracing: lambda?.block("tracing_config")?.text("mode") === "Active",
    bufferSeconds: delivery.destination.bufferSeconds,
    bufferMebibytes: delivery.destination.bufferMebibytes,
    converts: delivery.conversion !== undefined,
    backup: delivery.backup !== undefined,
    processed: storagePlan(rules, delivery.destination.prefix),
    raw: storagePlan(rules, delivery.backup?.prefix ?? ""),
    logRetentionDays: Math.max(
      0,
      ...resources("aws_cloudwatch_log_group").map((group) => group.number("retention_in_days", 0)),
    ),
    alarms: resources("aws_cloudwatch_metric_alarm").length,
    alarmMetrics: resources("aws_cloudwatch_metric_alarm").reduce((sum, each) => sum + metricsOf(each), 0),
    dashboards: resources("aws_cloudwatch_dashboard").length,
    customerManagedKeys: resources("aws_kms_key").length,
    scheduledQueries: stack.schedules.reduce((sum, each) => sum + runsADay(each.expression), 0),
    scanCutoffBytes:
      workgroup?.block("configuration")?.number("bytes_scanned_cutoff_per_query", 0) ||
      Number.POSITIVE_INFINITY,
  };
}

/** The number of metrics in an alarm, by which CloudWatch charges for it: https://aws.amazon.com/cloudwatch/pricing/ */
function metricsOf(alarm: Settings): number {
  return Math.max(1, alarm.blocks("metric_query").filter((query) => query.has("metric")).length);
}

function only<T>(all: readonly T[], what: string): T {
  const [one] = all;
  if (one === undefined || all.length > 1)
    throw new StackError(`the stack has ${all.length} of ${what}; an estimate is made for one`);
  return one;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
function storagePlan(rules: readonly Settings[], prefix: string): StoragePlan {
  const applying = rules.filter((rule) =>
    rule.blocks("filter").every((filter) => prefix.startsWith(filter.text("prefix") ?? "")),
  );
  const blocks = (name: string) => applying.flatMap((rule) => rule.blocks(name));
  const expiry = blocks("expiration").map((block) => block.number("days", Number.POSITIVE_INFINITY));
  // In a versioned bucket, an expired object stays for some days as a noncurrent version.
  const after = blocks("noncurrent_version_expiration").map((block) => block.number("noncurrent_days", 0));
  return {
    transitions: blocks("transition")
      .map((block) => ({ days: block.number("days", 0), storageClass: block.required("storage_class") }))
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

import type { KinesisContext } from "../context";
import { invalidArgument, validation } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import { metricsName } from "../protocol/shapes";
import type { StreamState } from "../streams/state";
import type { StoredStream } from "../streams/stream";
import { activeStreamOf } from "./resolve";

const hours = { least: 24, most: 8760 };

export function increaseStreamRetentionPeriod(
  kinesis: KinesisContext,
  input: Input<"IncreaseStreamRetentionPeriod">,
): undefined {
  const stream = activeStreamOf(kinesis, input);
  const { RetentionPeriodHours: wanted } = input;
  requireHours(wanted);
  const { retentionHours } = stream.state;
  if (retentionHours > wanted)
    throw invalidArgument(
      `Requested retention period (${wanted} hours) for stream ${stream.name} can not be shorter than existing retention period (${retentionHours} hours). Use DecreaseRetentionPeriod API.`,
    );
  // Records that are already out of retention must not come back.
  stream.save({ retentionHours: wanted, trimmedBefore: stream.horizon() });
}

export function decreaseStreamRetentionPeriod(
  kinesis: KinesisContext,
  input: Input<"DecreaseStreamRetentionPeriod">,
): undefined {
  const stream = activeStreamOf(kinesis, input);
  const { RetentionPeriodHours: wanted } = input;
  requireHours(wanted);
  const { retentionHours } = stream.state;
  if (retentionHours < wanted)
    throw invalidArgument(
      `Requested retention period (${wanted} hours) for stream ${stream.name} can not be longer than existing retention period (${retentionHours} hours). Use IncreaseRetentionPeriod API.`,
    );
  stream.save({ retentionHours: wanted });
  stream.trim();
}

function requireHours(wanted: number): void {
  if (wanted < hours.least)
    throw invalidArgument(
      `Minimum allowed retention period is ${hours.least} hours. Requested retention period (${wanted} hours) is too short.`,
    );
  if (wanted > hours.most)
    throw invalidArgument(
      `Maximum allowed retention period is ${hours.most} hours. Requested retention period (${wanted} hours) is too long.`,
    );
}

/** Stores the key, which is then reported. Records are marked as encrypted, but are not encrypted on disk. */
export function startStreamEncryption(
  kinesis: KinesisContext,
  input: Input<"StartStreamEncryption">,
): undefined {
  const stream = activeStreamOf(kinesis, input);
  requireKms(input.EncryptionType);
  stream.begin("UPDATING", { kind: "encrypt", keyId: input.KeyId });
}

export function stopStreamEncryption(
  kinesis: KinesisContext,
  input: Input<"StopStreamEncryption">,
): undefined {
  const stream = activeStreamOf(kinesis, input);
  requireKms(input.EncryptionType);
  stream.begin("UPDATING", { kind: "encrypt" });
}

function requireKms(type: string): void {
  if (type !== "KMS") throw validation(`The only valid EncryptionType is KMS; given was ${type}.`);
}

type Metrics = StreamState["metrics"];

const allMetrics: Metrics = metricsName.enum.filter((name) => name !== "ALL");

/** Stores the list of metrics, which is then reported. The metrics themselves are not published. */
export function enableEnhancedMonitoring(
  kinesis: KinesisContext,
  input: Input<"EnableEnhancedMonitoring">,
): Output<"EnableEnhancedMonitoring"> {
  const stream = activeStreamOf(kinesis, input);
  const added = named(input.ShardLevelMetrics);
  const wanted = (metric: Metrics[number]) => stream.state.metrics.includes(metric) || added.includes(metric);
  return monitor(kinesis, stream, allMetrics.filter(wanted));
}

export function disableEnhancedMonitoring(
  kinesis: KinesisContext,
  input: Input<"DisableEnhancedMonitoring">,
): Output<"DisableEnhancedMonitoring"> {
  const stream = activeStreamOf(kinesis, input);
  const removed = named(input.ShardLevelMetrics);
  return monitor(
    kinesis,
    stream,
    stream.state.metrics.filter((metric) => !removed.includes(metric)),
  );
}

const named = (metrics: Metrics): Metrics => (metrics.includes("ALL") ? allMetrics : metrics);

function monitor(
  kinesis: KinesisContext,
  stream: StoredStream,
  metrics: Metrics,
): Output<"EnableEnhancedMonitoring"> {
  const before = stream.state.metrics;
  stream.begin("UPDATING", { kind: "settle", changes: { metrics } });
  return {
    StreamName: stream.name,
    CurrentShardLevelMetrics: before,
    DesiredShardLevelMetrics: metrics,
    StreamARN: kinesis.streamArn(stream.name),
  };
}

import type { KinesisContext } from "../context";
import { invalidArgument, limitExceeded, validation } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import type { StreamState } from "../streams/state";
import { activeStreamOf } from "./resolve";

/** Largest warm throughput of a stream. MiB per second. */
const mostWarmThroughput = 10 * 1024;
const day = 86_400_000;
const modeUpdatesADay = 2;

/** Number of shards that a warm throughput needs. A shard takes 1 MiB per second. */
export const warmShards = (mebibytes = 0): number => mebibytes;

/** @throws KinesisError when the stream cannot have this warm throughput. */
export function requireWarmThroughput(
  kinesis: KinesisContext,
  mode: StreamState["mode"],
  mebibytes: number,
): void {
  if (mode !== "ON_DEMAND")
    throw validation("Warm throughput is only supported for streams in the ON_DEMAND mode.");
  if (kinesis.store.account.commitment?.status !== "ENABLED")
    throw validation(
      "Warm throughput is only supported for accounts that have MinimumThroughputBillingCommitment enabled.",
    );
  if (mebibytes > mostWarmThroughput)
    throw limitExceeded(
      `Warm throughput can be ${mostWarmThroughput} MiBps at most; requested were ${mebibytes}.`,
    );
}

export function updateStreamWarmThroughput(
  kinesis: KinesisContext,
  input: Input<"UpdateStreamWarmThroughput">,
): Output<"UpdateStreamWarmThroughput"> {
  const stream = activeStreamOf(kinesis, input);
  const { WarmThroughputMiBps: target } = input;
  requireWarmThroughput(kinesis, stream.state.mode, target);
  const current = stream.state.warmThroughput ?? stream.openShardCount;
  const shards = Math.max(stream.openShardCount, warmShards(target));
  stream.begin("UPDATING", { kind: "scale", shards }, { warmThroughput: target });
  return {
    StreamARN: kinesis.streamArn(stream.name),
    StreamName: stream.name,
    WarmThroughput: { TargetMiBps: target, CurrentMiBps: current },
  };
}

export function updateStreamMode(kinesis: KinesisContext, input: Input<"UpdateStreamMode">): undefined {
  const stream = activeStreamOf(kinesis, input);
  const { StreamMode: mode } = input.StreamModeDetails;
  const { WarmThroughputMiBps } = input;
  if (WarmThroughputMiBps !== undefined) requireWarmThroughput(kinesis, mode, WarmThroughputMiBps);
  const now = kinesis.clock.now();
  const recent = stream.state.modeUpdates.filter((time) => time > now - day);
  if (kinesis.enforceLimits && recent.length >= modeUpdatesADay)
    throw limitExceeded(
      `The mode of stream ${stream.name} under account ${kinesis.accountId} can be changed ${modeUpdatesADay} times in 24 hours.`,
    );
  stream.begin("UPDATING", {
    kind: "settle",
    changes: {
      mode,
      modeUpdates: [...recent, now],
      warmThroughput: mode === "ON_DEMAND" ? WarmThroughputMiBps : undefined,
      ...(mode === "PROVISIONED" ? { distribution: "USER_PARTITION_KEY" as const } : {}),
    },
  });
}

export function updateStreamRecordDistributionStrategy(
  kinesis: KinesisContext,
  input: Input<"UpdateStreamRecordDistributionStrategy">,
): undefined {
  const stream = activeStreamOf(kinesis, input);
  const { RecordDistributionStrategy: distribution } = input;
  if (distribution === "AUTO") requireOnDemandForAuto(stream.state.mode);
  stream.save({ distribution });
}

export function requireOnDemandForAuto(mode: StreamState["mode"]): void {
  if (mode !== "ON_DEMAND")
    throw invalidArgument(
      "The record distribution strategy AUTO is only supported for streams in the ON_DEMAND mode.",
    );
}

export function updateMaxRecordSize(kinesis: KinesisContext, input: Input<"UpdateMaxRecordSize">): undefined {
  const stream = activeStreamOf(kinesis, input);
  stream.begin("UPDATING", { kind: "settle", changes: { maxRecordKiB: input.MaxRecordSizeInKiB } });
}

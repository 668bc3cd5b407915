import { functionLimits, shardLimits } from "@streaming-data-lake/rules/limits";
import { assumptions, vcpuMegabytes } from "./assumptions";
import type { Setup } from "./setup";

export interface Load {
  readonly readingsPerSecond: number;
  /** Bytes of one reading as it is sent, including its partition key. */
  readonly readingBytes: number;
  /** Whether the producer packs readings together as the Kinesis Producer Library does. */
  readonly aggregate: boolean;
}

/** The traffic that a load causes in a stack each second, when the partition keys spread evenly over the shards. */
export interface Traffic {
  /** Shards that are needed to take the load. */
  readonly shardsNeeded: number;
  /** Shards that the stream has. */
  readonly shards: number;
  readonly readingsARecord: number;
  readonly recordsPerSecond: number;
  readonly recordBytes: number;
  readonly bytesPerSecond: number;
  /** Batches that can be processed at the same time, over all shards. */
  readonly lanes: number;
  readonly recordsABatch: number;
  readonly readingsABatch: number;
  readonly invocationsPerSecond: number;
  readonly batchMilliseconds: number;
  /** Fraction of the time that each lane is busy. Above 1, the function falls behind. */
  readonly laneLoad: number;
}

/** Bytes of a record in an event in addition to its data: names, ARNs and numbers. */
const envelopeBytes = 400;

export function trafficOf(setup: Setup, load: Load): Traffic {
  const { readingsPerSecond, readingBytes, aggregate } = load;
  const bytes = readingBytes + (aggregate ? assumptions.aggregateOverheadBytes : 0);
  const shardsNeeded = Math.max(
    1,
    Math.ceil((readingsPerSecond * bytes) / shardLimits.bytesIn),
    aggregate ? 1 : Math.ceil(readingsPerSecond / shardLimits.recordsIn),
  );
  const shards = setup.streamMode === "ON_DEMAND" ? Math.max(4, shardsNeeded) : setup.shardCount;
  const readingsARecord = aggregate
    ? Math.max(
        1,
        Math.min(
          Math.floor(assumptions.aggregateBytes / bytes),
          (readingsPerSecond / shards) * assumptions.lingerSeconds,
        ),
      )
    : 1;
  const recordsPerSecond = readingsPerSecond / readingsARecord;
  const recordBytes = readingsARecord * bytes;

  const lanes = shards * setup.parallelizationFactor;
  // Lambda polls each shard once a second: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
  const gathered = (recordsPerSecond / lanes) * Math.max(1, setup.batchingWindowSeconds);
  const fitting = Math.floor(functionLimits.eventBytes / ((recordBytes * 4) / 3 + envelopeBytes));
  const recordsABatch = Math.max(1, Math.min(setup.batchSize, gathered, fitting));
  const readingsABatch = recordsABatch * readingsARecord;
  const invocationsPerSecond = recordsPerSecond / recordsABatch;
  const vcpus = Math.min(1, setup.functionMemoryMegabytes / vcpuMegabytes);
  const batchMilliseconds =
    (assumptions.millisecondsAnInvocation + readingsABatch * assumptions.millisecondsAReading) / vcpus;
  return {
    shardsNeeded,
    shards,
    readingsARecord,
    recordsPerSecond,
    recordBytes,
    bytesPerSecond: recordsPerSecond * recordBytes,
    lanes,
    recordsABatch,
    readingsABatch,
    invocationsPerSecond,
    batchMilliseconds,
    laneLoad:
      ((invocationsPerSecond / lanes) * (batchMilliseconds + assumptions.millisecondsBetweenBatches)) / 1_000,
  };
}

import { shardLimits as awsLimits } from "@streaming-data-lake/rules/limits";
import type { KinesisSender } from "./calls/transport";
import type { MonotonicClock } from "./clock";
import type { ShardLimits } from "./shards/shard-lane";

export interface ProducerOptions {
  /** Name of the stream. */
  readonly streamName: string;
  /** AWS region. @default - the SDK's default, from the environment or the profile */
  readonly region?: string;
  /**
   * Address of the service, such as that of an embedded Kinesis.
   * @default - `AWS_ENDPOINT_URL_KINESIS` or `AWS_ENDPOINT_URL`, else AWS's endpoint in the region
   */
  readonly endpoint?: string;
  /** Profile of the AWS configuration files. @default - the SDK's default */
  readonly profile?: string;
  /**
   * Client to use. Its own retries should be off (`maxAttempts: 1`), because a call that it retries counts as one
   * attempt.
   * @default - a client for the region, endpoint and profile, which is closed with the producer
   */
  readonly client?: KinesisSender;

  /** Whether records with the same partition key stay in order, even when some of them fail. @default false */
  readonly ordered?: boolean;
  /** Whether records are packed into aggregated ones, in the format of the Kinesis Producer Library. @default false */
  readonly aggregate?: boolean;
  /** Most bytes of an aggregated record, 1 to 1,048,576. @default 51200 */
  readonly aggregateBytes?: number;

  /** Most records of a call, 1 to 500. @default 500 */
  readonly maxBatchRecords?: number;
  /** Most bytes of a call, including partition keys, up to 10 MiB. @default 10485760 */
  readonly maxBatchBytes?: number;
  /**
   * Most bytes of a record with its key. It can be up to 10 MiB if the stream is configured for that.
   *
   * @default 1048576
   */
  readonly maxRecordBytes?: number;
  /** Milliseconds that a record waits for others to share its call. @default 100 */
  readonly lingerMs?: number;
  /** Most bytes of records that are neither acknowledged nor given up. Further records wait. @default 16777216 */
  readonly maxBufferedBytes?: number;

  /** Milliseconds after which a record that could not be delivered is given up. @default 300000 */
  readonly timeToLiveMs?: number;
  /** Milliseconds that a call can take before it is aborted. @default 10000 */
  readonly requestTimeoutMs?: number;
  /** Most calls in flight. Up to this number, the producer finds out how many are useful. @default 64 */
  readonly maxConcurrency?: number;
  /**
   * Most records and bytes that are sent to a shard in a second; false for no limit.
   *
   * @default - AWS's limits: 1,000 records and 1 MiB
   */
  readonly shardLimits?: ShardLimits | false;

  /** Gives up all records immediately when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * Called with a sentence about something that the user should know but that does not stop the producer.
   *
   * @default - nothing
   */
  readonly onWarning?: (message: string) => void;
  /** The time and timers to use. @default - the system's clock */
  readonly clock?: MonotonicClock;
  /** Returns a random number from 0 to 1, for the jitter. @default Math.random */
  readonly random?: () => number;
}

const mebibyte = 1024 * 1024;

/** Smallest, default and largest value of each option that is a number. */
const numbers = {
  aggregateBytes: [1, 51_200, mebibyte],
  maxBatchRecords: [1, 500, 500],
  maxBatchBytes: [1, 10 * mebibyte, 10 * mebibyte],
  maxRecordBytes: [1, mebibyte, 10 * mebibyte],
  lingerMs: [0, 100, 60_000],
  maxBufferedBytes: [1, 16 * mebibyte, Number.MAX_SAFE_INTEGER],
  timeToLiveMs: [1, 300_000, Number.MAX_SAFE_INTEGER],
  requestTimeoutMs: [1, 10_000, 600_000],
  maxConcurrency: [1, 64, 1_000],
} as const;

/** The limits of a shard on AWS for writes. */
const awsShardLimits: ShardLimits = {
  recordsPerSecond: awsLimits.recordsIn,
  bytesPerSecond: awsLimits.bytesIn,
};

export type ResolvedOptions = Record<keyof typeof numbers, number> & {
  readonly shardLimits: ShardLimits | undefined;
};

/** @throws RangeError naming each option that is out of range. */
export function resolveOptions(options: ProducerOptions): ResolvedOptions {
  const problems: string[] = [];
  const settings = Object.fromEntries(
    Object.entries(numbers).map(([name, [least, usual, most]]) => {
      const value = options[name as keyof typeof numbers] ?? usual;
      if (!(value >= least && value <= most))
        problems.push(`${name} is ${value}; it must be from ${least} to ${most}`);
      return [name, value];
    }),
  ) as Record<keyof typeof numbers, number>;
  if (!options.streamName) problems.push("streamName is empty");
  if (settings.maxRecordBytes > settings.maxBatchBytes)
    problems.push(
      `maxRecordBytes is ${settings.maxRecordBytes}; it must not be more than maxBatchBytes, ${settings.maxBatchBytes}`,
    );
  const shardLimits = options.shardLimits === false ? undefined : (options.shardLimits ?? awsShardLimits);
  for (const [name, value] of Object.entries(shardLimits ?? {}))
    if (!(value > 0)) problems.push(`shardLimits.${name} is ${value}; it must be more than 0`);
  if (problems.length > 0) throw new RangeError(`KinesisProducer: ${problems.join("; ")}`);
  return { ...settings, shardLimits };
}

import type { RunStart } from "./lifecycle/run-start";

/** The counters of a run, which start at 0 when it starts. The objects change as the run goes on. */
export interface Counters {
  readonly streams: readonly StreamCounters[];
  readonly mappings: readonly MappingCounters[];
  readonly deliveries: readonly DeliveryCounters[];
  readonly functions: readonly FunctionCounters[];
  readonly queues: readonly QueueCounters[];
  readonly alarms: readonly AlarmCounters[];
}

/** The metrics that a function has embedded in its log in this run. */
export interface FunctionCounters {
  readonly name: string;
  /** Totals by the metric's name. */
  readonly metrics: Readonly<Record<string, MetricTotal>>;
}

/** All values of a metric since the run began. */
export interface MetricTotal {
  /** The unit, such as `Count` or `Milliseconds`. */
  readonly unit: string;
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
}

/** A queue that receives messages about what was discarded. */
export interface QueueCounters {
  readonly name: string;
  /** Number of messages that were sent to the queue in this run. */
  readonly messages: number;
}

export interface AlarmCounters {
  readonly name: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
}

export interface StreamCounters {
  readonly name: string;
  /** Kinesis records that were acknowledged in this run; undefined for a Kinesis that this runner did not start. */
  acknowledged: number | undefined;
  /** Size of the requests that put these records. */
  bytes: number;
  /** Records that were refused because of `--enforce-limits`. */
  throttled: number;
  /** Calls of GetRecords that were refused because of `--enforce-limits`. The stack's own consumers are never refused. */
  throttledReads: number;
}

export const streamCounters = (name: string): StreamCounters => ({
  name,
  acknowledged: 0,
  bytes: 0,
  throttled: 0,
  throttledReads: 0,
});

/** What one consumer has read of its stream in this run. */
export interface ReadCounters {
  readonly streamName: string;
  /** Kinesis records that were read, and that were put in this run. */
  readNew: number;
  /** Kinesis records that were read, and that were put before this run. */
  readOld: number;
  /** Whether the clock was set back. New and old records can then not be told apart, and only their sum is right. */
  clockWasSet: boolean;
  /** User records in the records that were read. There are more of them when a producer aggregates. */
  userRecords: number;
}

export interface MappingCounters extends ReadCounters {
  readonly address: string;
  readonly functionName: string;
  /** Kinesis records that the function has processed successfully. */
  succeeded: number;
  /** Kinesis records that the filter criteria left out. */
  filtered: number;
  /** Kinesis records that were discarded. */
  failed: number;
  /** User records in the discarded records. */
  failedUserRecords: number;
  /** On-failure documents, one for each discarded batch. */
  deadLetters: number;
  invocations: number;
  /** Invocations that failed, or returned failed items. */
  errors: number;
  /** Invocations that ended with an error. Lambda counts one that returns failed items as a success. */
  failedInvocations: number;
  /** Invocations that were refused because too many were running. */
  throttles: number;
  /** On-failure documents that did not reach their destination. */
  lostDeadLetters: number;
  retries: number;
  /** Time from the arrival of the latest batch's newest record to its invocation. Milliseconds. */
  lagMilliseconds: number;
  /** Records that wait for the function or are being processed. */
  readonly pending: number;
}

/** The name of a mapping: that of its function, followed by its stream when the function has several mappings. */
export function mappingName(mapping: MappingCounters, { mappings }: Pick<Counters, "mappings">): string {
  const { functionName, streamName } = mapping;
  const others = mappings.filter((one) => one !== mapping && one.functionName === functionName);
  if (others.length === 0) return functionName;
  const isOne = others.every((one) => one.streamName !== streamName);
  return `${functionName} (${isOne ? streamName : mapping.address})`;
}

export interface DeliveryCounters extends ReadCounters {
  readonly name: string;
  /** Additional records that processors have made by splitting records. */
  extracted: number;
  /** Records that processors have left out. */
  dropped: number;
  /** User records in the destination's objects, without those in error objects. */
  delivered: number;
  /** User records in error objects. */
  rejected: number;
  /** User records in the source backup. */
  backedUp: number;
  parquetObjects: number;
  /** Objects with records as they were sent: those of the source backup or of a destination without conversion. */
  rawObjects: number;
  errorObjects: number;
  /** Failed attempts to write objects. */
  writeErrors: number;
  /** Age of the last record at the time it was read; undefined when the source is not a Kinesis stream. Milliseconds. */
  behindMilliseconds: number | undefined;
  /** User records that went to the error prefix because the limit of active partitions was reached. */
  partitionsExceeded: number;
  readonly buffers: readonly BufferCounters[];
}

export interface BufferCounters {
  readonly kind: "destination" | "backup";
  records: number;
  bytes: number;
  readonly limitBytes: number;
  readonly limitMilliseconds: number;
  /** When the oldest record in the buffer arrived, in milliseconds since 1970; undefined when the buffer is empty. */
  since: number | undefined;
  /** When the oldest record arrived that is not written yet, including those in full buffers that wait to be written. */
  undeliveredSince: number | undefined;
}

export function readCounters(streamName: string): ReadCounters {
  return { streamName, readNew: 0, readOld: 0, clockWasSet: false, userRecords: 0 };
}

/** Counts a record that was read. @param runStart Tells records of this run from those of earlier runs. */
export function countRead(counters: ReadCounters, arrival: number, runStart: RunStart): void {
  if (runStart.isUnclear(arrival)) counters.clockWasSet = true;
  if (runStart.isOfThisRun(arrival)) counters.readNew++;
  else counters.readOld++;
}

export function deliveryCounters(
  name: string,
  streamName: string,
  buffers: readonly BufferCounters[] = [],
): DeliveryCounters {
  return {
    ...readCounters(streamName),
    name,
    extracted: 0,
    dropped: 0,
    delivered: 0,
    rejected: 0,
    backedUp: 0,
    parquetObjects: 0,
    rawObjects: 0,
    errorObjects: 0,
    writeErrors: 0,
    behindMilliseconds: undefined,
    partitionsExceeded: 0,
    buffers,
  };
}

import type { RunStart } from "./lifecycle/run-start";

/** What the runner counts while it runs; the objects are live. All counts begin with the run. */
export interface Counters {
  readonly streams: readonly StreamCounters[];
  readonly mappings: readonly MappingCounters[];
  readonly deliveries: readonly DeliveryCounters[];
  readonly functions: readonly FunctionCounters[];
  readonly queues: readonly QueueCounters[];
  readonly alarms: readonly AlarmCounters[];
}

/** What a function has embedded in its log in this run. */
export interface FunctionCounters {
  readonly name: string;
  /** By the metric's name. */
  readonly metrics: Readonly<Record<string, MetricTotal>>;
}

/** All values of a metric since the run began. */
export interface MetricTotal {
  /** Such as `Count` or `Milliseconds`. */
  readonly unit: string;
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
}

/** A queue that takes what was discarded. */
export interface QueueCounters {
  readonly name: string;
  /** Messages that were sent to it in this run. */
  readonly messages: number;
}

export interface AlarmCounters {
  readonly name: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
}

export interface StreamCounters {
  readonly name: string;
  /** Kinesis records acknowledged in this run; undefined for a Kinesis that this runner did not start. */
  acknowledged: number | undefined;
  /** Request bytes of these puts. */
  bytes: number;
  /** Records refused by `--enforce-limits`. */
  throttled: number;
  /** Calls of GetRecords refused by `--enforce-limits`; the stack's own consumers are never refused. */
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
  /** Kinesis records read that were put in this run. */
  readNew: number;
  /** Kinesis records read that were left from an earlier run. */
  readOld: number;
  /** The clock was set back, so that new records and old ones can't be told apart: their sum is right. */
  clockWasSet: boolean;
  /** User records in all of these: more, when a producer aggregates. */
  userRecords: number;
}

export interface MappingCounters extends ReadCounters {
  readonly address: string;
  readonly functionName: string;
  /** Kinesis records that the function succeeded with. */
  succeeded: number;
  /** Kinesis records that the filter criteria left out. */
  filtered: number;
  /** Kinesis records discarded, and the user records in them. */
  failed: number;
  failedUserRecords: number;
  /** On-failure documents: one for each batch discarded. */
  deadLetters: number;
  invocations: number;
  /** Invocations that failed, or returned failed items. */
  errors: number;
  /** Those that ended with an error: one that returns failed items is a success to Lambda. */
  failedInvocations: number;
  /** Invocations that were refused because too many ran. */
  throttles: number;
  /** On-failure documents that did not reach their destination. */
  lostDeadLetters: number;
  retries: number;
  /** From arrival to invocation of the latest batch's newest record, in milliseconds. */
  lagMilliseconds: number;
  /** Records waiting or in the function's hands. */
  readonly pending: number;
}

/** What a mapping is called among others: by its function, and by its stream where the function has several mappings. */
export function mappingName(mapping: MappingCounters, { mappings }: Pick<Counters, "mappings">): string {
  const { functionName, streamName } = mapping;
  const others = mappings.filter((one) => one !== mapping && one.functionName === functionName);
  if (others.length === 0) return functionName;
  const isOne = others.every((one) => one.streamName !== streamName);
  return `${functionName} (${isOne ? streamName : mapping.address})`;
}

export interface DeliveryCounters extends ReadCounters {
  readonly name: string;
  /** Records that processors made of one, beyond itself. */
  extracted: number;
  /** Records that processors left out. */
  dropped: number;
  /** User records written into objects at the destination, error objects not among them. */
  delivered: number;
  /** User records written into error objects. */
  rejected: number;
  /** User records written into the source backup. */
  backedUp: number;
  parquetObjects: number;
  /** Objects of records as they were sent: the source backup, or a destination without conversion. */
  rawObjects: number;
  errorObjects: number;
  /** Failed attempts to write objects. */
  writeErrors: number;
  /** Age of the last record that was read, when it was read; undefined where no Kinesis stream is read. Milliseconds. */
  behindMilliseconds: number | undefined;
  /** User records that went to the errors because there were as many partitions as may be. */
  partitionsExceeded: number;
  readonly buffers: readonly BufferCounters[];
}

export interface BufferCounters {
  readonly kind: "destination" | "backup";
  records: number;
  bytes: number;
  readonly limitBytes: number;
  readonly limitMilliseconds: number;
  /** When the oldest record that is not written yet came, in milliseconds since 1970; undefined when there is none. */
  since: number | undefined;
  /** The same of all that is not written yet, full buffers that wait for that included. */
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

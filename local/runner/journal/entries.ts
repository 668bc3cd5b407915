/** Consecutive records of a shard, including both ends. */
export interface Span {
  readonly stream: string;
  readonly shard: string;
  readonly first: string;
  readonly last: string;
}

/**
 * An invocation of a function by an event source mapping. Times are in milliseconds since 1970, durations in
 * milliseconds.
 */
export interface InvocationEntry extends Span {
  readonly kind: "invocation";
  readonly time: number;
  /** Terraform address of the mapping. */
  readonly mapping: string;
  readonly functionName: string;
  readonly requestId: string;
  readonly duration: number;
  readonly records: number;
  /**
   * The lane of the batch, when several batches of a shard are processed at a time. Only records of this lane are in
   * the batch.
   */
  readonly lane?: readonly [index: number, lanes: number];
  readonly coldStart: boolean;
  /** Number of retries before this invocation. */
  readonly retries: number;
  /** Sequence number up to which the records succeeded; absent when none did. */
  readonly done?: string;
  /** Why the invocation failed; absent when it succeeded or returned failed items. */
  readonly error?: string;
  readonly maxMemoryMegabytes?: number;
  /** What the function printed, cut off when it is long. */
  readonly log: readonly string[];
}

/** Records that a mapping has discarded. */
export interface DiscardedEntry extends Span {
  readonly kind: "discarded";
  readonly time: number;
  readonly mapping: string;
  readonly functionName: string;
  readonly records: number;
  readonly lane?: readonly [index: number, lanes: number];
  readonly condition: string;
  /** ARN of the destination that they were sent to; absent when there was none. */
  readonly destination?: string;
}

/** The objects that a delivery stream has written from a buffer. */
export interface ObjectsEntry {
  readonly kind: "objects";
  readonly time: number;
  /** When the buffer's first record arrived. */
  readonly since: number;
  readonly delivery: string;
  readonly sink: "destination" | "backup";
  readonly bucket: string;
  readonly spans: readonly Span[];
  readonly records: number;
  readonly objects: readonly {
    readonly key: string;
    readonly kind: "parquet" | "raw" | "error" | "sent";
    readonly records: number;
  }[];
}

/** A scheduled query that has ended. */
export interface ScheduleEntry {
  readonly kind: "schedule";
  /** When the query began. */
  readonly time: number;
  readonly duration: number;
  readonly schedule: string;
  readonly scheduledTime: number;
  readonly rows?: number;
  readonly error?: string;
}

export type JournalEntry = InvocationEntry | DiscardedEntry | ObjectsEntry | ScheduleEntry;

/** The records that an entry refers to. */
export function spansOf(entry: JournalEntry): readonly Span[] {
  switch (entry.kind) {
    case "objects":
      return entry.spans;
    case "schedule":
      return [];
    default:
      return [entry];
  }
}

/** The consumer whose entries are counted together. Every consumer of a stream has entries for every record. */
export function consumerOf(entry: JournalEntry): string {
  switch (entry.kind) {
    case "objects":
      return `${entry.delivery} ${entry.sink}`;
    case "schedule":
      return entry.schedule;
    default:
      return entry.mapping;
  }
}

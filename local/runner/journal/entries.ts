/** Records of a shard that follow each other, both ends included. */
export interface Span {
  readonly stream: string;
  readonly shard: string;
  readonly first: string;
  readonly last: string;
}

/** An invocation of a function by an event source mapping. Times are milliseconds since 1970, durations milliseconds. */
export interface InvocationEntry extends Span {
  readonly kind: "invocation";
  readonly time: number;
  /** Address of the mapping. */
  readonly mapping: string;
  readonly functionName: string;
  readonly requestId: string;
  readonly duration: number;
  readonly records: number;
  /** With several batches of a shard at a time only records of one of so many lanes are in it. */
  readonly lane?: readonly [index: number, lanes: number];
  readonly coldStart: boolean;
  /** Retries before it. */
  readonly retries: number;
  /** Sequence number up to which the records succeeded; absent when none did. */
  readonly done?: string;
  /** Why it failed; absent also when it returned failed items. */
  readonly error?: string;
  readonly maxMemoryMegabytes?: number;
  /** What it printed, cut when it is long. */
  readonly log: readonly string[];
}

/** Records that a mapping gave up. */
export interface GivenUpEntry extends Span {
  readonly kind: "given-up";
  readonly time: number;
  readonly mapping: string;
  readonly functionName: string;
  readonly records: number;
  readonly lane?: readonly [index: number, lanes: number];
  readonly condition: string;
  /** ARN of where they were sent; absent when they were sent nowhere. */
  readonly destination?: string;
}

/** What a delivery stream has written of a buffer. */
export interface ObjectsEntry {
  readonly kind: "objects";
  readonly time: number;
  /** When the buffer's first record came. */
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
  /** When it began. */
  readonly time: number;
  readonly duration: number;
  readonly schedule: string;
  readonly scheduledTime: number;
  readonly rows?: number;
  readonly error?: string;
}

export type JournalEntry = InvocationEntry | GivenUpEntry | ObjectsEntry | ScheduleEntry;

/** The records that an entry tells of. */
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

/** Whose entries are counted together: each consumer of a stream tells of every record. */
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

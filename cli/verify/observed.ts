import type { ProducerOptions } from "@streaming-data-lake/producer";
import type { AlarmState } from "@streaming-data-lake/runner/cloudwatch/alarm-state";

/** What the pipeline has counted since the run began. */
export interface Counts {
  /** Records that were put on the stream, by any producer. */
  readonly incoming: number;
  /** Records that the function processed. */
  readonly processed: number;
  /** Records that the function rejected. */
  readonly rejected: number;
}

/** What the stack's dead-letter queues hold. */
export interface DeadLetterCount {
  /** Messages in all queues of the stack, including those from before the run. */
  readonly messages: number;
  /** Records that were discarded since the run began. */
  readonly records: number;
}

/** The rows of a query, by column. */
export interface ObservedRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly bytesScanned: number;
}

/** A zone of the lake: `raw` holds the records as they were sent, `errors` those that could not be converted. */
export type Zone = "raw" | "errors";

/**
 * A pipeline as seen from outside: through AWS's APIs on AWS; through the runner's folder, its status and SQL on this
 * machine. Both give the same kinds of results, so that the same code can check them.
 */
export interface Observed {
  /** Where the pipeline runs, such as `AWS, us-east-1` or `the runner on .local`. */
  readonly place: string;
  /** The options by which the producer sends to the pipeline. */
  readonly target: Pick<ProducerOptions, "region" | "endpoint" | "client" | "shardLimits" | "maxBatchBytes">;
  /** Aborted when the runner has ended. @default - never aborted */
  readonly lost?: AbortSignal;
  /**
   * Resolves when the pipeline is ready to process and deliver what is sent from then on. The counts start then.
   *
   * @throws UserError when the pipeline does not become ready.
   */
  ready(): Promise<void>;
  /** Makes the pipeline process and deliver everything that waits. Does nothing where the pipeline can't be told to. */
  deliverNow(): Promise<void>;
  /** Milliseconds until it is worth looking again. */
  readonly lookAgain: number;
  /** @throws UserError when the runner is gone. */
  counts(): Promise<Counts>;
  deadLetters(): Promise<DeadLetterCount>;
  /** The states of the given alarms, by name. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState | undefined>>;
  /** Names of a table's columns, with its partitions last; undefined when there is no such table. */
  columns(database: string, table: string): Promise<readonly string[] | undefined>;
  /** The decompressed contents of the objects that were written to a zone since the run began. */
  objects(zone: Zone): AsyncIterable<string>;
  query(sql: string): Promise<ObservedRows>;
  /** Runs the schedule's own statement for an hour. */
  rollup(hour: Date): Promise<ObservedRows>;
  /** The state in which the last run before this one ended, as Athena names it; undefined when there was none. */
  lastRollup(): Promise<string | undefined>;
  close(): Promise<void>;
}

import type { ProducerOptions } from "@streaming-data-lake/producer";

/** What the pipeline has counted since the run began. */
export interface Counts {
  /** Records that came onto the stream, whoever sent them. */
  readonly incoming: number;
  /** Records that the function processed. */
  readonly processed: number;
  /** Records that the function rejected. */
  readonly rejected: number;
}

/** What queues hold. */
export interface DeadLetters {
  /** Messages in all queues of the stack, whenever they came. */
  readonly messages: number;
  /** Records that were given up since the run began. */
  readonly records: number;
}

/** A state of an alarm in CloudWatch's words; undefined for an alarm that is not there. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA" | undefined;

/** The rows of a query, by column. */
export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly bytesScanned: number;
}

/** Where a delivery stream writes what was sent, and what could not be converted. */
export type Zone = "raw" | "errors";

/**
 * A pipeline as it is seen from outside: through AWS's APIs on AWS, through the runner's folder, its status and SQL on
 * this machine. The results are compared in one place, whichever of the two it is.
 */
export interface Observed {
  /** Such as `AWS, us-east-1` or `the runner on .local`. */
  readonly place: string;
  /** Where the producer sends. */
  readonly target: Pick<ProducerOptions, "region" | "endpoint" | "client" | "shardLimits" | "maxBatchBytes">;
  /** Aborted when the receiver is gone. @default - it never is */
  readonly lost?: AbortSignal;
  /**
   * Resolves when what is sent from now on is processed and delivered; what is counted is counted from here.
   *
   * @throws UserError when it will not be.
   */
  ready(): Promise<void>;
  /** Processes and delivers everything that waits, where the pipeline can be told to; elsewhere it does nothing. */
  deliverNow(): Promise<void>;
  /** Milliseconds until it is worth looking again. */
  readonly lookAgain: number;
  /** @throws UserError when the runner is gone. */
  counts(): Promise<Counts>;
  deadLetters(): Promise<DeadLetters>;
  /** By name. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState>>;
  /** Names of a table's columns, those of its partitions last; undefined when it is not there. */
  columns(database: string, table: string): Promise<readonly string[] | undefined>;
  /** The contents of the objects that were written to a zone since the run began, unpacked. */
  objects(zone: Zone): AsyncIterable<string>;
  query(sql: string): Promise<Answer>;
  /** Runs the schedule's own statement for an hour. */
  rollUp(hour: Date): Promise<Answer>;
  /** How the last run before this one ended, in Athena's words; undefined before the first. */
  lastRollUp(): Promise<string | undefined>;
  close(): Promise<void>;
}

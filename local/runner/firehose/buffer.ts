import type { FailedRecords } from "./error-log";
import type { Contents, Delivered } from "./spool";

/** A file that a buffer has been written to. */
export interface FinishedObject {
  readonly file: string;
  /** The kind of object. `sent` was delivered to an HTTP endpoint and has no file. */
  readonly kind: "parquet" | "raw" | "error" | "sent";
  /** Number of user records in the object. */
  readonly records: number;
  /** The partition that the object belongs to, with dynamic partitioning. */
  readonly partitionKeys?: ReadonlyMap<string, string>;
  /** The kind of error, for an error object. @default "format-conversion-failed" */
  readonly errorOutputType?: string;
  /** Why the records failed, for an error object. */
  readonly failures?: FailedRecords;
}

/** Collects records until they are written as objects. */
export interface ObjectBuffer {
  readonly contents: Contents;
  /** Adds all of the records. Rejects only when the runner ends. */
  add(shardId: string, records: readonly Delivered[]): Promise<void>;
  /**
   * Writes the objects' files and waits until they are on disk. It can be called again, also after files were deleted.
   */
  finish(): Promise<readonly FinishedObject[]>;
  /** Closes the files and leaves them on disk. */
  close(): Promise<void>;
  /** Deletes the files. */
  discard(): Promise<void>;
}

/** Repeats work that writes to disk until it succeeds. Rejects only when the runner ends. */
export type Persist = <T>(work: () => Promise<T>) => Promise<T>;

import type { FailedRecords } from "./error-log";
import type { Contents, Delivered } from "./spool";

/** What a buffer has become: a file, and the key under which it belongs into the bucket. */
export interface FinishedObject {
  readonly file: string;
  /** What was sent to an HTTP endpoint has no file. */
  readonly kind: "parquet" | "raw" | "error" | "sent";
  /** User records in it. */
  readonly records: number;
  /** The partition that it belongs to, with dynamic partitioning. */
  readonly partitionKeys?: ReadonlyMap<string, string>;
  /** Of an error object. @default "format-conversion-failed" */
  readonly errorOutputType?: string;
  /** Of an error object: why its records failed. */
  readonly failures?: FailedRecords;
}

/** What gathers records until they are written as objects. */
export interface ObjectBuffer {
  readonly contents: Contents;
  /** Takes all of the records; rejects only when the runner ends. */
  add(shardId: string, records: readonly Delivered[]): Promise<void>;
  /** Makes the objects' files and sees to it that they are on disk; it can be called again, whatever has become of them. */
  finish(): Promise<readonly FinishedObject[]>;
  /** Lets go of its files and leaves them on disk. */
  close(): Promise<void>;
  /** Removes what is left of it on disk. */
  discard(): Promise<void>;
}

/** Does what writes to disk again until it succeeds; rejects only when the runner ends. */
export type Persist = <T>(work: () => Promise<T>) => Promise<T>;

import type { Contents, Delivered } from "./spool";

/** What a buffer has become: a file, and the key under which it belongs into the bucket. */
export interface FinishedObject {
  readonly file: string;
  readonly kind: "parquet" | "raw" | "error";
  /** User records in it. */
  readonly records: number;
}

/** What gathers records until they are written as objects. */
export interface ObjectBuffer {
  readonly contents: Contents;
  add(shardId: string, records: readonly Delivered[]): Promise<void>;
  /** Makes the objects' files; after a failure it can be called again. */
  finish(): Promise<readonly FinishedObject[]>;
  /** Removes what is left of it on disk. */
  discard(): Promise<void>;
}

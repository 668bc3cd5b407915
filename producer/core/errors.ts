import type { ProducerRecord } from "./record";

/**
 * Why a record was given up.
 *
 * - `Expired`: its time to live ran out while it was retried or waited.
 * - `Refused`: the service refused it for good (no such stream, no permission, not acceptable); `cause` says why.
 * - `Closed`: the producer was closed, and its deadline passed.
 * - `Aborted`: a signal was aborted.
 */
export type GiveUpReason = "Expired" | "Refused" | "Closed" | "Aborted";

/** A record that was given up: the promise of its `put` rejects with this. */
export class UndeliveredError extends Error {
  override readonly name = "UndeliveredError";
  constructor(
    message: string,
    readonly reason: GiveUpReason,
    readonly record: ProducerRecord,
    /** Calls that carried the record. */
    readonly attempts: number,
    /** True when the answer to a call that carried it was lost, so that it may be on the stream all the same. */
    readonly uncertain: boolean,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

import type { ProducerRecord } from "./record";

/**
 * Why a record was given up.
 *
 * - `Expired`: its time to live ran out while it was waiting or being retried.
 * - `Refused`: the service refused it permanently (no such stream, no permission, not acceptable). `cause` says why.
 * - `Closed`: the producer was closed, and the deadline for that passed.
 * - `Aborted`: a signal was aborted.
 */
export type GiveUpReason = "Expired" | "Refused" | "Closed" | "Aborted";

/** Says that a record was given up. The promise of its `put` rejects with this error. */
export class UndeliveredError extends Error {
  override readonly name = "UndeliveredError";
  constructor(
    message: string,
    readonly reason: GiveUpReason,
    readonly record: ProducerRecord,
    /** Number of calls that contained the record. */
    readonly attempts: number,
    /** Whether the answer to a call with the record was lost, so that the record is possibly on the stream. */
    readonly uncertain: boolean,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** Milliseconds: the span doubles from `base` with each attempt up to `cap`. */
export interface Backoff {
  readonly base: number;
  readonly cap: number;
}

/**
 * The delay before the next attempt, with full jitter: anything from 0 to the span.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param attempt Attempts that failed so far, from 1.
 * @param random A number from 0 to 1.
 */
export function backoffDelay({ base, cap }: Backoff, attempt: number, random: number): number {
  return random * Math.min(cap, base * 2 ** (attempt - 1));
}

/** A full shard needs time to become free: the wait is longer than for an internal error. */
export const throttleBackoff: Backoff = { base: 100, cap: 5_000 };
export const failureBackoff: Backoff = { base: 25, cap: 2_000 };

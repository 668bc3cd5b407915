/** The span of a delay, which starts at `base` and doubles with each attempt up to `cap`. Milliseconds. */
export interface Backoff {
  readonly base: number;
  readonly cap: number;
}

/**
 * The delay before the next attempt, with full jitter: a random time from 0 to the span.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param attempt Number of attempts that have failed so far, at least 1.
 * @param random A number from 0 to 1.
 */
export function backoffDelay({ base, cap }: Backoff, attempt: number, random: number): number {
  return random * Math.min(cap, base * 2 ** (attempt - 1));
}

/**
 * The delay after a throttle. It is longer than after an internal error, because a full shard needs time to recover.
 */
export const throttleBackoff: Backoff = { base: 100, cap: 5_000 };
export const failureBackoff: Backoff = { base: 25, cap: 2_000 };

import { pause } from "@streaming-data-lake/timing";

export interface RetryOptions {
  readonly abort: AbortSignal;
  /** What fails, such as "can't write to my-bucket". */
  readonly what: string;
  readonly onTrouble: (message: string) => void;
  readonly onFailure?: (error: unknown) => void;
}

/** Pauses between retries: the first one doubles with each retry, up to the last one. Milliseconds. */
const pauses = { first: 100, last: 2_000 };

/**
 * Repeats work until it succeeds, so that it continues by itself once there is enough space or permission again.
 * Reports when the trouble starts, and when it is over.
 *
 * @throws the reason of the abort.
 */
export async function retry<T>(
  work: () => T | Promise<T>,
  { abort, what, onTrouble, onFailure }: RetryOptions,
): Promise<T> {
  for (let failures = 0; ; ) {
    abort.throwIfAborted();
    try {
      const result = await work();
      if (failures > 0) onTrouble(`${what}: that is over, it goes on`);
      return result;
    } catch (error) {
      abort.throwIfAborted();
      onFailure?.(error);
      if (failures === 0) onTrouble(`${what}: ${(error as Error).message}; trying again`);
      await pause(Math.min(pauses.first * 2 ** failures++, pauses.last), abort);
    }
  }
}

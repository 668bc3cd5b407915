import { pause } from "../signal";

export interface KeepTryingOptions {
  /** What can't be done while it fails, such as "can't write to the lake". */
  readonly what: string;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  /** Called at each failure. */
  readonly onFailure?: () => void;
  /** Which errors may pass. @default all */
  readonly passes?: (error: unknown) => boolean;
}

const longestPause = 5_000;

/** An error of the system, such as a full disk, and none of the program. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && /^E[A-Z0-9]+$/.test(String(error.code));
}

/**
 * Does what may fail for want of room or of a folder until it succeeds, and says so once when it begins to fail and
 * once when it goes on.
 *
 * @returns undefined when it was aborted before it succeeded.
 * @throws the error that does not pass.
 */
export async function keepTrying<T>(
  step: () => T | Promise<T>,
  { what, abort, onTrouble, onFailure, passes = () => true }: KeepTryingOptions,
): Promise<T | undefined> {
  for (let failures = 0; !abort.aborted; ) {
    try {
      const result = await step();
      if (failures > 0) onTrouble(`${what}: it goes on`);
      return result;
    } catch (error) {
      onFailure?.();
      if (!passes(error)) throw error;
      if (failures++ === 0) onTrouble(`${what}: ${(error as Error).message}; trying again`);
      await pause(Math.min(25 * 2 ** failures, longestPause), abort);
    }
  }
  return undefined;
}

import { join } from "node:path";
import { LockHeld, LockUnreadable, lockOwner, takeLock } from "@streaming-data-lake/kinesis/store/lock";
import type { ProcessIdentity } from "@streaming-data-lake/kinesis/store/process-identity";
import { StackError } from "@streaming-data-lake/terraform/errors";

export const lockName = "runner.lock";

/**
 * Locks a folder for the runner of this process.
 *
 * @returns a function that unlocks it.
 * @throws StackError when another runner has the folder.
 */
export function lockFolder(dir: string): () => void {
  return inWords(dir, () => takeLock(join(dir, lockName)));
}

/** The process of the runner that works in a folder, if any. @throws StackError when the lock can't be read. */
export function runnerOf(dir: string): ProcessIdentity | undefined {
  return inWords(dir, () => lockOwner(join(dir, lockName)));
}

function inWords<Result>(dir: string, ask: () => Result): Result {
  try {
    return ask();
  } catch (error) {
    if (error instanceof LockUnreadable)
      throw new StackError(`${error.path} can't be read: delete it if no runner works there`);
    if (!(error instanceof LockHeld)) throw error;
    throw new StackError(
      error.pid === undefined
        ? `another runner is starting on ${dir}`
        : `a runner (pid ${error.pid}) is already running on ${dir}: stop it, or use another --dir`,
    );
  }
}

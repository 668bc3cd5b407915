import { relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "@streaming-data-lake/terraform";
import { changedFiles, type FileTimes, filesOfStack } from "@streaming-data-lake/terraform/files";
import { type StackFlags, whichStack } from "../stack";

/** Milliseconds between two checks of the files. */
const pause = 500;

/** The modification times of a stack's files, as they are now. */
export const look = (flags: StackFlags, stack: Stack): FileTimes => filesOfStack(whichStack(flags), stack);

/**
 * Waits until a file of a stack has changed and all of them have stayed the same for a moment.
 *
 * @returns The paths of the changed files; none when aborted before a change.
 */
export async function nextChange(
  flags: StackFlags,
  stack: Stack,
  before: FileTimes,
  signal: AbortSignal,
): Promise<string[]> {
  let last = before;
  while (!signal.aborted) {
    await wait(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return [];
    const now = look(flags, stack);
    const settled = changedFiles(last, now).length === 0;
    const changed = changedFiles(before, now);
    if (settled && changed.length > 0) return changed.map(shortPath);
    last = now;
  }
  return [];
}

/** The path relative to the working directory, if it is in that directory. */
function shortPath(path: string): string {
  const short = relative("", path);
  return short.startsWith("..") ? path : short;
}

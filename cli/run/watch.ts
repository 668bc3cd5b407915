import { relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "@streaming-data-lake/terraform";
import { changedFiles, type FileTimes, filesOfStack } from "@streaming-data-lake/terraform/files";
import { type StackFlags, whichStack } from "../stack";

/** Milliseconds between two looks at the files. */
const pause = 500;

/** The files of a stack as they are. */
export const look = (flags: StackFlags, stack: Stack): FileTimes => filesOfStack(whichStack(flags), stack);

/**
 * Waits until a file of a stack has changed and all of them have stayed the same for a moment.
 *
 * @returns The paths of the changed files; none when aborted before.
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

/** From the working directory, for what lies in it. */
function shortPath(path: string): string {
  const short = relative("", path);
  return short.startsWith("..") ? path : short;
}

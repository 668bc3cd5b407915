import { relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "@streaming-data-lake/terraform";
import { changedFiles, filesOfStack } from "@streaming-data-lake/terraform/files";
import { type StackFlags, whichStack } from "../stack";

/** Milliseconds between two looks at the files. */
const pause = 500;

/**
 * Waits until a file of a stack has changed and no other does any more.
 *
 * @returns the paths; none when aborted before.
 */
export async function nextChange(flags: StackFlags, stack: Stack, signal: AbortSignal): Promise<string[]> {
  const look = () => filesOfStack(whichStack(flags), stack);
  const before = look();
  let last = before;
  while (!signal.aborted) {
    await wait(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return [];
    const now = look();
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

import type { Counters, DeliveryCounters, MappingCounters } from "@streaming-data-lake/runner/counters";
import type { Runner } from "@streaming-data-lake/runner/runner";

/** The counters that show progress. A retry is not progress. */
const progress = [
  "mappings",
  "deliveries",
  "readNew",
  "readOld",
  "succeeded",
  "failed",
  "filtered",
  "delivered",
  "rejected",
  "backedUp",
] satisfies readonly (keyof Counters | keyof MappingCounters | keyof DeliveryCounters)[];

export interface Limits {
  readonly abort: AbortSignal;
  /** How long it may go without a record moving on. Milliseconds. */
  readonly stallMilliseconds: number;
}

/**
 * Takes a step of a runner's end until it is done, until aborted, or until nothing has moved for a while.
 *
 * @returns false when it was stopped before its end, also because the runner has lost a part.
 */
export async function untilStuck(
  { counters, lost }: Pick<Runner, "counters" | "lost">,
  step: (signal: AbortSignal) => Promise<void>,
  { abort, stallMilliseconds }: Limits,
): Promise<boolean> {
  const stuck = new AbortController();
  let moved = performance.now();
  let before = "";
  const timer = setInterval(() => {
    // The same text as long as nothing moves.
    const now = JSON.stringify(counters, progress);
    if (now !== before) moved = performance.now();
    before = now;
    if (performance.now() - moved > stallMilliseconds) stuck.abort();
  }, stallMilliseconds / 30);
  try {
    await step(AbortSignal.any([abort, stuck.signal]));
    return true;
  } catch (error) {
    if (abort.aborted || stuck.signal.aborted || lost.aborted) return false;
    throw error;
  } finally {
    clearInterval(timer);
  }
}

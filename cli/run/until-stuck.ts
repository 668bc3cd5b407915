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
  /** How long the step can go on while no record moves on. Milliseconds. */
  readonly stallMilliseconds: number;
}

/**
 * Runs a step of a runner's shutdown until it is done, it is aborted, or no record has moved on for a while.
 *
 * @returns false when the step was stopped before its end, or failed because the runner has lost one of its parts.
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
    // The text stays the same as long as no record moves on.
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

import type { Counters, DeliveryCounters, MappingCounters } from "@streaming-data-lake/runner/counters";
import type { Runner } from "@streaming-data-lake/runner/runner";

/** How long a drain may go without a record moving on; a function that fails for ever would hold it for ever. */
const patience = 15_000;

/** What of the counters is progress; retries are none. */
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

/**
 * Drains the runner until all is done with, until aborted, or until nothing has moved for so many milliseconds.
 *
 * @returns false when it was stopped before its end.
 */
export async function drain(
  runner: Pick<Runner, "counters" | "drain">,
  abort: AbortSignal,
  stuckMilliseconds = patience,
): Promise<boolean> {
  const stuck = new AbortController();
  let moved = Date.now();
  let before = "";
  const timer = setInterval(() => {
    // The same text as long as nothing moves.
    const now = JSON.stringify(runner.counters, progress);
    if (now !== before) moved = Date.now();
    before = now;
    if (Date.now() - moved > stuckMilliseconds) stuck.abort();
  }, stuckMilliseconds / 30);
  try {
    await runner.drain(AbortSignal.any([abort, stuck.signal]));
    return true;
  } catch (error) {
    if (abort.aborted || stuck.signal.aborted) return false;
    throw error;
  } finally {
    clearInterval(timer);
  }
}

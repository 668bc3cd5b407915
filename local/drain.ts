import type { Counters } from "./counters";
import type { Runner } from "./runner";

/** How long a drain may go without a record moving on; a function that fails for ever would hold it for ever. */
const patience = 15_000;

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
    const now = progressOf(runner.counters);
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

/** How far every consumer has come: the same text as long as nothing moves. Retries are no progress. */
function progressOf({ mappings, deliveries }: Counters): string {
  return JSON.stringify([
    mappings.map(({ readNew, readOld, succeeded, failed, filtered }) => [
      readNew,
      readOld,
      succeeded,
      failed,
      filtered,
    ]),
    deliveries.map(({ readNew, readOld, delivered, rejected, backedUp }) => [
      readNew,
      readOld,
      delivered,
      rejected,
      backedUp,
    ]),
  ]);
}

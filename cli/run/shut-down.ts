import type { Runner } from "@streaming-data-lake/runner/runner";
import { untilStuck } from "./until-stuck";

/** Milliseconds without a record moving on: a function that fails for ever would hold the drain for ever. */
const stall = { drain: 15_000, flush: 60_000 };

/**
 * Drains a runner and writes its buffers. A step is given up when nothing moves any more, and at once when aborted. A
 * runner that has lost a part can't be drained, but what it has read is still delivered.
 *
 * @returns Whether every record was processed and delivered.
 */
export async function shutDown(
  runner: Pick<Runner, "counters" | "drain" | "flush" | "lost">,
  abort: AbortSignal,
): Promise<boolean> {
  const drained =
    !runner.lost.aborted &&
    (await untilStuck(runner, (signal) => runner.drain(signal), { abort, stallMilliseconds: stall.drain }));
  const flushed =
    !abort.aborted &&
    (await untilStuck(runner, (signal) => runner.flush(signal), { abort, stallMilliseconds: stall.flush }));
  return drained && flushed;
}

import type { Runner } from "@streaming-data-lake/runner/runner";
import { untilStuck } from "./until-stuck";

/**
 * How long each step of the shutdown waits while no record moves on. Without this limit, a function that always fails
 * would keep the drain waiting forever. Milliseconds.
 */
const stall = { drain: 15_000, flush: 60_000 };

/**
 * Drains a runner and writes its buffers. A step is given up when no record has moved on for a while, and immediately
 * when aborted. A runner that has lost one of its parts can't be drained, but what it has read is still delivered.
 *
 * @returns Whether every record was processed and delivered.
 */
export async function shutDown(
  runner: Pick<Runner, "counters" | "drain" | "flush" | "lost">,
  abort: AbortSignal,
): Promise<boolean> {
  const drained =
    !runner.lost.aborted &&
    (await untilStuck(runner, (signal) => runner.drain(signal, { write: true }), {
      abort,
      stallMilliseconds: stall.drain,
    }));
  const flushed =
    !abort.aborted &&
    (await untilStuck(runner, (signal) => runner.flush(signal), { abort, stallMilliseconds: stall.flush }));
  return drained && flushed;
}

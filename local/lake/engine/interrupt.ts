import type { DuckDBConnection } from "@duckdb/node-api";
import { TrinoError } from "../trino/types/errors";

/**
 * Runs a function that any of the signals or the time limit can stop. DuckDB ignores an interrupt that arrives before
 * it has started, so the interrupt is repeated until the function ends.
 *
 * @param timeLimit Longest time that the function may run. Milliseconds.
 * @throws The signal's reason, or TrinoError EXCEEDED_TIME_LIMIT.
 */
export async function interruptible<Result>(
  run: () => Promise<Result>,
  connection: DuckDBConnection,
  { signals, timeLimit }: { readonly signals: readonly AbortSignal[]; readonly timeLimit: number },
): Promise<Result> {
  for (const signal of signals) signal.throwIfAborted();
  let again: NodeJS.Timeout | undefined;
  let stopped: (() => unknown) | undefined;
  const interrupt = () => {
    connection.interrupt();
    again = setTimeout(interrupt, 50);
  };
  const stop = (reason: () => unknown) => () => {
    stopped ??= reason;
    interrupt();
  };
  const abort = stop(() => signals.find(({ aborted }) => aborted)?.reason);
  const limit = setTimeout(
    stop(
      () => new TrinoError("EXCEEDED_TIME_LIMIT", `Query exceeded the maximum run time of ${timeLimit} ms`),
    ),
    timeLimit,
  );
  for (const signal of signals) signal.addEventListener("abort", abort);
  try {
    return await run();
  } catch (error) {
    throw stopped ? stopped() : error;
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", abort);
    clearTimeout(limit);
    clearTimeout(again);
  }
}

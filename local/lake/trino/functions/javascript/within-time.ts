import { createContext, Script } from "node:vm";
import { TrinoError } from "../../types/errors";

const place: { run?: () => void } = {};
const context = createContext(place);
const script = new Script("run()");

/**
 * Runs a function that may never end, such as a search for `(a+)+$`, and stops it after a time. Only code in a separate
 * context of Node's vm module can be stopped during a search.
 *
 * @param milliseconds Longest time that the function may take.
 * @throws TrinoError EXCEEDED_TIME_LIMIT
 */
export function withinTime(run: () => void, milliseconds: number, what: string): void {
  place.run = run;
  try {
    script.runInContext(context, { timeout: milliseconds });
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new TrinoError(
      "EXCEEDED_TIME_LIMIT",
      `${what} took longer than ${milliseconds} ms over one part of the rows: a pattern that repeats a repetition, such as (a+)+, may need time without end`,
    );
  } finally {
    delete place.run;
  }
}

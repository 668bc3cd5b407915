import { constants } from "node:os";
import { Interruption } from "@streaming-data-lake/command";

/** Signals that stop a command: the first asks for its end, the second ends it in every state. */
export interface StopSignals {
  /** Aborted by the first signal. */
  readonly first: AbortSignal;
  /** Aborted by the second. */
  readonly second: AbortSignal;
}

/** How long a command may take to end by itself after the second signal. Milliseconds. */
const grace = 700;
/**
 * A second signal within this time is the same Ctrl-C, which npm passes on although the terminal has sent it to both.
 * Milliseconds.
 */
const echo = 250;

/** @param onEnd Called before the process is ended because it has not ended by itself after the second signal. */
export function stopSignals(onEnd: () => void): StopSignals {
  const first = new AbortController();
  const second = new AbortController();
  let received: NodeJS.Signals | undefined;
  let at = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      if (received === undefined) {
        received = name;
        at = performance.now();
        first.abort(new Interruption("stopped", 128 + constants.signals[name]));
      } else if (!second.signal.aborted && (name !== received || performance.now() - at > echo)) {
        second.abort(new Interruption("stopped", 1));
        setTimeout(() => {
          onEnd();
          process.exit(1);
        }, grace).unref();
      }
    });
  return { first: first.signal, second: second.signal };
}

/** Resolves when one of the signals is aborted. */
export function anyAborted(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (any.aborted) resolve();
    else any.addEventListener("abort", () => resolve(), { once: true });
  });
}

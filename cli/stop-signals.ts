import { closeSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { Interruption } from "@streaming-data-lake/command";

/** Signals that stop a command. The first asks it to end in an orderly way; the second ends it in any case. */
export interface StopSignals {
  /** Aborted by the first signal. */
  readonly first: AbortSignal;
  /** Aborted by the second signal. */
  readonly second: AbortSignal;
}

/** How long a command has to end by itself after the second signal. Milliseconds. */
const grace = 700;
/** How long after the first signal its echo can arrive. Milliseconds. */
const echoTime = 250;

/**
 * Handles the signals that stop this process.
 *
 * @param onEnd Called before a process is ended that has not ended by itself after the second signal.
 * @param echoes Whether the first signal can arrive twice. @default - found out for this process
 */
export function stopSignals(onEnd: () => void, echoes = mayEcho()): StopSignals {
  const first = new AbortController();
  const second = new AbortController();
  let received: NodeJS.Signals | undefined;
  let at = 0;
  let echoIsLeft = echoes;
  /**
   * Whether a signal is the echo of the first. At most one is: a busy process gets several at once, which all count.
   */
  const isEcho = (name: NodeJS.Signals): boolean => {
    const is = echoIsLeft && name === received && performance.now() - at <= echoTime;
    if (is) echoIsLeft = false;
    return is;
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      if (received === undefined) {
        received = name;
        at = performance.now();
        first.abort(new Interruption("stopped", 128 + constants.signals[name]));
      } else if (!second.signal.aborted && !isEcho(name)) {
        second.abort(new Interruption("stopped", 1));
        setTimeout(() => {
          onEnd();
          process.exit(1);
        }, grace).unref();
      }
    });
  return { first: first.signal, second: second.signal };
}

/**
 * Whether a signal can arrive twice. Ctrl-C in a terminal reaches both npm and this process, and npm also passes its
 * own signal on to its child. That child is this process if the shell of npm's scripts has replaced itself by it, as
 * bash does. Without a terminal, each signal arrives once.
 */
function mayEcho(): boolean {
  return process.env.npm_execpath !== undefined && hasTerminal() && !isChildOfShell();
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

function isChildOfShell(): boolean {
  try {
    return /^\w*sh$/.test(readFileSync(`/proc/${process.ppid}/comm`, "utf8").trim());
  } catch {
    // There is no /proc, as on macOS. The shell there is bash, which replaces itself.
    return false;
  }
}

/** Resolves when one of the signals is aborted. */
export function anyAborted(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (any.aborted) resolve();
    else any.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Tells the time and runs callbacks later. Tests pass a clock of their own. */
export interface Clock {
  /** The current time. Milliseconds since 1970. */
  now(): number;
  /** Calls back once after a delay, without keeping the process alive. @returns a function that cancels the call. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    // Node's setTimeout fires at once when the delay does not fit into 31 bits.
    const timer = setTimeout(callback, Math.min(milliseconds, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is advanced. */
export class VirtualClock implements Clock {
  private time: number;
  private readonly due = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time + milliseconds, callback };
    this.due.add(timer);
    return () => this.due.delete(timer);
  }

  /** Advances to each due callback in turn and runs it. Work that a callback started continues before the next one. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = [...this.due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.due.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }

  /** Sets the time, forwards or backwards, without running any callback, as when a system clock is corrected. */
  set(milliseconds: number): void {
    this.time = milliseconds;
  }
}

/** Resolves after the given time, or as soon as the signal is aborted. */
export function sleep(clock: Clock, milliseconds: number, abort?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (abort?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      cancel();
      abort?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    abort?.addEventListener("abort", done, { once: true });
  });
}

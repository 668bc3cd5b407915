/** Wakes those who wait for something to change. */
export class Signal {
  private readonly waiting = new Set<() => void>();

  notify(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves at the next `notify`, when the time is up or when aborted, whichever comes first. */
  next(milliseconds?: number, abort?: AbortSignal): Promise<void> {
    if (abort?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        clearTimeout(timer);
        abort?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(wake, milliseconds);
      abort?.addEventListener("abort", wake, { once: true });
      this.waiting.add(wake);
    });
  }

  /** Waits until the condition holds; it is looked at again at each `notify`. */
  async until(condition: () => boolean, abort?: AbortSignal): Promise<void> {
    while (!condition()) {
      abort?.throwIfAborted();
      await this.next(undefined, abort);
    }
  }
}

/** Waits; an abort ends it early. */
export function pause(milliseconds: number, abort: AbortSignal): Promise<void> {
  return new Signal().next(milliseconds, abort);
}

/** The result of `work`, unless the signal is aborted first: then it rejects with the signal's reason, at once. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

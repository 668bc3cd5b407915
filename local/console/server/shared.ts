import { Signal } from "@streaming-data-lake/timing";

/** Number of values that are kept for slow readers. A reader that falls further behind misses the oldest. */
const mostKept = 16;

/**
 * A sequence of values that several readers follow. It is read once for all of them, as long as there is at least one.
 */
export class SharedSequence<Value> {
  private readonly recent: Value[] = [];
  /** Number of values so far. */
  private count = 0;
  private readers = 0;
  private readonly changed = new Signal();
  private readonly end = new AbortController();
  private failure: unknown;

  /**
   * @param follow Starts reading. It returns a function that returns the next value, or undefined at the end.
   * @param onEnd Called when the last reader has left or the sequence has ended. No reader may join after that.
   */
  constructor(
    private readonly follow: () => (signal: AbortSignal) => Promise<Value | undefined>,
    private readonly onEnd: () => void,
  ) {}

  /**
   * Returns a function that returns the values from now on, or undefined at the end. The reader leaves when the signal
   * is aborted.
   */
  join(signal: AbortSignal): () => Promise<Value | undefined> {
    let at = this.count;
    if (!signal.aborted) this.enter(signal);
    return async () => {
      while (at === this.count && !this.end.signal.aborted && !signal.aborted)
        await this.changed.next(undefined, signal);
      if (signal.aborted) return undefined;
      if (at === this.count && this.failure !== undefined) throw this.failure;
      at = Math.max(at, this.count - this.recent.length);
      return this.recent[at++ - this.count + this.recent.length];
    };
  }

  private enter(signal: AbortSignal): void {
    this.readers++;
    if (this.readers === 1) void this.run();
    const leave = () => {
      this.readers--;
      if (this.readers === 0) this.stop();
    };
    signal.addEventListener("abort", leave, { once: true });
  }

  private stop(): void {
    if (this.end.signal.aborted) return;
    this.end.abort();
    this.onEnd();
    this.changed.notify();
  }

  private async run(): Promise<void> {
    const { signal } = this.end;
    try {
      const next = this.follow();
      for (
        let value = await next(signal);
        value !== undefined && !signal.aborted;
        value = await next(signal)
      ) {
        this.recent.push(value);
        if (this.recent.length > mostKept) this.recent.shift();
        this.count++;
        this.changed.notify();
      }
    } catch (error) {
      this.failure = error;
    }
    this.stop();
  }
}

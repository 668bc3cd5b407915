import { Signal } from "@streaming-data-lake/runner/signal";

/** Values that are kept for readers who are slow; who is slower yet misses the oldest. */
const mostKept = 16;

/** What several readers follow: it is asked once for all of them, while there is one. */
export class Shared<Value> {
  private readonly kept: Value[] = [];
  /** Values until now. */
  private count = 0;
  private readers = 0;
  private readonly changed = new Signal();
  private readonly end = new AbortController();
  private failure: unknown;

  /**
   * @param follow Begins to follow: what it gives answers the next value, and undefined at the end.
   * @param onEnd Called when the last reader has left, or what is followed has ended: nobody may join any more.
   */
  constructor(
    private readonly follow: () => (signal: AbortSignal) => Promise<Value | undefined>,
    private readonly onEnd: () => void,
  ) {}

  /** Answers the values from now on, for a reader who leaves by the signal; undefined at the end. */
  join(signal: AbortSignal): () => Promise<Value | undefined> {
    let at = this.count;
    if (!signal.aborted) this.enter(signal);
    return async () => {
      while (at === this.count && !this.end.signal.aborted && !signal.aborted)
        await this.changed.next(undefined, signal);
      if (signal.aborted) return undefined;
      if (at === this.count && this.failure !== undefined) throw this.failure;
      at = Math.max(at, this.count - this.kept.length);
      return this.kept[at++ - this.count + this.kept.length];
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
        this.kept.push(value);
        if (this.kept.length > mostKept) this.kept.shift();
        this.count++;
        this.changed.notify();
      }
    } catch (error) {
      this.failure = error;
    }
    this.stop();
  }
}

import type { ProducerMetrics } from "../core/metrics";

/** Milliseconds between two updates on a terminal and in a pipe. */
const onTerminal = 200;
const inPipe = 5_000;

/** Shows the progress of sending, on one changing line of a terminal or as plain lines. */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #shown = false;

  constructor(
    private readonly metrics: () => ProducerMetrics,
    private readonly output: NodeJS.WriteStream,
    private readonly count: number | undefined,
  ) {
    this.#timer = setInterval(() => this.#show(), output.isTTY ? onTerminal : inPipe).unref();
  }

  /** Writes a separate line. */
  note(line: string): void {
    this.#clear();
    this.output.write(`${line}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #show(): void {
    const { records, throttles, failures, callsInFlight, bufferedRecords, shards } = this.metrics();
    const seconds = (performance.now() - this.#started) / 1000;
    const line = [
      `${formatCount(records)}${this.count === undefined ? "" : ` of ${formatCount(this.count)}`} sent`,
      `${formatCount(Math.round(records / seconds))}/s`,
      `${shards.length} ${shards.length === 1 ? "shard" : "shards"}`,
      `${formatCount(bufferedRecords)} waiting`,
      `${callsInFlight} calls in flight`,
      throttles > 0 && `${formatCount(throttles)} throttled`,
      failures > 0 && `${formatCount(failures)} failed and retried`,
    ]
      .filter(Boolean)
      .join(" · ");
    if (!this.output.isTTY) this.output.write(`${line}\n`);
    else {
      this.output.write(`\r\x1b[K${line.slice(0, (this.output.columns ?? 80) - 1)}`);
      this.#shown = true;
    }
  }

  #clear(): void {
    if (this.#shown) this.output.write("\r\x1b[K");
    this.#shown = false;
  }
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

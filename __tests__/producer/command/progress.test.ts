import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Progress } from "../../../producer/command/progress";
import type { ProducerMetrics } from "../../../producer/core/metrics";

const metrics = {
  records: 1_200,
  throttles: 3,
  failures: 0,
  callsInFlight: 2,
  bufferedRecords: 40,
  shards: [{}, {}],
} as unknown as ProducerMetrics;

/** What clears a terminal's line. */
const clear = "\r\x1b[K";

/** A terminal of so many columns, or a pipe without any. */
function output(columns?: number) {
  const written: string[] = [];
  const stream = { isTTY: columns !== undefined, columns, write: (text: string) => written.push(text) };
  return { written, stream: stream as unknown as NodeJS.WriteStream };
}

describe("progress", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is one line of a terminal that is drawn anew, and gone in the end", () => {
    const { written, stream } = output(200);
    const progress = new Progress(() => metrics, stream, 5_000);
    vi.advanceTimersByTime(1_000);
    expect(written).toHaveLength(5);
    for (const text of written) {
      expect(text.startsWith(clear)).toBe(true);
      expect(text.slice(clear.length)).toMatch(
        /^1,200 of 5,000 sent · [\d,]+\/s · 2 shards · 40 waiting · 2 calls in flight · 3 throttled$/,
      );
    }
    progress.end();
    expect(written.at(-1)).toBe(clear);
  });

  it("never breaks into a second line", () => {
    const { written, stream } = output(30);
    const progress = new Progress(() => metrics, stream, undefined);
    vi.advanceTimersByTime(200);
    progress.end();
    expect(written[0]).toHaveLength(clear.length + 29);
  });

  it("makes room for a line of its own and comes back below it", () => {
    const { written, stream } = output(80);
    const progress = new Progress(() => metrics, stream, undefined);
    vi.advanceTimersByTime(200);
    progress.note("a bad line");
    vi.advanceTimersByTime(200);
    progress.end();
    expect(written.slice(1, 3)).toEqual([clear, "a bad line\n"]);
    expect(written[3]?.startsWith(`${clear}1,200 sent`)).toBe(true);
  });

  it("is a plain line every five seconds in a pipe", () => {
    const { written, stream } = output();
    const progress = new Progress(() => metrics, stream, undefined);
    vi.advanceTimersByTime(10_000);
    progress.end();
    expect(written).toHaveLength(2);
    for (const text of written) expect(text).toMatch(/^1,200 sent · .*3 throttled\n$/);
  });
});

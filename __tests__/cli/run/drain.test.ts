import { describe, expect, it } from "vitest";
import { drain } from "../../../cli/run/drain";
import { deliveryCounters } from "../../../local/runner/counters";

const stuckMilliseconds = 300;

/** A runner that is drained after so long, while each tick moves its delivery on or not. */
function runner(milliseconds: number, moves: boolean) {
  const counters = { streams: [], mappings: [], deliveries: [deliveryCounters("delivery", "readings")] };
  const wait = (signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const tick = setInterval(() => {
        if (moves) for (const one of counters.deliveries) one.readNew++;
      }, 20);
      const end = (settle: () => void) => {
        clearInterval(tick);
        clearTimeout(timer);
        settle();
      };
      const timer = setTimeout(() => end(resolve), milliseconds);
      signal?.addEventListener("abort", () => end(() => reject(signal.reason)), { once: true });
    });
  return { counters, drain: wait };
}

describe("a drain", () => {
  it("goes on for as long as any consumer moves on, be it only a delivery stream", async () => {
    const never = new AbortController().signal;
    expect(await drain(runner(4 * stuckMilliseconds, true), never, stuckMilliseconds)).toBe(true);
  });

  it("ends once nothing has moved for a while, and says so", async () => {
    const never = new AbortController().signal;
    expect(await drain(runner(60_000, false), never, stuckMilliseconds)).toBe(false);
  });

  it("ends at once when aborted, and says so", async () => {
    const abort = AbortSignal.timeout(50);
    const started = Date.now();
    expect(await drain(runner(60_000, true), abort, 60_000)).toBe(false);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

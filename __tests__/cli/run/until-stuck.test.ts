import { describe, expect, it } from "vitest";
import { untilStuck } from "../../../cli/run/until-stuck";
import { deliveryCounters } from "../../../local/runner/counters";
import { countersOf } from "../../runner/fixtures/counters";

const stallMilliseconds = 300;
const never = new AbortController().signal;

/** A runner that is drained after so long, while each tick moves its delivery on or not. */
function runner(milliseconds: number, moves: boolean) {
  const counters = countersOf({ deliveries: [deliveryCounters("delivery", "readings")] });
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
  return { counters, lost: never, drain: wait };
}

describe("a drain", () => {
  it("goes on for as long as any consumer moves on, be it only a delivery stream", async () => {
    const moving = runner(4 * stallMilliseconds, true);
    expect(await untilStuck(moving, moving.drain, { abort: never, stallMilliseconds })).toBe(true);
  });

  it("ends once nothing has moved for a while, and says so", async () => {
    const stuck = runner(60_000, false);
    expect(await untilStuck(stuck, stuck.drain, { abort: never, stallMilliseconds })).toBe(false);
  });

  it("ends at once when aborted, and says so", async () => {
    const abort = AbortSignal.timeout(50);
    const started = Date.now();
    const moving = runner(60_000, true);
    expect(await untilStuck(moving, moving.drain, { abort, stallMilliseconds: 60_000 })).toBe(false);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

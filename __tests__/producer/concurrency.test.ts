import { describe, expect, it } from "vitest";
import { ConcurrencyLimit } from "../../producer/core/calls/concurrency";

/**
 * A link on which a call takes `latencyMs`, and on which so many calls a second fit: what is sent beyond queues.
 *
 * @returns The limit after so many seconds in which as many calls were in flight as allowed.
 */
function settled(latencyMs: number, callsPerSecond: number, seconds: number, max = 64): number {
  const limit = new ConcurrencyLimit(max);
  const answers: { at: number; sent: number; inFlight: number }[] = [];
  let freeAt = 0;
  let now = 0;
  for (let inFlight = 0; now < seconds * 1000; ) {
    while (inFlight < limit.value) {
      inFlight++;
      freeAt = Math.max(now, freeAt) + 1000 / callsPerSecond;
      answers.push({ at: Math.max(freeAt, now + latencyMs), sent: now, inFlight });
    }
    answers.sort((a, b) => a.at - b.at);
    const answer = answers.shift();
    if (answer === undefined) break;
    now = answer.at;
    inFlight--;
    limit.completed(now, now - answer.sent, answer.inFlight);
  }
  return limit.value;
}

describe("the number of calls in flight", () => {
  it("grows until the link is full, and little beyond", () => {
    // 20 ms and 500 calls a second: ten calls fill the link.
    expect(settled(20, 500, 5)).toBeGreaterThanOrEqual(10);
    expect(settled(20, 500, 5)).toBeLessThanOrEqual(22);
  });

  it("grows within half a second on a link of 20 ms", () => {
    expect(settled(20, 1_000, 0.5)).toBeGreaterThanOrEqual(20);
  });

  it("stays small where calls only wait for each other", () => {
    expect(settled(0.5, 200, 5)).toBeLessThanOrEqual(10);
  });

  it("never exceeds its maximum", () => {
    expect(settled(200, 10_000, 5, 32)).toBe(32);
  });

  it("is halved by a failed call, once a round trip, and never below one", () => {
    const limit = new ConcurrencyLimit(64, 16);
    limit.completed(0, 20, 16);
    const before = limit.value;
    limit.failed(100);
    limit.failed(101);
    expect(limit.value).toBe(Math.floor(before / 2));
    for (let now = 200; now < 2_000; now += 100) limit.failed(now);
    expect(limit.value).toBe(1);
  });

  it("does not grow while fewer calls are in flight than allowed", () => {
    const limit = new ConcurrencyLimit(64, 4);
    for (let now = 0; now < 1_000; now += 10) limit.completed(now, 10, 2);
    expect(limit.value).toBe(4);
  });
});

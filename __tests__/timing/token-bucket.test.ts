import { TokenBucket } from "@streaming-data-lake/timing";
import { describe, expect, it } from "vitest";

describe("a token bucket", () => {
  it("starts full, with the units of one second", () => {
    const bucket = new TokenBucket(10, 0);
    expect([bucket.has(10, 0), bucket.available(0)]).toEqual([true, 10]);
  });

  it("gains its rate each second, and never more than its capacity", () => {
    const bucket = new TokenBucket(10, 0, 20);
    bucket.take(20);
    expect([bucket.available(500), bucket.available(60_000)]).toEqual([5, 20]);
  });

  it("allows more than its capacity when it is full, and pays the debt off afterwards", () => {
    const bucket = new TokenBucket(10, 0);
    expect(bucket.has(25, 0)).toBe(true);
    bucket.take(25);
    expect([bucket.available(1_000), bucket.has(1, 1_000)]).toEqual([-5, false]);
    expect([bucket.wait(0, 1_000), bucket.wait(1, 1_000)]).toEqual([500, 600]);
  });

  it("gains nothing when the clock goes back", () => {
    const bucket = new TokenBucket(10, 5_000);
    bucket.take(10);
    expect([bucket.available(1_000), bucket.available(1_100)]).toEqual([0, 1]);
  });

  it("is empty after another has used what was left, and keeps its debt", () => {
    const bucket = new TokenBucket(10, 0);
    bucket.drain(0);
    expect(bucket.left).toBe(0);
    bucket.take(4);
    bucket.drain(0);
    expect(bucket.left).toBe(-4);
  });
});

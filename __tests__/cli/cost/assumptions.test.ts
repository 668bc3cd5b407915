import { describe, expect, it } from "vitest";
import { logBytes, objectBytes } from "../../../bench/cost";
import { assumptions } from "../../../cli/cost/assumptions";

describe("what the estimate takes as given", () => {
  it("holds for objects of the lake: at least what is measured, half as much again at most", async () => {
    const { json, gzip, parquet } = await objectBytes(20_000);
    const expected = (kind: { readonly ratio: number; readonly objectBytes: number }) =>
      json * kind.ratio + kind.objectBytes;
    expect(expected(assumptions.gzip) / gzip).toBeGreaterThan(0.9);
    expect(expected(assumptions.gzip) / gzip).toBeLessThan(1.5);
    expect(expected(assumptions.parquet) / parquet).toBeGreaterThan(0.9);
    expect(expected(assumptions.parquet) / parquet).toBeLessThan(1.5);
  });

  it.each([1, 100, 10_000])("holds for the metrics that a batch of %i logs, within a tenth", (readings) => {
    const { bytes, bytesAReading, mostBytes } = assumptions.metricsLine;
    const expected = Math.min(mostBytes, bytes + readings * bytesAReading);
    expect(expected / logBytes(readings)).toBeGreaterThan(0.9);
    expect(expected / logBytes(readings)).toBeLessThan(1.1);
  });
});

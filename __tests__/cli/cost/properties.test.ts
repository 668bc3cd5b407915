import fc from "fast-check";
import { expect, it } from "vitest";
import { estimate, fitted } from "../../../cli/cost/estimate";
import type { Load } from "../../../cli/cost/traffic";
import { setupOf } from "./support";

const setup = setupOf();
const loads: fc.Arbitrary<Load> = fc.record({
  readingsPerSecond: fc.double({ min: 0.001, max: 1e8, noNaN: true }),
  readingBytes: fc.integer({ min: 1, max: 1_048_576 }),
  aggregate: fc.boolean(),
});

it("no load is given money back, and the free tier never takes more than there is", () => {
  fc.assert(
    fc.property(loads, fc.integer({ min: 1, max: 3650 }), (load, day) => {
      const { charges, dollars, freeDollars } = estimate(fitted(setup, load), load, day);
      for (const each of charges) {
        expect(each.dollars).toBeGreaterThanOrEqual(each.freeDollars);
        expect(each.freeDollars).toBeGreaterThanOrEqual(0);
      }
      expect(Number.isFinite(dollars)).toBe(true);
      expect(freeDollars).toBeLessThanOrEqual(dollars);
    }),
  );
});

it("twice the load costs more, and less than twice as much and a shard", () => {
  fc.assert(
    fc.property(loads, (load) => {
      const twice = { ...load, readingsPerSecond: 2 * load.readingsPerSecond };
      const [one, two] = [load, twice].map((each) => estimate(fitted(setup, each), each).dollars) as [
        number,
        number,
      ];
      expect(two).toBeGreaterThan(one);
      expect(two).toBeLessThan(2 * one + 0.36);
    }),
  );
});

it("shards that are as many as are needed are never too few", () => {
  fc.assert(
    fc.property(loads, (load) => {
      const { warnings } = estimate(fitted(setup, load), load);
      expect(warnings.filter((warning) => warning.includes("can't take it"))).toEqual([]);
    }),
  );
});

import { describe, expect, it } from "vitest";
import { charge } from "../../../cli/cost/charge";
import { prices } from "../../../cli/cost/prices";

describe("a charge", () => {
  it("is the price of a month of such days, by the day", () => {
    expect(charge("Kinesis", "shardHour", 24).dollars).toBeCloseTo(0.36, 12);
  });

  // 600 TB a month: 500 × 1,024 GB × 0.029 and 100 × 1,024 GB × 0.025
  it("goes through the tiers of a month", () => {
    const month = 500 * 1024 * 0.029 + 100 * 1024 * 0.025;
    expect(charge("Firehose", "firehoseIngestion", (600 * 1024) / 30).dollars).toBeCloseTo(month / 30, 6);
  });

  it("names what the free tier takes off, at most all of it", () => {
    const { dollars, freeDollars } = charge("Lambda", "lambdaRequest", 100_000);
    expect(freeDollars).toBeCloseTo((1_000_000 * 0.0000002) / 30, 10);
    expect(dollars).toBeGreaterThan(freeDollars);
    const little = charge("Lambda", "lambdaRequest", 10);
    expect(little.freeDollars).toBe(little.dollars);
  });

  it("costs nothing where nothing is used", () => {
    for (const what of Object.keys(prices))
      expect(charge("any", what as keyof typeof prices, 0)).toMatchObject({ dollars: 0, freeDollars: 0 });
  });
});

describe("the price table", () => {
  it("falls from tier to tier and names its source", () => {
    for (const { tiers, source } of Object.values(prices)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
      const dollars = tiers.map((tier) => tier.dollars);
      expect(dollars).toEqual(dollars.toSorted((one, other) => other - one));
    }
  });
});

import { describe, expect, it } from "vitest";
import { type Estimate, estimate, fitted } from "../../../cli/cost/estimate";
import { parquetBytesADay } from "../../../cli/cost/lake";
import type { PriceName } from "../../../cli/cost/prices";
import type { Load } from "../../../cli/cost/traffic";
import { setupOf } from "./support";

const setup = setupOf();
const load = (readingsPerSecond: number, more: Partial<Load> = {}): Load => ({
  readingsPerSecond,
  readingBytes: 200,
  aggregate: false,
  ...more,
});
const dollarsOf = ({ charges }: Estimate, what: PriceName) =>
  charges.find((each) => each.what === what)?.dollars ?? 0;
const quantityOf = ({ charges }: Estimate, what: PriceName) =>
  charges.find((each) => each.what === what)?.quantity ?? 0;

describe("one reading a second on the stack as it comes", () => {
  const day = estimate(setup, load(1));

  it("costs less than a dollar a day, and half of one with the free tier", () => {
    expect(day.dollars).toBeGreaterThan(0.5);
    expect(day.dollars).toBeLessThan(0.8);
    expect(day.dollars - day.freeDollars).toBeLessThan(0.5);
  });

  // 24 h × 0.015
  it("pays 36 cents for its shard", () => {
    expect(dollarsOf(day, "shardHour")).toBeCloseTo(0.36, 10);
  });

  // 86,400 × 5,120 bytes / 2^30 = 0.41199 GB; × 0.029 and × 0.018
  it("is charged by Firehose for 5 KB a reading", () => {
    expect(quantityOf(day, "firehoseIngestion")).toBeCloseTo(0.41199, 5);
    expect(dollarsOf(day, "firehoseIngestion")).toBeCloseTo(0.011948, 6);
    expect(dollarsOf(day, "firehoseConversion")).toBeCloseTo(0.007416, 6);
  });

  // 86,400 invocations × 0.2 / 10^6; ceil((1 + 0.006) × 1769/256) = 7 ms × 0.25 GB × 86,400 = 151.2 GB-s
  it("invokes the function once a second, for 7 ms", () => {
    expect(dollarsOf(day, "lambdaRequest")).toBeCloseTo(0.01728, 8);
    expect(quantityOf(day, "lambdaArm")).toBeCloseTo(151.2, 6);
  });

  // 86,400 × 5 / 10^6: the sampling's one a second is every invocation
  it("would pay more for traces than for its shard, if it traced", () => {
    expect(dollarsOf(day, "trace")).toBe(0);
    expect(dollarsOf(estimate(setupOf({ tracing: true }), load(1)), "trace")).toBeCloseTo(0.432, 8);
  });

  // 1,440 minutes × (Parquet and raw) × 0.005 / 1,000
  it("writes two objects a minute", () => {
    expect(quantityOf(day, "put")).toBe(2880);
    expect(dollarsOf(day, "put")).toBeCloseTo(0.0144, 10);
  });

  // 24 runs × half of 1,440 objects × 2 × 0.0004 / 1,000
  it("pays S3 for the objects that the roll-up reads", () => {
    expect(quantityOf(day, "get")).toBe(34_560);
    expect(dollarsOf(day, "get")).toBeCloseTo(0.013824, 10);
  });

  // 24 runs × 10 MiB, the least that Athena charges, × 5 a TB
  it("pays for 10 MB a run of the roll-up", () => {
    expect(dollarsOf(day, "scan")).toBeCloseTo((24 * 10 * 5) / 2 ** 20, 10);
  });

  // (10 metrics × 0.30 + 24 metrics of alarms × 0.10 + 1 dashboard × 3.00) / 30 days, of which 14 × 0.10 are not free
  it("has metrics and a dashboard within the free tier, and alarms beyond it, by the metrics that they watch", () => {
    const chargeOf = (what: PriceName) => day.charges.find((each) => each.what === what);
    expect([setup.alarms, setup.alarmMetrics]).toEqual([19, 24]);
    for (const what of ["metric", "dashboard"] as const)
      expect(chargeOf(what)?.freeDollars).toBe(chargeOf(what)?.dollars);
    expect(dollarsOf(day, "alarm") - (chargeOf("alarm")?.freeDollars ?? 0)).toBeCloseTo(1.4 / 30, 10);
    expect(dollarsOf(day, "metric") + dollarsOf(day, "alarm") + dollarsOf(day, "dashboard")).toBeCloseTo(
      8.4 / 30,
      10,
    );
  });

  it("has nothing to warn of", () => {
    expect(day.warnings).toEqual([]);
  });
});

describe("shards", () => {
  it("are needed by records: 1,000 a second each", () => {
    expect(estimate(setup, load(5_000)).traffic.shardsNeeded).toBe(5);
    expect(estimate(setup, load(5_001)).traffic.shardsNeeded).toBe(6);
  });

  // 5,000 × 2,000 / 1,048,576 = 9.54
  it("are needed by bytes: 1 MiB a second each", () => {
    expect(estimate(setup, load(5_000, { readingBytes: 2_000 })).traffic.shardsNeeded).toBe(10);
  });

  // 5,000 × (200 + 8) / 1,048,576 = 0.99
  it("are fewer with aggregation, which leaves the bytes", () => {
    expect(estimate(setup, load(5_000, { aggregate: true })).traffic.shardsNeeded).toBe(1);
  });

  it("that are missing are warned of", () => {
    expect(estimate(setup, load(5_000)).warnings).toContainEqual(
      expect.stringContaining("5 shards are needed and shardCount is 1"),
    );
    expect(estimate(fitted(setup, load(5_000)), load(5_000)).warnings).toEqual([]);
  });
});

describe("an aggregate", () => {
  // floor(51,200 / 208) = 246 readings of 208 bytes make 51,168 bytes: two payload units of 25 KB
  it("of 246 readings is charged as two payload units instead of 246", () => {
    const full = fitted(setup, load(10_000_000, { aggregate: true }));
    const day = estimate(full, load(10_000_000, { aggregate: true }));
    expect(day.traffic.readingsARecord).toBe(246);
    expect(quantityOf(day, "putPayloadUnit")).toBeCloseTo((2 * 10_000_000 * 86_400) / 246, -3);
  });

  // 100 readings a second in one shard, gathered for a tenth of a second
  it("holds what came within the producer's wait, when that is less", () => {
    expect(estimate(setup, load(100, { aggregate: true })).traffic.readingsARecord).toBe(10);
  });

  it("is priced both ways that Firehose could count it", () => {
    const day = estimate(setup, load(5_000, { aggregate: true }));
    expect(day.dollarsByAggregate).toBeLessThan(day.dollars / 5);
    expect(estimate(setup, load(5_000)).dollarsByAggregate).toBeUndefined();
  });
});

describe("a changed setting changes the answer", () => {
  const before = estimate(setup, load(500));
  const change = (settings: Record<string, unknown>) => estimate(setupOf(settings), load(500));

  it.each([
    ["shardCount", { shardCount: 2 }, "shardHour"],
    ["streamMode", { streamMode: "ON_DEMAND" }, "onDemandIn"],
    ["streamRetentionHours", { streamRetentionHours: 48 }, "extendedRetention"],
    ["enhancedFanOut", { enhancedFanOut: true }, "fanOutShardHour"],
    ["batchSize", { batchSize: 500 }, "lambdaRequest"],
    ["functionMemoryMegabytes", { functionMemoryMegabytes: 1769 }, "lambdaArm"],
    ["bufferSeconds", { bufferSeconds: 300 }, "put"],
    ["logRetentionDays", { logRetentionDays: 365 }, "logsStorage"],
    ["customerManagedKey", { customerManagedKey: true }, "key"],
  ] as const)("%s", (_, settings, what) => {
    expect(dollarsOf(change(settings), what)).not.toBe(dollarsOf(before, what));
  });

  it("retentionDays, once it is over", () => {
    const storage = (settings: Record<string, unknown>) => {
      const day = estimate(setupOf(settings), load(500), 400);
      return quantityOf(day, "standardStorage");
    };
    expect(storage({ retentionDays: 60 })).toBeLessThan(storage({ retentionDays: 365 }));
  });
});

describe("an on-demand stream", () => {
  const onDemand = setupOf({ streamMode: "ON_DEMAND" });

  // 1,000 × 1,024 bytes × 86,400 / 2^30 = 82.4 GB × 0.08
  it("is charged for 1 KB a reading at least", () => {
    expect(dollarsOf(estimate(onDemand, load(1_000)), "onDemandIn")).toBeCloseTo(6.5918, 3);
  });

  // 1,000 × 200 × 86,400 / 2^30 = 16.09 GB, read by Lambda and Firehose, × 0.04
  it("is charged for what its two readers read", () => {
    expect(dollarsOf(estimate(onDemand, load(1_000)), "onDemandOut")).toBeCloseTo(1.2875, 3);
  });
});

describe("what is stored", () => {
  it("grows by the day and moves to cheaper classes with age", () => {
    const on = (day: number) => estimate(fitted(setup, load(50_000)), load(50_000), day);
    const raw = quantityOf(on(1), "standardStorage");
    expect(quantityOf(on(30), "standardStorage")).toBeCloseTo(30 * raw, 6);
    expect(quantityOf(on(60), "infrequentStorage")).toBeGreaterThan(0);
    expect(quantityOf(on(120), "glacierInstantStorage")).toBeGreaterThan(0);
  });

  it("stops growing when it expires, a week after its retention", () => {
    const on = (day: number) => estimate(setup, load(500), day).dollars;
    expect(on(372)).toBeGreaterThan(on(371));
    expect(on(500)).toBe(on(372));
  });

  // Per reading 20 bytes of Parquet: a day of 20,000/s has 19 GB and more in objects beyond 128 KiB.
  it("costs more to read once it has moved: by the request and by the GB", () => {
    const young = estimate(setup, load(20_000), 60).wholeQuery;
    const old = estimate(setup, load(20_000), 365).wholeQuery;
    expect(young.readDollars / young.dollars).toBeLessThan(0.05);
    const days =
      estimate(setup, load(20_000), 91).wholeQuery.readDollars -
      estimate(setup, load(20_000), 90).wholeQuery.readDollars;
    const gigabytes = parquetBytesADay(setup, load(20_000)) / 2 ** 30;
    expect(days).toBeGreaterThan(gigabytes * 0.01);
    expect(days).toBeLessThan(gigabytes * 0.01 * 1.1);
    expect(old.readDollars).toBeGreaterThan(275 * gigabytes * 0.01);
  });

  it("stays in its class where its objects are smaller than S3 moves", () => {
    expect(quantityOf(estimate(setup, load(1), 200), "infrequentStorage")).toBe(0);
  });
});

describe("warnings", () => {
  it("tell when the function can't keep up", () => {
    const slow = { ...setup, batchSize: 1 };
    expect(estimate(slow, load(900)).warnings).toContainEqual(expect.stringContaining("falls behind"));
  });

  it("tell when the roll-up would be stopped by the workgroup", () => {
    const big = load(50_000);
    expect(estimate(fitted(setup, big), big).warnings).toContainEqual(
      expect.stringContaining("scanCutoffMebibytes"),
    );
  });

  it("tell when prices are those of another region", () => {
    expect(estimate(setupOf({ region: "eu-west-1" }), load(1)).warnings).toEqual([
      "the stack is in eu-west-1; the prices are those of us-east-1",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { MetricStore } from "../../../local/runner/cloudwatch/metric-store";
import { ServiceMetrics } from "../../../local/runner/cloudwatch/service-metrics";
import { type MappingCounters, readCounters, type StreamCounters } from "../../../local/runner/counters";
import { countersOf } from "../fixtures/counters";

const noon = Date.parse("2026-01-15T12:00:00Z");

const mapping = (counts: Partial<MappingCounters>): MappingCounters => ({
  ...readCounters("s"),
  address: "aws_lambda_event_source_mapping.m",
  functionName: "f",
  succeeded: 0,
  filtered: 0,
  failed: 0,
  failedUserRecords: 0,
  deadLetters: 0,
  invocations: 0,
  errors: 0,
  failedInvocations: 0,
  throttles: 0,
  lostDeadLetters: 0,
  retries: 0,
  lagMilliseconds: 0,
  pending: 0,
  ...counts,
});

const stream = (counts: Partial<StreamCounters>): StreamCounters => ({
  name: "s",
  acknowledged: 0,
  bytes: 0,
  throttled: 0,
  throttledReads: 0,
  ...counts,
});

/** Statistics of a minute's metric after some samples. */
function minuteOf(...samples: readonly Parameters<typeof countersOf>[0][]) {
  const store = new MetricStore();
  const metrics = new ServiceMetrics(store);
  for (const sample of samples) metrics.sample(countersOf(sample), noon);
  const statisticOf =
    (namespace: string, dimensions: Readonly<Record<string, string>>) => (name: string, statistic: string) =>
      store.datapoints({ namespace, name, dimensions }, statistic, 60, [noon])[0];
  return {
    lambda: statisticOf("AWS/Lambda", { FunctionName: "f" }),
    kinesis: statisticOf("AWS/Kinesis", { StreamName: "s" }),
  };
}

describe("a function's metrics", () => {
  it("have zeros for errors and throttles in a minute of successful invocations", () => {
    const { lambda } = minuteOf({ mappings: [mapping({ invocations: 4 })] });
    expect([lambda("Invocations", "Sum"), lambda("Errors", "Sum"), lambda("Throttles", "Sum")]).toEqual([
      4, 0, 0,
    ]);
  });

  it("have no datapoint in a minute without an invocation", () => {
    const { lambda } = minuteOf({ mappings: [mapping({})] });
    expect([lambda("Invocations", "Sum"), lambda("Errors", "Sum"), lambda("Throttles", "Sum")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("have the error rate as their average", () => {
    const { lambda } = minuteOf({ mappings: [mapping({ invocations: 4, failedInvocations: 1 })] });
    expect([lambda("Errors", "Sum"), lambda("Errors", "Average"), lambda("Errors", "SampleCount")]).toEqual([
      1, 0.25, 4,
    ]);
  });

  it("count an error of an invocation that was counted in an earlier sample", () => {
    const { lambda } = minuteOf(
      { mappings: [mapping({ invocations: 1 })] },
      { mappings: [mapping({ invocations: 1, failedInvocations: 1 })] },
    );
    expect(lambda("Errors", "Sum")).toBe(1);
  });
});

describe("a stream's metrics", () => {
  it("have zeros for refused puts and reads in a minute of puts", () => {
    const { kinesis } = minuteOf({ streams: [stream({ acknowledged: 5, bytes: 50 })] });
    expect(kinesis("WriteProvisionedThroughputExceeded", "Sum")).toBe(0);
    expect(kinesis("ReadProvisionedThroughputExceeded", "Sum")).toBe(0);
  });

  it("have no datapoint in a minute without a put", () => {
    const { kinesis } = minuteOf({ streams: [stream({})] });
    expect(kinesis("WriteProvisionedThroughputExceeded", "Sum")).toBeUndefined();
  });

  it("count refused puts", () => {
    const { kinesis } = minuteOf({ streams: [stream({ acknowledged: 5, throttled: 3 })] });
    expect(kinesis("WriteProvisionedThroughputExceeded", "Sum")).toBe(3);
  });
});

import { describe, expect, it } from "vitest";
import { readEmbeddedMetrics } from "../../../local/runner/cloudwatch/embedded-metrics";
import { checkExpression, evaluateExpression } from "../../../local/runner/cloudwatch/metric-math";
import { MetricStore, periodStarts } from "../../../local/runner/cloudwatch/metric-store";
import { MetricSums } from "../../../local/runner/cloudwatch/metric-sums";
import { ServiceMetrics } from "../../../local/runner/cloudwatch/service-metrics";
import { SampleDistribution, statisticNamed } from "../../../local/runner/cloudwatch/statistics";
import { deliveryCounters } from "../../../local/runner/counters";
import { countersOf } from "../fixtures/counters";

const metric = { namespace: "n", name: "Value", dimensions: { a: "1", b: "2" } };
const noon = Date.parse("2024-01-15T12:00:00Z");
const minute = 60_000;

describe("a statistic of 1 to 10", () => {
  const values = new SampleDistribution();
  for (let value = 1; value <= 10; value++) values.add(value);

  it.each([
    ["SampleCount", 10],
    ["Sum", 55],
    ["Average", 5.5],
    ["Minimum", 1],
    ["Maximum", 10],
    ["p50", 5],
    ["p90", 9],
    ["p99.9", 10],
    ["p0", 1],
    ["tm50", 3],
    ["TM(20%:80%)", 5.5],
    ["TM(2:8)", 5.5],
    ["TM(:5)", 3],
    ["tc50", 5],
    ["ts50", 15],
    ["wm80", 5.2],
    ["PR(:5)", 50],
    ["PR(5:)", 50],
    ["IQM", 5.5],
  ])("%s is %d", (name, expected) => {
    expect(statisticNamed(name)?.(values)).toBeCloseTo(expected, 9);
  });

  it.each(["sum", "p101", "q50", "TM(1)", ""])("there is none called %j", (name) => {
    expect(statisticNamed(name)).toBeUndefined();
  });
});

describe("a minute of many different values", () => {
  it("keeps its sum and extremes exact and its percentiles within one in a hundred", () => {
    const values = new SampleDistribution();
    for (let value = 1; value <= 100_000; value++) values.add(value);
    expect([values.count, values.sum, values.minimum, values.maximum]).toEqual([
      100_000, 5_000_050_000, 1, 100_000,
    ]);
    expect(Math.abs((statisticNamed("p99")?.(values) ?? 0) / 99_000 - 1)).toBeLessThan(0.01);
    expect(values.sorted().length).toBeLessThan(4_000);
  });
});

describe("the metrics of a run", () => {
  it("are counted by the minute, whatever the order of the dimensions", () => {
    const store = new MetricStore();
    store.put(metric, 1, noon);
    store.putAll(
      { ...metric, dimensions: { b: "2", a: "1" } },
      [
        [2, 1],
        [1, 3],
      ],
      noon + 59_999,
    );
    store.put(metric, 10, noon + minute);
    const starts = periodStarts(noon + minute, 60, 3);
    expect(store.datapoints(metric, "Sum", 60, starts)).toEqual([undefined, 6, 10]);
    expect(store.metrics()).toHaveLength(1);
  });

  it("are put together over longer periods", () => {
    const store = new MetricStore();
    for (let at = 0; at < 10; at++) store.put(metric, at, noon + at * minute);
    expect(store.datapoints(metric, "Maximum", 300, periodStarts(noon + 9 * minute, 300, 2))).toEqual([4, 9]);
  });

  it("are kept as long as they are asked for, and otherwise not at all", () => {
    const store = new MetricStore(({ name }) => (name === "Value" ? 5 : 0));
    for (let at = 0; at < 10; at++) store.put(metric, 1, noon + at * minute);
    store.put({ ...metric, name: "Other" }, 1, noon);
    expect(store.total(metric, "SampleCount")).toBe(6);
    expect(store.metrics()).toEqual([metric]);
  });

  it("are forgotten after a day", () => {
    const store = new MetricStore();
    store.put(metric, 1, noon);
    store.put(metric, 2, noon + 24 * 60 * minute + minute);
    expect(store.total(metric, "Sum")).toBe(2);
  });
});

describe("an embedded metric", () => {
  const line = (document: object) => JSON.stringify(document);
  const aws = (dimensions: string[][]) => ({
    Timestamp: noon,
    CloudWatchMetrics: [{ Namespace: "n", Dimensions: dimensions, Metrics: [{ Name: "Value" }] }],
  });

  it("counts once for each of its dimension sets", () => {
    expect(readEmbeddedMetrics(line({ _aws: aws([[], ["a"]]), a: "1", Value: [1, 2] }))).toEqual([
      {
        metric: { namespace: "n", name: "Value", dimensions: {} },
        values: [
          [1, 1],
          [2, 1],
        ],
        unit: "None",
      },
      {
        metric: { namespace: "n", name: "Value", dimensions: { a: "1" } },
        values: [
          [1, 1],
          [2, 1],
        ],
        unit: "None",
      },
    ]);
  });

  it("is found behind the prefix of a text log", () => {
    const text = `2024-01-15T12:00:00Z\tid\tINFO\t${line({ _aws: aws([[]]), Value: 3 })}`;
    expect(readEmbeddedMetrics(text).map(({ values }) => values)).toEqual([[[3, 1]]]);
  });

  it("may be a statistic set", () => {
    const set = { Count: 2, Sum: 3, Min: 1, Max: 2 };
    expect(readEmbeddedMetrics(line({ _aws: aws([[]]), Value: set }))[0]?.values).toEqual({
      count: 2,
      sum: 3,
      minimum: 1,
      maximum: 2,
    });
  });

  it("may be a distribution", () => {
    const values = { Values: [1, 2], Counts: [3, 4], Max: 2, Min: 1, Count: 7, Sum: 11 };
    expect(readEmbeddedMetrics(line({ _aws: aws([[]]), Value: values }))[0]?.values).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it.each([
    ["has no value", { _aws: aws([[]]) }],
    ["is text", { _aws: aws([[]]), Value: "1" }],
    ["lacks a dimension", { _aws: aws([["a"]]), Value: 1 }],
    ["has no namespace", { _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: "Value" }] }] }, Value: 1 }],
    ["has metadata that is a list", { _aws: [], Value: 1 }],
  ])("is not counted when it %s", (_, document) => {
    expect(readEmbeddedMetrics(line(document))).toEqual([]);
  });

  it("is ignored in a line that was cut off", () => {
    expect(readEmbeddedMetrics('{"_aws": {')).toEqual([]);
  });
});

describe("the sums of a function's metrics", () => {
  const line = (dimensions: readonly string[][], metrics: Readonly<Record<string, number>>) =>
    JSON.stringify({
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: "n",
            Dimensions: dimensions,
            Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })),
          },
        ],
      },
      location: "a",
      reason: "b",
      ...metrics,
    });

  it("are counted once, whatever dimensions they are also broken down by", () => {
    const sums = new MetricSums();
    const add = (text: string) => {
      for (const metric of readEmbeddedMetrics(text)) sums.add(metric);
    };
    for (let batch = 0; batch < 2; batch++) {
      add(line([["location"]], { High: 2 }));
      add(line([["location"]], { High: 1 }));
      add(line([[]], { High: 4, All: 9 }));
      add(line([["reason", "location"], ["reason"]], { Rejected: 5 }));
    }
    const totals = Object.entries(sums.totals).map(([name, { sum }]) => [name, sum]);
    expect(Object.fromEntries(totals)).toEqual({ High: 8, All: 18, Rejected: 10 });
    expect(sums.totals.All).toEqual({ unit: "Count", count: 2, sum: 18, minimum: 9, maximum: 9 });
  });
});

describe("metric math", () => {
  const series = new Map([
    ["m1", [1, undefined, 3]],
    ["m2", [10, 20, 0]],
  ]);

  it.each([
    ["m1 + m2 * 2", [21, undefined, 3]],
    ["m1 / m2", [0.1, undefined, undefined]],
    ["-m1", [-1, undefined, -3]],
    ["(m1 + 1) ^ 2", [4, undefined, 16]],
    ["FILL(m1, 0)", [1, 0, 3]],
    ["FILL(m1, REPEAT)", [1, 1, 3]],
    ["IF(m2 > 5, 1, 0)", [1, 1, 0]],
    ["IF(m2 >= 10 AND m1 < 2, m1)", [1, undefined, undefined]],
    ["SUM([m1, m2])", [11, 20, 3]],
    ["MAX(m2)", [20, 20, 20]],
    ["MIN([m1, m2])", [1, 20, 0]],
    ["ABS(0 - m2)", [10, 20, 0]],
  ])("%s", (expression, expected) => {
    expect(evaluateExpression(expression, series, 3)).toEqual(expected);
  });

  it("has no value while an id that it uses is not known", () => {
    expect(evaluateExpression("e1 + 1", series, 3)).toBeUndefined();
  });

  it.each([
    ["ANOMALY_DETECTION_BAND(m1)", "the function ANOMALY_DETECTION_BAND is not evaluated here"],
    ["m1 +", "it ends too early"],
    ["(m1", '")" is expected, not "the end"'],
    ["m1 m2", '"m2" is not expected there'],
    ["m1 ? 1", '"?" is not expected there'],
  ])("%s is refused", (expression, reason) => {
    expect(() => checkExpression(expression)).toThrow(reason);
  });
});

describe("a delivery stream that producers put to", () => {
  it("counts incoming records by itself, because it reads no stream", () => {
    const store = new MetricStore();
    const delivery = { ...deliveryCounters("d", "direct-put.d"), userRecords: 3 };
    const stream = { name: "direct-put.d", acknowledged: 3, bytes: 30, throttled: 0, throttledReads: 0 };
    new ServiceMetrics(store).sample(countersOf({ streams: [stream], deliveries: [delivery] }), noon);
    const dimensions = { DeliveryStreamName: "d" };
    expect(store.total({ namespace: "AWS/Firehose", name: "IncomingRecords", dimensions }, "Sum")).toBe(3);
    expect(store.total({ namespace: "AWS/Firehose", name: "IncomingBytes", dimensions }, "Sum")).toBe(30);
    expect(store.metrics().map(({ name }) => name)).toEqual(["IncomingRecords", "IncomingBytes"]);
  });
});

import { describe, expect, it } from "vitest";
import { aggregate } from "../support/aggregate";
import { customMetrics, embeddedMetricFormat } from "./embedded-metric-format";
import { event, now, reading, record, sequenceNumber, start, total } from "./support";

const hot = (sensor: string, temperature: number, changes: object = {}) =>
  reading({ sensor_id: sensor, temperature, ...changes });

describe("a batch", () => {
  it("of valid readings is counted and needs no retry", async () => {
    const { response, metrics, logs } = await start()(event(reading(), reading().trim()));
    expect(response).toEqual({ batchItemFailures: [] });
    expect(total(metrics, "ReadingsProcessed")).toBe(2);
    expect(logs).toEqual([]);
  });

  it("with nothing in it is no failure", async () => {
    const { response, metrics } = await start()({ Records: [] });
    expect(response).toEqual({ batchItemFailures: [] });
    expect(total(metrics, "ReadingsProcessed")).toBe(0);
  });

  it("counts each reading of an aggregate", async () => {
    const { response, metrics } = await start()(
      event(aggregate([reading(), "{", reading()]), reading(), aggregate([reading()])),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(total(metrics, "ReadingsProcessed")).toBe(4);
    expect(total(metrics, "ReadingsRejected")).toBe(1);
  });
});

describe("a record that is not a reading", () => {
  it("is counted by reason and never retried", async () => {
    const { response, metrics } = await start()(
      event(
        "{",
        "{}",
        reading({ humidity: 101 }),
        aggregate([reading()]).subarray(0, -1),
        aggregate([aggregate([reading()])]),
        "nonsense",
        reading(),
      ),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    const byReason = metrics
      .filter((line) => "ReadingsRejected" in line)
      .map((line) => [line.reason, line.ReadingsRejected]);
    expect(Object.fromEntries(byReason)).toEqual({
      "not-json": 2,
      "not-a-reading": 1,
      "out-of-range": 1,
      "malformed-aggregate": 2,
    });
    expect(total(metrics, "ReadingsProcessed")).toBe(1);
  });

  it("is logged once, with reason, sequence number and partition key", async () => {
    const batch = event(reading(), "{", reading());
    const { logs } = await start({ SERVICE_NAME: "my-service" })(batch);
    expect(logs).toEqual([
      expect.objectContaining({
        level: "WARN",
        message: "Record rejected",
        service: "my-service",
        function_request_id: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        reason: "not-json",
        sequence_number: sequenceNumber(batch, 1),
        partition_key: "sensor-001",
      }),
    ]);
  });

  it("is told apart within its aggregate by its place and its own partition key", async () => {
    const { logs } = await start()(event(aggregate([reading(), "{"], "inner-key")));
    expect(logs).toEqual([
      expect.objectContaining({ sub_sequence_number: 1, partition_key: "inner-key", reason: "not-json" }),
    ]);
  });

  it("never has its payload in the log", async () => {
    const secret = "s3cr3t";
    const { text } = await start({ LOG_LEVEL: "DEBUG" })(
      event(
        secret,
        `{"${secret}":`,
        reading({ temperature: secret }),
        reading({ temperature: 99, location: secret }),
        aggregate([secret, reading({ humidity: 101, location: secret })]),
        aggregate([secret]).subarray(0, -1),
      ),
    );
    expect(text).toContain("Record rejected");
    expect(text).not.toContain(secret);
  });

  it("comes with many others: a hundred are described, all are counted", async () => {
    const { logs, metrics } = await start()(event(...Array<string>(5_000).fill("{")));
    expect(logs).toHaveLength(101);
    expect(logs.at(-1)).toMatchObject({
      message: "More records rejected than described",
      rejected: 5_000,
      described: 100,
      by_reason: { "not-json": 5_000 },
    });
    expect(total(metrics, "ReadingsRejected")).toBe(5_000);
  });

  it("can't make a line longer than a partition key may be", async () => {
    const { text } = await start()(event(aggregate(["{"], "k".repeat(100_000))));
    expect(text).toContain(`"${"k".repeat(256)}"`);
    expect(text.length).toBeLessThan(3_000);
  });
});

describe("an alert", () => {
  it("is one line for a sensor, with its hottest reading", async () => {
    const { logs, metrics } = await start()(
      event(
        hot("a", 31),
        hot("b", 30.1),
        hot("a", 45, { timestamp: "2024-01-15T10:30:01Z" }),
        hot("a", 32),
        hot("c", 30),
      ),
    );
    expect(logs).toEqual([
      expect.objectContaining({
        level: "WARN",
        message: "High temperature",
        alert_id: "a@2024-01-15T10:30:01Z",
        sensor_id: "a",
        location: "warehouse-A",
        temperature: 45,
        threshold: 30,
        reading_timestamp: "2024-01-15T10:30:01Z",
        readings: 3,
      }),
      expect.objectContaining({ alert_id: "b@2024-01-15T10:30:00Z", temperature: 30.1, readings: 1 }),
    ]);
    expect(total(metrics, "HighTemperatureReadings")).toBe(4);
  });

  it("is not logged again when its batch is retried", async () => {
    const invoke = start();
    const batch = event(hot("a", 31));
    const [first, second] = [await invoke(batch), await invoke(batch)];
    expect(first.logs.map(({ alert_id }) => alert_id)).toEqual(["a@2024-01-15T10:30:00Z"]);
    expect(second.logs).toEqual([]);
  });

  it("has the same id in another execution environment", async () => {
    const batch = event(hot("a", 31));
    const [first, second] = [await start()(batch), await start()(batch)];
    expect(first.logs[0]?.alert_id).toBe(second.logs[0]?.alert_id);
  });

  it("depends on the threshold of the deployment", async () => {
    const { logs } = await start({ ALERT_THRESHOLD_CELSIUS: "-5.5" })(event(hot("a", -5.4), hot("b", -5.5)));
    expect(logs.map(({ sensor_id }) => sensor_id)).toEqual(["a"]);
  });

  it("is left to the metrics when the log level says so", async () => {
    const { logs, metrics } = await start({ LOG_LEVEL: "ERROR" })(event(hot("a", 31), "{"));
    expect(logs).toEqual([]);
    expect(total(metrics, "HighTemperatureReadings")).toBe(1);
  });
});

describe("the time of a reading", () => {
  it("is late beyond a day", async () => {
    const at = (age: number) => reading({ timestamp: new Date(now - age).toISOString() });
    const day = 86_400_000;
    const { metrics } = await start()(event(at(day), at(day + 1), at(400 * day)));
    expect(total(metrics, "ReadingsProcessed")).toBe(3);
    expect(total(metrics, "LateReadings")).toBe(2);
  });

  it("is skewed in the future, beyond what clocks differ, and then says nothing of the lag", async () => {
    const at = (ahead: number) => reading({ timestamp: new Date(now + ahead).toISOString() });
    const { metrics } = await start()(event(at(-1_500), at(5_000), at(5_001), at(3_600_000)));
    expect(total(metrics, "ReadingsProcessed")).toBe(4);
    expect(total(metrics, "SkewedReadings")).toBe(2);
    expect(metrics[0]?.ProcessingLag).toEqual([1_500, 0]);
  });
});

describe("the metrics", () => {
  const everything = event(
    ...["{", "{}", reading({ temperature: 99 }), aggregate([])],
    ...[hot("a", 31), hot("b", 32, { location: "warehouse-B" })],
    ...[reading({ timestamp: "2020-01-01T00:00:00Z" }), reading({ timestamp: "2030-01-01T00:00:00Z" })],
  );

  it("are valid embedded metric format", async () => {
    const { metrics } = await start({ METRIC_LOCATIONS: "warehouse-A" })(everything);
    for (const line of metrics) expect(embeddedMetricFormat.parse(line)).toBeTruthy();
  });

  it("are in the deployment's namespace, at the time of processing", async () => {
    const { metrics } = await start({ METRICS_NAMESPACE: "my-lake" })(event(reading()));
    expect(metrics[0]?._aws).toMatchObject({
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: "my-lake", Dimensions: [[]] }],
    });
  });

  it("are ten in a default deployment, whatever the data", async () => {
    const { metrics } = await start()(everything);
    expect(metrics.flatMap(customMetrics).sort()).toEqual([
      "HighTemperatureReadings",
      "LateReadings",
      "ProcessingLag",
      "ReadingsProcessed",
      "ReadingsRejected,reason=malformed-aggregate",
      "ReadingsRejected,reason=not-a-reading",
      "ReadingsRejected,reason=not-json",
      "ReadingsRejected,reason=out-of-range",
      "SkewedReadings",
      "Temperature",
    ]);
  });

  it("count high temperatures of the named locations too", async () => {
    const { metrics } = await start({ METRIC_LOCATIONS: "warehouse-B,warehouse-C" })(everything);
    expect(metrics.flatMap(customMetrics).filter((name) => name.includes("location"))).toEqual([
      "HighTemperatureReadings,location=warehouse-B",
    ]);
    expect(metrics.find((line) => "location" in line)?.HighTemperatureReadings).toBe(1);
  });

  it("say zero when nothing was wrong, so that an alarm has data", async () => {
    const { metrics } = await start()(event(reading()));
    expect(metrics).toEqual([
      expect.objectContaining({ LateReadings: 0, SkewedReadings: 0, HighTemperatureReadings: 0 }),
    ]);
  });

  it("leave out values of which there are none", async () => {
    const { metrics } = await start()(event("{"));
    expect(metrics.flatMap(customMetrics)).not.toContain("Temperature");
  });

  it("have each value of a batch up to a hundred", async () => {
    const temperatures = Array.from({ length: 100 }, (_, i) => i / 10);
    const { metrics } = await start()(event(...temperatures.map((temperature) => reading({ temperature }))));
    expect(metrics[0]?.Temperature).toEqual(temperatures);
  });

  it("stay one line for a large batch: exact minimum, maximum, sum and count, percentiles within a rank in a hundred", async () => {
    const temperatures = Array.from({ length: 1_000 }, (_, i) => ((i * 7919) % 1_000) / 20);
    const { metrics } = await start()(event(...temperatures.map((temperature) => reading({ temperature }))));
    expect(metrics).toHaveLength(1);
    const line = embeddedMetricFormat.parse(metrics[0]);
    const { Values, Counts, ...exact } = line.Temperature as Record<"Values" | "Counts", number[]>;
    expect(exact).toEqual({ Min: 0, Max: 49.95, Sum: expect.closeTo(24_975, 6), Count: 1_000 });
    expect(Values[0]).toBe(0);
    expect(Values.at(-1)).toBe(49.95);
    expect(Counts.reduce((sum, count) => sum + count)).toBe(1_000);
    const weighted = Values.reduce((sum, value, i) => sum + value * (Counts[i] ?? 0), 0);
    expect(weighted).toBeCloseTo(24_975, 6);
    let rank = 0;
    const ninetieth = Values.find((_, i) => {
      rank += Counts[i] ?? 0;
      return rank >= 900;
    });
    expect(ninetieth).toBeGreaterThan(44.5);
    expect(ninetieth).toBeLessThan(45.5);
  });
});

describe("a failure of the function's own", () => {
  const failing = () => {
    const batch = event(reading(), "{", reading(), reading(), reading());
    const broken = record(reading(), 3);
    Object.defineProperty(broken.kinesis, "data", {
      get: () => {
        throw new Error("disk full");
      },
    });
    batch.Records.splice(3, 1, broken);
    return batch;
  };

  it("ends the batch at that record, the lowest sequence number not processed", async () => {
    const batch = failing();
    const { response } = await start()(batch);
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumber(batch, 3) }] });
  });

  it("counts what came before, which is not retried", async () => {
    const { metrics } = await start()(failing());
    expect([total(metrics, "ReadingsProcessed"), total(metrics, "ReadingsRejected")]).toEqual([2, 1]);
  });

  it("counts as a batch cut short, which a whole batch does not", async () => {
    expect(total((await start()(failing())).metrics, "BatchesCutShort")).toBe(1);
    expect((await start()(event(reading()))).metrics.some((line) => "BatchesCutShort" in line)).toBe(false);
  });

  it("is logged with what went wrong", async () => {
    const batch = failing();
    const { logs } = await start()(batch);
    expect(logs.at(-1)).toMatchObject({
      level: "ERROR",
      message: "Processing failed",
      sequence_number: sequenceNumber(batch, 3),
      error: { name: "Error", message: "disk full" },
    });
  });
});

describe("an invocation close to its timeout", () => {
  /** Each look at the clock takes a second. */
  const clock = (seconds: number) => {
    let left = seconds + 1;
    return () => {
      left--;
      return left * 1_000;
    };
  };

  it("stops and leaves the rest to a retry", async () => {
    const batch = event(...Array<string>(10).fill(reading()));
    const { response, metrics, logs } = await start()(batch, clock(4));
    expect(total(metrics, "ReadingsProcessed")).toBe(3);
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumber(batch, 3) }] });
    expect(logs).toEqual([
      expect.objectContaining({
        message: "Out of time: the rest is left to a retry",
        sequence_number: sequenceNumber(batch, 3),
      }),
    ]);
  });

  it("gets through a long batch over several retries, each reading once", async () => {
    const all = event(...Array<string>(10).fill(reading()));
    const invoke = start();
    let rest = all.Records;
    let processed = 0;
    let invocations = 0;
    while (rest.length > 0 && invocations < 20) {
      const { response, metrics } = await invoke({ Records: rest }, clock(4));
      processed += total(metrics, "ReadingsProcessed");
      invocations++;
      const [failure] = response.batchItemFailures;
      const at = rest.findIndex(({ kinesis }) => kinesis.sequenceNumber === failure?.itemIdentifier);
      rest = at === -1 ? [] : rest.slice(at);
    }
    expect({ processed, invocations }).toEqual({ processed: 10, invocations: 4 });
  });
});

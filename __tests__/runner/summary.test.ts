import { describe, expect, it } from "vitest";
import { renderView } from "../../cli/output/view";
import { findReadingDiscrepancies, summarizeReadings } from "../../cli/start/readings";
import { type Counters, readCounters } from "../../local/runner/counters";
import { findDiscrepancies, leftUndone } from "../../local/runner/reconciliation";
import { renderSummary } from "../../local/runner/render-summary";
import { summarize } from "../../local/runner/summary";
import { counted, countersOf } from "./fixtures/counters";

interface Changes {
  readonly stream?: Partial<Counters["streams"][number]>;
  readonly mapping?: Partial<Counters["mappings"][number]>;
  readonly delivery?: Partial<Counters["deliveries"][number]>;
  readonly metrics?: Counters["functions"][number]["metrics"];
}

const functionMetrics: Counters["functions"][number]["metrics"] = {
  ReadingsProcessed: counted(9),
  ReadingsRejected: counted(1),
  HighTemperatureReadings: counted(2),
  Temperature: { unit: "None", count: 9, sum: 189, minimum: 18.5, maximum: 33.25 },
};

/** A run of ten records in which all is well, but for the changes. */
function counters({ stream, mapping, delivery, metrics = functionMetrics }: Changes = {}): Counters {
  const read = { ...readCounters("s"), readNew: 10, userRecords: 10 };
  return countersOf({
    functions: [{ name: "f", metrics }],
    alarms: [
      { name: "late", state: "OK" },
      { name: "high", state: "ALARM" },
    ],
    streams: [{ name: "s", acknowledged: 10, bytes: 1_000, throttled: 0, throttledReads: 0, ...stream }],
    mappings: [
      {
        ...read,
        address: "m",
        functionName: "f",
        succeeded: 10,
        filtered: 0,
        failed: 0,
        failedUserRecords: 0,
        deadLetters: 0,
        invocations: 1,
        errors: 0,
        failedInvocations: 0,
        throttles: 0,
        lostDeadLetters: 0,
        retries: 0,
        lagMilliseconds: 12.4,
        pending: 0,
        ...mapping,
      },
    ],
    deliveries: [
      {
        ...read,
        name: "d",
        extracted: 0,
        dropped: 0,
        delivered: 9,
        rejected: 1,
        backedUp: 10,
        parquetObjects: 1,
        rawObjects: 1,
        errorObjects: 1,
        writeErrors: 0,
        behindMilliseconds: 0,
        partitionsExceeded: 0,
        buffers: [
          {
            kind: "destination",
            records: 5,
            bytes: 512 * 1024,
            limitBytes: 1024 * 1024,
            limitMilliseconds: 60_000,
            since: 1_000,
            undeliveredSince: 1_000,
          },
        ],
        ...delivery,
      },
    ],
  });
}

describe("counts that add up", () => {
  it("are no discrepancy", () => {
    expect(findDiscrepancies(counters(), 10)).toEqual([]);
  });

  it("include what an earlier run has left", () => {
    const old = { readOld: 5, userRecords: 15 };
    const run = counters({
      mapping: { ...old, succeeded: 15 },
      delivery: { ...old, delivered: 14 },
    });
    expect(findDiscrepancies(run)).toEqual([]);
    expect(summarize({ counters: run, queries: {}, seconds: 1 }).produced).toBe(15);
  });

  it("allow a function to count a retried record twice", () => {
    const run = counters({ mapping: { errors: 1 }, metrics: { ReadingsProcessed: counted(14) } });
    expect(findReadingDiscrepancies(run)).toEqual([]);
  });
});

describe("counts that do not add up", () => {
  it.each<[string, Changes, string]>([
    [
      "a record that no one read",
      { stream: { acknowledged: 11 } },
      "records of s read by f: expected 11, counted 10",
    ],
    [
      "a record that was not settled",
      { mapping: { succeeded: 9 } },
      "records settled by f: expected 10, counted 9",
    ],
    [
      "a record that was not delivered",
      { delivery: { delivered: 8 } },
      "records delivered by d: expected 10, counted 9",
    ],
  ])("%s is named", (_, changes, problem) => {
    expect(findDiscrepancies(counters(changes))).toContain(problem);
  });

  it("a reading that the function did not count is named", () => {
    expect(findReadingDiscrepancies(counters({ metrics: { ReadingsProcessed: counted(9) } }))).toEqual([
      "readings counted by f: expected 10, counted 9",
    ]);
  });

  it("what the producer sent and no one has read is named", () => {
    expect(findDiscrepancies(counters(), 12)).toEqual(["records produced: expected 12, counted 10"]);
  });
});

describe("the summary", () => {
  it("of readings is what the function counts of them", () => {
    const run = summarize({ counters: counters(), queries: {}, seconds: 1 });
    expect(summarizeReadings(run).lambda).toEqual({ processed: 9, invalid: 1, failed: 0, alerts: 2 });
  });

  it("reads well", () => {
    const summary = summarize({ counters: counters(), queries: { latest: { rows: 1 } }, seconds: 65 });
    expect(renderSummary(summary)).toBe(
      [
        "produced  10 records",
        "lambda    10 records processed, 0 failed",
        "metric    ReadingsProcessed 9",
        "metric    ReadingsRejected 1",
        "metric    HighTemperatureReadings 2",
        "metric    Temperature 21 on average, 18.5 to 33.25",
        "delivery  10 records in 1 Parquet object, 1 raw object, 1 error object",
        "ALARM     high",
        "query     latest: 1 row",
        "time      1 min 05 s",
      ].join("\n"),
    );
  });
});

describe("the summary of records that don't all arrive", () => {
  const lines = (run: Counters) =>
    renderSummary(summarize({ counters: run, queries: {}, seconds: 1 })).split("\n");

  it("says how many a filter and a processor left out, so that the counts add up", () => {
    const run = counters({
      mapping: { succeeded: 6, filtered: 4 },
      delivery: { delivered: 7, dropped: 2 },
      metrics: {},
    });
    expect(lines(run).slice(0, 3)).toEqual([
      "produced  10 records",
      "lambda    6 records processed, 0 failed, 4 filtered out",
      "delivery  8 records in 1 Parquet object, 1 raw object, 1 error object; 2 records dropped by a processor",
    ]);
    expect(summarize({ counters: run, queries: {}, seconds: 1 }).delivery).toMatchObject({
      records: 8,
      dropped: 2,
    });
  });

  it("says how many records were extracted from others", () => {
    expect(lines(counters({ delivery: { extracted: 5, delivered: 14 }, metrics: {} }))[2]).toBe(
      "delivery  15 records (5 more than came, taken out of others) in 1 Parquet object, 1 raw object, 1 error object",
    );
  });

  it("names the unit of each count when a producer aggregates", () => {
    const read = { readNew: 10, userRecords: 500 };
    const run = counters({ mapping: read, delivery: { ...read, delivered: 499 }, metrics: {} });
    expect(lines(run).slice(0, 3)).toEqual([
      "produced  500 user records in 10 Kinesis records",
      "lambda    10 Kinesis records processed, 0 failed",
      "delivery  500 user records in 1 Parquet object, 1 raw object, 1 error object",
    ]);
  });

  it("has a line for each of several functions and delivery streams", () => {
    const run = counters({ metrics: {} });
    const several = {
      ...run,
      mappings: run.mappings.flatMap((one) => [one, { ...one, functionName: "g" }]),
      deliveries: run.deliveries.flatMap((one) => [one, { ...one, name: "e", delivered: 10, rejected: 0 }]),
    };
    expect(lines(several).slice(0, 5)).toEqual([
      "produced  10 records",
      "lambda    f: 10 records processed, 0 failed",
      "lambda    g: 10 records processed, 0 failed",
      "delivery  d: 10 records in 1 Parquet object, 1 raw object, 1 error object",
      "delivery  e: 10 records in 1 Parquet object, 1 raw object, 1 error object",
    ]);
  });

  it("tells several mappings of one function apart by their streams", () => {
    const run = counters({ metrics: {} });
    const two = {
      ...run,
      mappings: run.mappings.flatMap((one) => [one, { ...one, streamName: "t", succeeded: 4 }]),
    };
    expect(lines(two).slice(1, 3)).toEqual([
      "lambda    f (s): 10 records processed, 0 failed",
      "lambda    f (t): 4 records processed, 0 failed",
    ]);
    expect(leftUndone(two)).toEqual(["6 records not processed by f (t)"]);
    expect(
      renderView(two, 0)
        .filter((line) => line.startsWith("lambda"))
        .map((line) => line.slice(10, 15)),
    ).toEqual(["f (s)", "f (t)"]);
  });

  it("has no line of functions or delivery streams where there are none", () => {
    const none = { ...counters({ metrics: {} }), mappings: [], deliveries: [], alarms: [] };
    expect(lines(none)).toEqual(["produced  10 records", "time      1.0 s"]);
  });
});

describe("the live view", () => {
  it("shows stream, function, delivery and how full its buffers are", () => {
    const run = counters({ mapping: { failed: 3, deadLetters: 1, errors: 4, retries: 2 } });
    expect(renderView(run, 31_000, 120).map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
      "stream  s  10 in",
      "lambda  f  10 done · 0 waiting · 1 batches · lag 12 ms",
      "  4 errors · 2 retried · 3 records discarded · 1 dead letter",
      "  ReadingsProcessed 9 · ReadingsRejected 1 · HighTemperatureReadings 2",
      "ALARM  high",
      "delivery  d  10 in · 1 Parquet · 1 raw · 1 record in 1 error object",
      "  destination  █████░░░░░ 512.0 KiB · 5 records · next write in 30.0 s",
    ]);
  });

  it("fits the terminal", () => {
    expect(Math.max(...renderView(counters(), 0, 40).map((line) => line.length))).toBeLessThanOrEqual(40);
  });
});

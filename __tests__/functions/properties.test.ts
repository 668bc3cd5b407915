import { decodeAggregate } from "@streaming-data-lake/aggregation";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregate, sign } from "../support/aggregate";
import { embeddedMetricFormat } from "./embedded-metric-format";
import { event, reading, start, total } from "./support";

/** The data of a record and how many user records it holds. */
interface Sample {
  readonly data: string | Uint8Array;
  readonly records: number;
}

const one = (data: string | Uint8Array): Sample => ({ data, records: 1 });

const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string({ unit: "binary" }),
  fc.jsonValue(),
  fc.constantFrom(-0, 5e-324, Number.MAX_VALUE, "__proto__", "\ud800", "\u0000", "\u202e", "9".repeat(400)),
);

const readings = fc.oneof(
  fc
    .record({
      temperature: fc.double({ min: -90, max: 60, noNaN: true }),
      sensor_id: fc.string({ minLength: 1 }),
    })
    .map(reading),
  fc
    .dictionary(fc.constantFrom("sensor_id", "temperature", "humidity", "timestamp", "location"), value)
    .map(reading),
  fc.date({ noInvalidDate: true }).map((date) => reading({ timestamp: date.toISOString() })),
  value.map((twice) => reading().replace("{", `{"temperature":${JSON.stringify(twice)},`)),
);

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  readings.map((line) => line.slice(0, -3)),
  fc.tuple(readings, readings).map((lines) => lines.join("")),
);

const bytes = fc.uint8Array({ maxLength: 200 });

const payload = fc.oneof({ weight: 3, arbitrary: readings }, text, bytes);

const aggregates = fc
  .tuple(fc.array(payload, { minLength: 1, maxLength: 8 }), fc.string())
  .map(([data, key]): Sample => ({ data: aggregate(data, key), records: data.length }));

const nested = aggregates.map(({ data }): Sample => ({ data: aggregate([data, reading()]), records: 2 }));

const broken = fc
  .tuple(aggregates, fc.nat(), fc.integer({ min: 1, max: 255 }))
  .map(([{ data }, at, change]) => {
    const changed = Buffer.from(data as Uint8Array);
    const place = at % changed.length;
    changed[place] = (changed[place] ?? 0) ^ change;
    return one(changed);
  });

const cut = fc
  .tuple(aggregates, fc.nat())
  .map(([{ data }, at]) => one(Buffer.from(data as Uint8Array).subarray(0, at % data.length)));

const batches = fc.array(fc.oneof(payload.map(one), aggregates, nested, broken, cut), { maxLength: 20 });

const quiet = start({ LOG_LEVEL: "ERROR", METRIC_LOCATIONS: "warehouse-A" });
const loud = start({ ALERT_THRESHOLD_CELSIUS: "-90" });

describe("whatever the batch holds", () => {
  it("processed + rejected = records, none fails, and the metrics are valid", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (samples) => {
        const { response, metrics } = await quiet(event(...samples.map(({ data }) => data)));
        expect(response).toEqual({ batchItemFailures: [] });
        const rejected = total(metrics, "ReadingsRejected");
        expect(total(metrics.slice(0, 1), "ReadingsProcessed") + rejected).toBe(
          samples.reduce((sum, { records }) => sum + records, 0),
        );
        expect(metrics[0]?.rejected).toBe(rejected);
        for (const line of metrics) embeddedMetricFormat.parse(line);
      }),
      { numRuns: 500 },
    );
  });

  it("each rejection is logged once, with a reason that is a metric", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (samples) => {
        const { logs, metrics } = await loud(event(...samples.map(({ data }) => data)));
        const rejections = logs.filter(({ message }) => message === "Record rejected");
        const places = rejections.map(({ sequence_number, sub_sequence_number }) =>
          [sequence_number, sub_sequence_number].join(),
        );
        expect(new Set(places).size).toBe(Math.min(100, total(metrics, "ReadingsRejected")));
        const reasons = metrics.filter((line) => "ReadingsRejected" in line).map(({ reason }) => reason);
        expect(new Set(rejections.map(({ reason }) => reason))).toEqual(new Set(reasons));
      }),
      { numRuns: 200 },
    );
  });

  it("an aggregate of any bytes under a right checksum is broken or has records", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          aggregates.map(({ data }) => (data as Buffer).subarray(4, -17)),
        ),
        (message) => {
          expect(decodeAggregate(sign(message))).not.toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

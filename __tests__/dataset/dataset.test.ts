import { columnsOfSchema, encodeReading, sensorColumns, sensorReading } from "@streaming-data-lake/dataset";
import { labQueries, namedQueries, preparedStatements } from "@streaming-data-lake/dataset/queries";
import { rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const reading = {
  sensor_id: "sensor-001",
  temperature: 22.5,
  humidity: 65.2,
  timestamp: "2024-01-15T10:30:00Z",
  location: "warehouse-A",
};

describe("a sensor reading", () => {
  it("accepts the lab's example", () => {
    expect(sensorReading.parse(reading)).toEqual(reading);
  });

  it.each([
    ["a temperature that is text", { temperature: "22.5" }],
    ["a temperature below the coldest on Earth", { temperature: -90.1 }],
    ["a temperature above the hottest on Earth", { temperature: 60.1 }],
    ["a humidity above 100 %", { humidity: 100.1 }],
    ["a negative humidity", { humidity: -0.1 }],
    ["a time with an offset", { timestamp: "2024-01-15T10:30:00+01:00" }],
    ["a time without a zone", { timestamp: "2024-01-15T10:30:00" }],
    ["a day that does not exist", { timestamp: "2024-02-30T10:30:00Z" }],
    ["a time finer than nanoseconds", { timestamp: "2024-01-15T10:30:00.1234567891Z" }],
    ["an empty sensor id", { sensor_id: "" }],
    ["a missing location", { location: undefined }],
  ])("rejects %s", (_, change) => {
    expect(sensorReading.safeParse({ ...reading, ...change }).success).toBe(false);
  });

  it("takes a time in nanoseconds", () => {
    const timestamp = "2024-01-15T10:30:00.123456789Z";
    expect(sensorReading.safeParse({ ...reading, timestamp }).success).toBe(true);
  });

  it("drops keys that are not declared", () => {
    expect(sensorReading.parse({ ...reading, battery: 3.3 })).toEqual(reading);
  });

  it("goes on the stream as one line of JSON", () => {
    expect(encodeReading(reading)).toBe(
      '{"sensor_id":"sensor-001","temperature":22.5,"humidity":65.2,"timestamp":"2024-01-15T10:30:00Z","location":"warehouse-A"}\n',
    );
  });
});

describe("the table's columns", () => {
  it("derive from the reading", () => {
    expect(sensorColumns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "sensor_id string",
      "temperature double",
      "humidity double",
      "timestamp timestamp",
      "location string",
    ]);
  });

  it("carry the field's description as comment", () => {
    expect(sensorColumns[1]?.comment).toBe("Temperature in degrees Celsius");
  });

  it("know integers, booleans, dates and optional fields", () => {
    const schema = z.object({ a: z.int(), b: z.boolean(), c: z.iso.date(), d: z.optional(z.string()) });
    expect(columnsOfSchema(schema).map(({ type }) => type)).toEqual(["bigint", "boolean", "date", "string"]);
  });

  it("name the field that has no column type", () => {
    expect(() => columnsOfSchema(z.object({ tags: z.array(z.string()) }))).toThrow('field "tags"');
  });
});

describe("the named queries", () => {
  it("of the lab are three", () => {
    expect(labQueries.map(({ name }) => name)).toEqual([
      "average-temperature-by-sensor",
      "high-temperature-readings",
      "latest-readings",
    ]);
  });

  it("are the lab's and those for analysis, each by a name of its own", () => {
    const names = namedQueries.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(labQueries.map(({ name }) => name)));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(labQueries.length);
  });

  it("each describe themselves", () => {
    for (const { description, sql } of [...namedQueries, ...preparedStatements]) {
      expect(description).not.toBe("");
      expect(sql).toMatch(/^(SELECT|WITH)/);
    }
  });

  it("that are prepared have a name that Athena takes, and name each of their parameters", () => {
    for (const { name, sql } of preparedStatements) {
      expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
      expect(sql).toContain("?");
      expect(sql.match(/\/\* [a-z]+ \*\/ \?/g)).toHaveLength(sql.split("?").length - 1);
    }
  });
});

describe("the roll-up", () => {
  it("is one statement over the scheduled time, with the alert threshold", () => {
    const sql = rollupStatement({ alertThresholdCelsius: 27.5 });
    expect(sql).toContain("THEN temperature END > 27.5");
    expect(sql).toContain("<aws.scheduler.scheduled-time>");
    expect(sql).not.toMatch(/[{}]/);
  });
});

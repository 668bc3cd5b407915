import { describe, expect, it } from "vitest";
import { noDataHints, nothingScannedHints } from "../../../cli/query/no-data";
import type { DeliveryStream, GlueTable, Schedule } from "../../../terraform/types";
import { database, sensorData, sensorHourly } from "../../lake/lake-fixture";

const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(sensorData.location) ?? [];
const delivery = {
  destination: {
    bucket,
    prefix: `${prefix}dt=!{timestamp:yyyy-MM-dd}/`,
    bufferSeconds: 60,
    bufferMebibytes: 64,
  },
} as DeliveryStream;
const lookup: GlueTable = { ...sensorData, name: "lookup", location: "s3://elsewhere/lookup/" };
const stack = {
  tables: [sensorData, sensorHourly, lookup],
  deliveryStreams: [delivery],
  schedules: [
    { sql: "INSERT INTO sensor_hourly SELECT 1" },
    { sql: "no statement" },
  ] as unknown as readonly Schedule[],
};

const one: GlueTable = { ...lookup, database: "one", name: "events" };
const two: GlueTable = { ...one, database: "two" };
/** Two databases that each have a table of the same name, of which a schedule fills the second. */
const twice = {
  tables: [one, two],
  deliveryStreams: [],
  schedules: [{ sql: "INSERT INTO two.events SELECT * FROM one.events" }] as unknown as readonly Schedule[],
};

describe("a statement here that finds a table without an object", () => {
  const hintsOf = (table: GlueTable, of: Parameters<typeof noDataHints>[0] = stack) =>
    noDataHints(of, {
      bytesScanned: 0,
      milliseconds: 0,
      notes: [],
      tables: [
        { database: table.database, table: table.name, partitions: 0, partitionsInAll: 0, objects: 0 },
      ],
    });

  it("says what fills it, by delivery or by a scheduled query", () => {
    expect([sensorData, sensorHourly].flatMap((table) => hintsOf(table))).toEqual([
      "sensor_data has no data yet: delivery flushes 60 s after a first record, or at 64 MiB",
      "sensor_hourly has no data yet: a scheduled query fills it; the command rollup runs that here",
    ]);
  });

  it("says where it looked when nothing of the stack fills it", () => {
    expect(hintsOf(lookup)).toEqual([
      "lookup has no data: no delivery stream and no schedule of the stack writes it, and nothing is in s3://elsewhere/lookup/",
    ]);
  });

  it("tells tables of the same name in two databases apart", () => {
    expect(hintsOf(one, twice)).toEqual([expect.stringContaining("no schedule of the stack writes it")]);
    expect(hintsOf(two, twice)).toEqual([expect.stringContaining("a scheduled query fills it")]);
  });

  it("takes a name without a database for one of the schedule's database", () => {
    const [schedule] = twice.schedules;
    const schedules = [{ ...schedule, sql: "INSERT INTO events SELECT 1", database: "two" } as Schedule];
    expect(hintsOf(one, { ...twice, schedules })).toEqual([expect.stringContaining("no schedule")]);
    expect(hintsOf(two, { ...twice, schedules })).toEqual([expect.stringContaining("a scheduled query")]);
  });
});

describe("a statement on Athena that has scanned nothing", () => {
  it("is told when the tables that it names are filled", () => {
    const sql = "SELECT * FROM sensor_data JOIN sensor_hourly USING (sensor_id)";
    expect(nothingScannedHints(stack, sql, database)).toEqual([
      "sensor_data may have no data yet: delivery flushes 60 s after a first record, or at 64 MiB",
      "sensor_hourly may have no data yet: a scheduled query fills it",
    ]);
  });

  it("is told nothing when it names none that the stack fills", () => {
    expect(nothingScannedHints(stack, "SELECT 1", database)).toEqual([]);
    expect(nothingScannedHints(stack, "SELECT * FROM lookup", database)).toEqual([]);
    expect(nothingScannedHints(stack, "SELECT 'sensor_data' AS sensor_hourly", database)).toEqual([]);
  });
  it("is told about the table of the database that it names", () => {
    const filled = ["events may have no data yet: a scheduled query fills it"];
    expect(nothingScannedHints(twice, "SELECT * FROM one.events", "two")).toEqual([]);
    expect(nothingScannedHints(twice, "SELECT * FROM events", "one")).toEqual([]);
    expect(nothingScannedHints(twice, "SELECT * FROM events", "two")).toEqual(filled);
  });
});

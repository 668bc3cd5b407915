import { describe, expect, it } from "vitest";
import { noDataHints, nothingScannedHints } from "../../../cli/query/no-data";
import type { DeliveryStream, GlueTable, Schedule } from "../../../terraform/types";
import { sensorData, sensorHourly } from "../../lake/lake-fixture";

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

describe("a statement here that finds a table without an object", () => {
  const hintsOf = (table: GlueTable) =>
    noDataHints(stack, {
      bytesScanned: 0,
      milliseconds: 0,
      notes: [],
      tables: [
        { database: table.database, table: table.name, partitions: 0, partitionsInAll: 0, objects: 0 },
      ],
    });

  it("says what fills it, by delivery or by a scheduled query", () => {
    expect([sensorData, sensorHourly].flatMap(hintsOf)).toEqual([
      "sensor_data has no data yet: delivery flushes 60 s after a first record, or at 64 MiB",
      "sensor_hourly has no data yet: a scheduled query fills it; the command rollup runs that here",
    ]);
  });

  it("says where it looked when nothing of the stack fills it", () => {
    expect(hintsOf(lookup)).toEqual([
      "lookup has no data: no delivery stream and no schedule of the stack writes it, and nothing is in s3://elsewhere/lookup/",
    ]);
  });
});

describe("a statement on Athena that has scanned nothing", () => {
  it("is told when the tables that it names are filled", () => {
    const sql = "SELECT * FROM sensor_data JOIN sensor_hourly USING (sensor_id)";
    expect(nothingScannedHints(stack, sql)).toEqual([
      "sensor_data may have no data yet: delivery flushes 60 s after a first record, or at 64 MiB",
      "sensor_hourly may have no data yet: a scheduled query fills it",
    ]);
  });

  it("is told nothing when it names none that the stack fills", () => {
    expect(nothingScannedHints(stack, "SELECT 1")).toEqual([]);
    expect(nothingScannedHints(stack, "SELECT * FROM lookup")).toEqual([]);
  });
});

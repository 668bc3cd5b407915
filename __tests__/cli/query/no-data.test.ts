import { describe, expect, it } from "vitest";
import { nothingScannedHints } from "../../../cli/query/no-data";
import type { DeliveryStream, GlueTable } from "../../../terraform/types";
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
const tables: readonly GlueTable[] = [sensorData, sensorHourly];

describe("a statement on Athena that has scanned nothing", () => {
  it("is told when the tables that it names are filled", () => {
    const sql = "SELECT * FROM sensor_data JOIN sensor_hourly USING (sensor_id)";
    expect(nothingScannedHints({ tables, deliveryStreams: [delivery] }, sql)).toEqual([
      "sensor_data may have no data yet: delivery flushes 60 s after a first record, or at 64 MiB",
      "sensor_hourly may have no data yet: a scheduled query fills it",
    ]);
  });

  it("is told nothing when it names none", () => {
    expect(nothingScannedHints({ tables, deliveryStreams: [delivery] }, "SELECT 1")).toEqual([]);
  });
});

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type SensorReading, sensorColumns } from "@streaming-data-lake/dataset";
import { hourlyColumns } from "@streaming-data-lake/dataset/rollup";
import type { GlueTable } from "../../terraform/types";

export const database = "sensor_lake_dev";
export const bucket = "sensor-lake-dev-000000000000-us-east-1";

export const daily = {
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  "projection.dt.range": "NOW-365DAYS,NOW",
};

const parquet = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

export const sensorData: GlueTable = {
  address: "aws_glue_catalog_table.sensor_data",
  database,
  name: "sensor_data",
  location: `s3://${bucket}/processed/sensor_data/`,
  columns: sensorColumns,
  partitionKeys: [{ name: "dt", type: "string" }],
  serializationLibrary: parquet,
  serdeParameters: { "serialization.format": "1" },
  parameters: daily,
};

export const sensorDataRaw: GlueTable = {
  ...sensorData,
  address: "aws_glue_catalog_table.sensor_data_raw",
  name: "sensor_data_raw",
  location: `s3://${bucket}/raw/sensor_data/`,
  serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
  serdeParameters: { "ignore.malformed.json": "true", "use.null.for.invalid.data": "true" },
};

export const sensorHourly: GlueTable = {
  ...sensorData,
  address: "aws_glue_catalog_table.sensor_hourly",
  name: "sensor_hourly",
  location: `s3://${bucket}/processed/sensor_hourly/`,
  columns: hourlyColumns,
};

/** The clock of the tests: it lies in the projected range of the readings below. */
export const now = new Date("2024-01-20T12:00:00Z");

/** Removes all objects of a lake. */
export const clearLake = (folder: string): void =>
  rmSync(join(folder, bucket), { recursive: true, force: true });

function objectPath(lakeFolder: string, table: GlueTable, day: string, name: string): string {
  const path = join(lakeFolder, table.location.replace("s3://", ""), `dt=${day}`, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** Writes one gzip object of these lines to the raw table. */
export function writeRaw(lakeFolder: string, day: string, name: string, lines: readonly string[]): void {
  writeFileSync(
    objectPath(lakeFolder, sensorDataRaw, day, name),
    gzipSync(lines.map((line) => `${line}\n`).join("")),
  );
}

let writer: Promise<DuckDBConnection> | undefined;

/** Writes one Parquet object of the rows that this DuckDB query gives. */
export async function writeParquet(
  lakeFolder: string,
  table: GlueTable,
  day: string,
  name: string,
  select: string,
): Promise<void> {
  writer ??= DuckDBInstance.create(":memory:", { threads: "1" }).then((instance) => instance.connect());
  const path = objectPath(lakeFolder, table, day, name);
  await (await writer).run(
    `COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION snappy)`,
  );
}

/** Writes one Parquet object of these readings to `sensor_data`. */
export async function writeReadings(
  lakeFolder: string,
  day: string,
  name: string,
  readings: readonly SensorReading[],
): Promise<void> {
  const rows = readings.map(
    (reading) =>
      `('${reading.sensor_id}', CAST(${reading.temperature} AS DOUBLE), CAST(${reading.humidity} AS DOUBLE), TIMESTAMP '${reading.timestamp.replace("Z", "")}', '${reading.location}')`,
  );
  await writeParquet(
    lakeFolder,
    sensorData,
    day,
    name,
    `SELECT * FROM (VALUES ${rows.join(", ")}) AS reading(sensor_id, temperature, humidity, "timestamp", location)`,
  );
}

export const reading = (change: Partial<SensorReading> = {}): SensorReading => ({
  sensor_id: "sensor-001",
  temperature: 22.5,
  humidity: 65.2,
  timestamp: "2024-01-15T10:30:00Z",
  location: "warehouse-A",
  ...change,
});

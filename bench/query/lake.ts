import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { encodeReading, sensorColumns } from "@streaming-data-lake/dataset";
import { hourlyColumns } from "@streaming-data-lake/dataset/rollup";
import { simulateReadings } from "@streaming-data-lake/dataset/simulate";
import type { GlueTable } from "@streaming-data-lake/runner";

const compress = promisify(gzip);
const dayMilliseconds = 86_400_000;

/** The first day of the readings. */
export const firstDay = new Date("2024-01-01T00:00:00Z");

export const dayOf = (day: number) =>
  new Date(firstDay.getTime() + day * dayMilliseconds).toISOString().slice(0, 10);

const parquetSerde = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

/** The tables of the catalog, with partitions for the first `days` days. */
export function tables(days: number): GlueTable[] {
  const table = (name: string, prefix: string, columns: GlueTable["columns"], serde: string): GlueTable => ({
    address: name,
    database: "sensor_lake",
    name,
    location: `s3://lake/${prefix}/`,
    columns,
    partitionKeys: [{ name: "dt", type: "string" }],
    serializationLibrary: serde,
    serdeParameters: {},
    parameters: {
      "projection.enabled": "true",
      "projection.dt.type": "date",
      "projection.dt.format": "yyyy-MM-dd",
      "projection.dt.range": `${dayOf(0)},${dayOf(days - 1)}`,
    },
  });
  return [
    table("sensor_data", "processed/sensor_data", sensorColumns, parquetSerde),
    table("sensor_data_raw", "raw/sensor_data", sensorColumns, "org.openx.data.jsonserde.JsonSerDe"),
    table("sensor_hourly", "processed/sensor_hourly", hourlyColumns, parquetSerde),
  ];
}

export interface LakeSize {
  readonly readings: number;
  readonly days: number;
  readonly objectsADay: number;
}

/**
 * Fills a lake with the producer's simulated readings of 100 sensors: JSON lines in GZIP as they were sent, Parquet
 * that DuckDB makes from these, and the roll-up with one object an hour. The same size always gives the same readings.
 */
export async function buildLake({
  readings,
  days,
  objectsADay,
}: LakeSize): Promise<{ folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "lake-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const objects = Math.round(days * objectsADay);
    const intervalMs = (days * dayMilliseconds) / readings;
    const source = simulateReadings({ sensors: 100, seed: 1, start: firstDay, intervalMs });
    const instance = await DuckDBInstance.create(":memory:", { memory_limit: "1GB" });
    const connection = await instance.connect();
    let written = 0;
    for (let object = 0; object < objects; object++) {
      const day = dayOf(Math.floor(object / objectsADay));
      const raw = join(folder, "lake/raw/sensor_data", `dt=${day}`);
      const parquet = join(folder, "lake/processed/sensor_data", `dt=${day}`);
      for (const path of [raw, parquet]) mkdirSync(path, { recursive: true });
      const lines: string[] = [];
      for (const end = Math.round(((object + 1) * readings) / objects); written < end; written++)
        lines.push(encodeReading(source.next().value));
      await writeFile(join(raw, `${object}.gz`), await compress(lines.join("")));
      await connection.run(
        `COPY (SELECT * FROM read_json('${join(raw, `${object}.gz`)}', format = 'newline_delimited',
           columns = {sensor_id: 'VARCHAR', temperature: 'DOUBLE', humidity: 'DOUBLE', "timestamp": 'TIMESTAMP', location: 'VARCHAR'}))
         TO '${join(parquet, `${object}.parquet`)}' (FORMAT parquet, COMPRESSION snappy)`,
      );
    }
    await rollup(connection, folder);
    connection.closeSync();
    instance.closeSync();
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, remove };
}

/** Writes what the schedule's runs would write, without running each of them. */
async function rollup(connection: DuckDBConnection, folder: string): Promise<void> {
  await connection.run(
    `CREATE TABLE hourly AS SELECT date_trunc('hour', "timestamp") AS hour, sensor_id, location, count(*) AS readings,
       min(temperature) AS temperature_min, max(temperature) AS temperature_max, avg(temperature) AS temperature_mean,
       quantile_disc(temperature, 0.95) AS temperature_p95, count_if(temperature > 30) AS alerts
     FROM read_parquet('${folder}/lake/processed/sensor_data/*/*.parquet') GROUP BY ALL`,
  );
  const reader = await connection.runAndReadAll(
    "SELECT DISTINCT strftime(hour, '%Y-%m-%d'), strftime(hour, '%Y-%m-%d %H:%M:%S') FROM hourly ORDER BY 2",
  );
  for (const [day, hour] of reader.getRowsJS()) {
    const path = join(folder, "lake/processed/sensor_hourly", `dt=${day}`);
    mkdirSync(path, { recursive: true });
    await connection.run(
      `COPY (SELECT * FROM hourly WHERE hour = TIMESTAMP '${hour}') TO '${path}/${String(hour).slice(11, 13)}.parquet' (FORMAT parquet, COMPRESSION snappy)`,
    );
  }
}

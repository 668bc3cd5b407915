import { labQueries } from "@streaming-data-lake/dataset/queries";
import { rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { type Lake, openLake, runAfterHour, runSchedule } from "@streaming-data-lake/lake";
import type { Schedule } from "@streaming-data-lake/runner";
import { atLeast, below, type Measurement, median } from "./measurement";
import { buildLake, dayOf, firstDay, tables } from "./query/lake";

const month = { readings: 10_000_000, days: 30, objectsADay: 96 };

const schedule: Schedule = {
  address: "roll-up",
  name: "sensor-hourly",
  expression: "cron(15 * * * ? *)",
  timeZone: "UTC",
  enabled: true,
  sql: rollupStatement({ alertThresholdCelsius: 30 }),
};

/**
 * Measures how many bytes a query scans in raw JSON, in Parquet and in the roll-up, and how long this machine takes to
 * answer it. There are 10 million readings of 30 days. Each object has a quarter of an hour, the longest that Firehose
 * buffers.
 */
export async function run(): Promise<readonly Measurement[]> {
  return [...(await monthOfReadings()), ...(await hourOfReadings())];
}

async function monthOfReadings(): Promise<Measurement[]> {
  const { folder, remove } = await buildLake(month);
  try {
    return [
      ...(await withLake(folder, month.days, compareScans)),
      // The lab's queries are timed over a tenth of the month.
      ...(await withLake(folder, month.days / 10, timeLabQueries)),
    ];
  } finally {
    remove();
  }
}

async function withLake<Result>(
  folder: string,
  days: number,
  use: (lake: Lake) => Promise<Result>,
): Promise<Result> {
  const lake = await openLake({ tables: tables(days) }, folder);
  try {
    return await use(lake);
  } finally {
    lake.close();
  }
}

/**
 * Compares the bytes scanned in each table for one day's mean by sensor, and for a month's mean by hour and location,
 * which needs every partition.
 */
async function compareScans(lake: Lake): Promise<Measurement[]> {
  const scanned = async (sql: string) => (await lake.query(sql)).statistics.bytesScanned;
  const [day, next] = [dayOf(14), dayOf(15)];
  const mean = (table: string, condition: string) =>
    scanned(`SELECT sensor_id, AVG(temperature) FROM ${table} WHERE ${condition} GROUP BY sensor_id`);
  const weighted = "SUM(temperature_mean * readings) / SUM(readings)";
  // A condition on the reading's own time reads all of the JSON, as does the query of the whole month.
  const raw = await mean(
    "sensor_data_raw",
    `"timestamp" >= TIMESTAMP '${day} 00:00:00' AND "timestamp" < TIMESTAMP '${next} 00:00:00'`,
  );
  const rawDay = await mean("sensor_data_raw", `dt = '${day}'`);
  const parquetDay = await mean("sensor_data", `dt = '${day}'`);
  const hourlyDay = await scanned(
    `SELECT sensor_id, ${weighted} FROM sensor_hourly WHERE dt = '${day}' GROUP BY sensor_id`,
  );
  const parquet = await scanned(
    `SELECT date_trunc('hour', "timestamp"), location, AVG(temperature) FROM sensor_data GROUP BY 1, 2`,
  );
  const hourly = await scanned(
    `SELECT hour, location, ${weighted} FROM sensor_hourly GROUP BY hour, location`,
  );
  return [
    { what: "one day's mean by sensor: raw JSON", value: raw, unit: "bytes" },
    { what: "  raw JSON with dt filter", value: rawDay, unit: "bytes" },
    { what: "  Parquet with dt filter", value: parquetDay, unit: "bytes" },
    { what: "  roll-up with dt filter", value: hourlyDay, unit: "bytes" },
    atLeast("  raw JSON / Parquet with dt filter", raw / parquetDay, "times", 20),
    atLeast("  raw JSON / roll-up with dt filter", raw / hourlyDay, "times", 200),
    { what: "  raw JSON / Parquet, both with dt filter", value: rawDay / parquetDay, unit: "times" },
    { what: "  raw JSON / roll-up, both with dt filter", value: rawDay / hourlyDay, unit: "times" },
    { what: "a month's mean by hour and location: raw JSON / Parquet", value: raw / parquet, unit: "times" },
    { what: "  raw JSON / roll-up", value: raw / hourly, unit: "times" },
  ];
}

async function timeLabQueries(lake: Lake): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { name, sql } of labQueries) {
    const times: number[] = [];
    for (let repeat = 0; repeat < 3; repeat++) times.push((await lake.query(sql)).statistics.milliseconds);
    measurements.push(below(`1 million readings: ${name}`, median(times), "ms", 1000));
  }
  return measurements;
}

async function hourOfReadings(): Promise<Measurement[]> {
  // A day has 96 objects, of which an hour has four.
  const { folder, remove } = await buildLake({ readings: 1_000_000, days: 1 / 24, objectsADay: 96 });
  try {
    return await withLake(folder, 1, async (lake) => {
      const { statistics } = await runSchedule(lake, schedule, runAfterHour(schedule, firstDay), {
        replace: true,
      });
      return [below("roll-up of an hour of 1 million readings", statistics.milliseconds, "ms", 2000)];
    });
  } finally {
    remove();
  }
}

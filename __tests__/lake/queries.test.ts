import type { SensorReading } from "@streaming-data-lake/dataset";
import { labQueries, namedQueries, preparedStatements } from "@streaming-data-lake/dataset/queries";
import { type Lake, openLake } from "@streaming-data-lake/lake";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bindParameters } from "../../cli/query/parameters";
import { temporaryFolder } from "../support/folders";
import {
  clearLake,
  reading,
  sensorData,
  sensorDataRaw,
  sensorHourly,
  writeParquet,
  writeRaw,
  writeReadings,
} from "./lake-fixture";

const folder = temporaryFolder();
let lake: Lake;

beforeAll(async () => {
  lake = await openLake({ tables: [sensorData, sensorDataRaw, sensorHourly] }, folder);
});

afterEach(() => clearLake(folder));

afterAll(() => lake.close());

const today = new Date().toISOString().slice(0, 10);
const named = (name: string) => namedQueries.find((query) => query.name === name)?.sql ?? "";
const rowsOf = async (sql: string) => (await lake.query(sql)).rows;
const minutesAgo = (minutes: number) =>
  `${new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
const athenaTime = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 19)}.000`;

describe("the lab's SQL, verbatim", () => {
  it.each([
    ['SELECT * FROM sensor_data ORDER BY "timestamp" DESC LIMIT 10;', 3],
    ["SELECT sensor_id, AVG(temperature) AS avg_temp FROM sensor_data GROUP BY sensor_id;", 2],
    ['SELECT * FROM sensor_data WHERE temperature > 30.0 ORDER BY "timestamp" DESC;', 1],
  ])("%s runs on the local lake", async (sql, count) => {
    await writeReadings(folder, today, "lab.parquet", [
      reading({ timestamp: minutesAgo(3) }),
      reading({ timestamp: minutesAgo(2), temperature: 31.5 }),
      reading({ timestamp: minutesAgo(1), sensor_id: "sensor-002" }),
    ]);
    expect(await rowsOf(sql)).toHaveLength(count);
  });
});

describe("the lab's answers", () => {
  const anyReading = fc.record({
    sensor_id: fc.constantFrom("sensor-001", "sensor-002", "sensor-003"),
    temperature: fc.integer({ min: -9000, max: 6000 }).map((hundredths) => hundredths / 100),
    humidity: fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10),
    timestamp: fc.integer({ min: 0, max: 86_399 }).map((second) => `${today}T${clock(second)}Z`),
    location: fc.constantFrom("warehouse-A", "warehouse-B"),
  });
  const clock = (second: number) => new Date(second * 1000).toISOString().slice(11, 19);

  const newestFirst = (readings: readonly SensorReading[]) =>
    [...readings].sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));

  it("equal a plain computation over what was produced, whatever the readings and their objects", async () => {
    let objects = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyReading, { selector: ({ timestamp }) => timestamp, minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (readings, parts) => {
          clearLake(folder);
          const size = Math.ceil(readings.length / parts);
          for (let start = 0; start < readings.length; start += size)
            await writeReadings(folder, today, `${objects++}.parquet`, readings.slice(start, start + size));
          const [average, high, latest] = await Promise.all(labQueries.map(({ sql }) => rowsOf(sql)));
          expect(latest?.map((row) => row.timestamp)).toEqual(
            newestFirst(readings)
              .slice(0, 10)
              .map(({ timestamp }) => athenaTime(timestamp)),
          );
          expect(high).toEqual(
            newestFirst(readings)
              .filter(({ temperature }) => temperature > 30)
              .map(({ sensor_id, temperature, location, timestamp }) => ({
                sensor_id,
                temperature,
                location,
                timestamp: athenaTime(timestamp),
              })),
          );
          const sensors = new Set(readings.map(({ sensor_id }) => sensor_id));
          expect(average).toHaveLength(sensors.size);
          for (const row of average ?? []) {
            const own = readings.filter(({ sensor_id }) => sensor_id === row.sensor_id);
            const mean = own.reduce((sum, { temperature }) => sum + temperature, 0) / own.length;
            expect(row.readings).toBe(own.length);
            expect(row.average_temperature).toBeCloseTo(mean, 9);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("the queries for analysis", () => {
  it("all answer over empty tables", async () => {
    for (const { sql } of namedQueries) expect((await lake.query(sql)).rows).toEqual([]);
    for (const { sql } of preparedStatements) {
      const given = new Map(
        Object.entries({ threshold: 30, since: today, sensor: "x", day: today, minutes: 10 }),
      );
      const names = [...sql.matchAll(/\/\* (\w+) \*\//g)].map(([, name]) => name ?? "");
      const bound = bindParameters(sql, new Map([...given].filter(([name]) => names.includes(name))));
      expect((await lake.query(bound.sql, bound.values)).rows).toEqual([]);
    }
  });

  it("find the sensors that have been silent for ten minutes", async () => {
    await writeReadings(folder, today, "silent.parquet", [
      reading({ sensor_id: "sensor-001", timestamp: minutesAgo(5) }),
      reading({ sensor_id: "sensor-002", timestamp: minutesAgo(30), location: "warehouse-B" }),
      reading({ sensor_id: "sensor-003", timestamp: minutesAgo(20) }),
      reading({ sensor_id: "sensor-003", timestamp: minutesAgo(90) }),
    ]);
    expect(await rowsOf(named("silent-sensors"))).toMatchObject([
      { sensor_id: "sensor-002", location: "warehouse-B", minutes_silent: 30 },
      { sensor_id: "sensor-003", location: "warehouse-A", minutes_silent: 20 },
    ]);
  });

  it("find humidity that is far from its location's", async () => {
    const usual = Array.from({ length: 50 }, (_, index) => reading({ humidity: 50 + (index % 5) }));
    await writeReadings(folder, today, "humidity.parquet", [
      ...usual,
      reading({ sensor_id: "sensor-042", humidity: 99 }),
    ]);
    expect(await rowsOf(named("humidity-outliers"))).toMatchObject([
      { sensor_id: "sensor-042", humidity: 99 },
    ]);
  });

  it("weigh the means of hours and sensors by their readings", async () => {
    const hour = (temperature: number, readings: number, sensor: string) =>
      `SELECT TIMESTAMP '${today} 10:00:00' AS hour, '${sensor}' AS sensor_id, 'warehouse-A' AS location,
        CAST(${readings} AS BIGINT) AS readings, ${temperature}::DOUBLE AS temperature_min, ${temperature}::DOUBLE AS temperature_max,
        ${temperature}::DOUBLE AS temperature_mean, ${temperature}::DOUBLE AS temperature_p95, CAST(1 AS BIGINT) AS alerts`;
    await writeParquet(
      folder,
      sensorHourly,
      today,
      "hours.parquet",
      `${hour(10, 1, "a")} UNION ALL ${hour(20, 3, "b")}`,
    );
    const expected = { temperature_mean: 17.5, temperature_max: 20, readings: 4, alerts: 2 };
    expect(await rowsOf(named("hourly-trend"))).toMatchObject([
      { hour: `${today} 10:00:00.000`, ...expected },
    ]);
    expect(await rowsOf(named("hottest-locations"))).toMatchObject([
      { location: "warehouse-A", ...expected },
    ]);
  });

  it("tell records as sent from rows delivered", async () => {
    writeRaw(folder, today, "quality.gz", [
      JSON.stringify(reading()),
      "no JSON",
      '{"sensor_id":"sensor-001","temperature":"hot"}',
    ]);
    await writeReadings(folder, today, "quality.parquet", [reading()]);
    expect(await rowsOf(named("data-quality"))).toEqual([
      { dt: today, records: 3, unreadable: 1, incomplete: 1, parquet_rows: 1 },
    ]);
  });

  it("count small objects", async () => {
    await writeReadings(folder, today, "small-1.parquet", [reading(), reading()]);
    await writeParquet(
      folder,
      sensorData,
      today,
      "large.parquet",
      "SELECT 'sensor-001' AS sensor_id FROM range(10000)",
    );
    expect(await rowsOf(named("small-files"))).toEqual([
      { dt: today, objects: 2, small_objects: 1, readings: 10002, readings_an_object: 5001 },
    ]);
  });

  it("find what a prepared statement asks for", async () => {
    await writeReadings(folder, today, "prepared.parquet", [
      reading({ sensor_id: "sensor-001", temperature: 25 }),
      reading({ sensor_id: "sensor-002", temperature: 35 }),
    ]);
    const sql = preparedStatements.find(({ name }) => name === "readings_above")?.sql ?? "";
    const bound = bindParameters(
      sql,
      new Map<string, string | number>([
        ["threshold", 30],
        ["since", today],
      ]),
    );
    expect((await lake.query(bound.sql, bound.values)).rows).toMatchObject([{ sensor_id: "sensor-002" }]);
  });
});

describe("a Trino function", () => {
  it.each([
    ["date_diff('hour', TIMESTAMP '2024-01-01 10:59:00', TIMESTAMP '2024-01-01 11:01:00')", 0],
    ["date_add('minute', -90, TIMESTAMP '2024-01-01 00:30:00')", "2023-12-31 23:00:00.000"],
    ["date_add('month', 1, DATE '2024-01-31')", "2024-02-29"],
    ["CAST(date_add('day', -1, DATE '2024-03-01') AS varchar)", "2024-02-29"],
    ["from_iso8601_timestamp('2024-01-15T11:30:00+01:00')", "2024-01-15 11:30:00.000 +01:00"],
    ["from_iso8601_date('2024-01-15')", "2024-01-15"],
    ["to_iso8601(TIMESTAMP '2024-01-15 10:30:00')", "2024-01-15T10:30:00"],
    ["date_parse('15.01.2024 10:30:05', '%d.%m.%Y %H:%i:%s')", "2024-01-15 10:30:05.000"],
    ["date_parse('10:30:05 2024', '%T %Y')", "2024-01-01 10:30:05.000"],
    ["date_format(TIMESTAMP '2024-01-15 10:30:05', '%M %d, %H:%i:%s')", "January 15, 10:30:05"],
    ["date_format(date_parse('2024-01-15 10:30', '%Y-%m-%d %H:%i'), '%H:%i')", "10:30"],
    ["to_unixtime(TIMESTAMP '2024-01-15 10:30:00')", 1705314600],
    ["from_unixtime(1705314600)", "2024-01-15 10:30:00.000 UTC"],
    ["day_of_week(DATE '2024-01-14')", 7],
    ["element_at(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), 'b')", 2],
    ["element_at(ARRAY[5, 6], 2)", 6],
    ["element_at(ARRAY[5, 6], 3)", null],
    ["cardinality(ARRAY[5, 6])", 2],
    ["array_join(ARRAY['a', 'b'], '-')", "a-b"],
    ["json_extract_scalar('{\"a\":{\"b\":7}}', '$.a.b')", "7"],
    ["json_extract_scalar('{\"a\":{\"b\":7}}', '$.a')", null],
    ["regexp_like('sensor-001', '^sensor-\\d+$')", true],
    ["split_part('a/b/c', '/', 2)", "b"],
    ["approx_distinct(x)", 100],
    ["count_if(x > 90)", 10],
    ["max_by(x, -x)", 1],
    ["arbitrary(7)", 7],
    ["INTERVAL '1' DAY + DATE '2024-01-01'", "2024-01-02"],
  ])("%s is %j", async (expression, expected) => {
    const { rows } = await lake.query(
      `SELECT ${expression} AS result FROM unnest(sequence(1, 100)) AS t(x) LIMIT 1`,
    );
    expect(rows).toEqual([{ result: expected }]);
  });

  it("that are approximate are within six in a hundred of the exact value", async () => {
    const { rows } = await lake.query(
      "SELECT approx_percentile(x, 0.95) AS high FROM unnest(sequence(1, 1000)) AS t(x)",
    );
    expect(Math.abs(Number(rows[0]?.high) / 950 - 1)).toBeLessThan(0.06);
  });

  it("of a unit that there is not is refused by name", async () => {
    await expect(lake.query("SELECT date_add('fortnight', 1, current_date)")).rejects.toThrow(
      "'fortnight' is not a valid DATE field",
    );
  });
});

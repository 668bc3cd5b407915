import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Lake, openLake, QueryError, runSchedule } from "../../local/lake/index";
import type { GlueTable, Schedule } from "../../terraform/types";
import { temporaryFolder } from "../support/folders";
import {
  bucket,
  clearLake,
  daily,
  database,
  now,
  reading,
  sensorData,
  sensorDataRaw,
  sensorHourly,
  writeParquet,
  writeRaw,
  writeReadings,
} from "./lake-fixture";

const allTables = [sensorData, sensorDataRaw, sensorHourly];
const folder = temporaryFolder();
let shared: Lake;
const others: Lake[] = [];

beforeAll(async () => {
  shared = await openLake({ tables: allTables }, folder, { now: () => now });
});

afterEach(() => {
  for (const lake of others.splice(0)) lake.close();
  clearLake(folder);
});

afterAll(() => shared.close());

/** The lake of all tables, or one with other tables over the same folder. */
async function open(tables?: readonly GlueTable[]): Promise<Lake> {
  if (!tables) return shared;
  const lake = await openLake({ tables }, folder, { now: () => now });
  others.push(lake);
  return lake;
}

describe("a table of Parquet objects", () => {
  it("has the catalog's columns, and the partition key last, in Athena's types", async () => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    const lake = await open();
    const { columns, rows } = await lake.query("SELECT * FROM sensor_data");
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "sensor_id varchar",
      "temperature double",
      "humidity double",
      "timestamp timestamp",
      "location varchar",
      "dt varchar",
    ]);
    expect(rows).toEqual([
      {
        sensor_id: "sensor-001",
        temperature: 22.5,
        humidity: 65.2,
        timestamp: "2024-01-15 10:30:00.000",
        location: "warehouse-A",
        dt: "2024-01-15",
      },
    ]);
  });

  it("answers with its columns and no rows while there is no object", async () => {
    const lake = await open();
    const { columns, rows, statistics } = await lake.query('SELECT sensor_id, "timestamp" FROM sensor_data');
    expect(columns).toEqual([
      { name: "sensor_id", type: "varchar" },
      { name: "timestamp", type: "timestamp" },
    ]);
    expect(rows).toEqual([]);
    expect(statistics.bytesScanned).toBe(0);
  });

  it("has rows with any column name, also with one that objects have by themselves", async () => {
    const lake = await open();
    const { rows } = await lake.query('SELECT 1 AS "__proto__", 2 AS "constructor", 3 AS x');
    expect(rows.map((row) => Object.entries(row))).toEqual([
      [
        ["__proto__", 1],
        ["constructor", 2],
        ["x", 3],
      ],
    ]);
  });

  it("shows an object that was written after the lake was opened", async () => {
    const lake = await open();
    expect((await lake.query("SELECT count(*) AS n FROM sensor_data")).rows).toEqual([{ n: 0 }]);
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    expect((await lake.query("SELECT count(*) AS n FROM sensor_data")).rows).toEqual([{ n: 1 }]);
  });

  it("shows an object that was written again under the same key", async () => {
    const lake = await open();
    await writeParquet(folder, sensorData, "2024-01-15", "a.parquet", "SELECT 'sensor-001' AS sensor_id");
    await lake.query("SELECT * FROM sensor_data");
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading(), reading()]);
    expect((await lake.query("SELECT sum(temperature) AS sum FROM sensor_data")).rows).toEqual([{ sum: 45 }]);
  });

  it("reads NULL from objects that are older than a column", async () => {
    await writeParquet(folder, sensorData, "2024-01-14", "old.parquet", "SELECT 'sensor-001' AS sensor_id");
    const lake = await open();
    expect((await lake.query("SELECT sensor_id, temperature FROM sensor_data")).rows).toEqual([
      { sensor_id: "sensor-001", temperature: null },
    ]);
    await writeReadings(folder, "2024-01-15", "new.parquet", [reading({ sensor_id: "sensor-002" })]);
    expect((await lake.query("SELECT sensor_id, temperature FROM sensor_data ORDER BY 1")).rows).toEqual([
      { sensor_id: "sensor-001", temperature: null },
      { sensor_id: "sensor-002", temperature: 22.5 },
    ]);
  });

  it("leaves out objects whose name begins with an underscore or a dot, as Athena does", async () => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    await writeReadings(folder, "2024-01-15", "_b.parquet", [reading()]);
    await writeReadings(folder, "2024-01-15", ".c.parquet", [reading()]);
    const lake = await open();
    expect((await lake.query("SELECT count(*) AS n FROM sensor_data")).rows).toEqual([{ n: 1 }]);
  });

  it("is found by name, by database and by catalog", async () => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    const lake = await open();
    for (const name of [
      "sensor_data",
      "SENSOR_DATA",
      '"sensor_data"',
      "sensor_lake_dev.sensor_data",
      '"AwsDataCatalog"."sensor_lake_dev"."sensor_data"',
    ])
      expect((await lake.query(`SELECT count(*) AS n FROM ${name}`)).rows).toEqual([{ n: 1 }]);
  });

  it("tells the object of a row in the hidden column $path", async () => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    const lake = await open();
    expect((await lake.query('SELECT "$path" FROM sensor_data')).rows).toEqual([
      { $path: `s3://${bucket}/processed/sensor_data/dt=2024-01-15/a.parquet` },
    ]);
  });

  it("may lie in a folder whose name has a glob's characters", async () => {
    await writeReadings(folder, "2024-01-15", "[a]*?'.parquet", [reading()]);
    const lake = await open();
    expect((await lake.query("SELECT sensor_id FROM sensor_data")).rows).toHaveLength(1);
  });
});

describe("a table of JSON lines", () => {
  const query = 'SELECT sensor_id, temperature, "timestamp" FROM sensor_data_raw';

  it("reads gzip objects with the catalog's types", async () => {
    writeRaw(folder, "2024-01-15", "a.gz", [JSON.stringify(reading())]);
    const lake = await open();
    const { columns, rows } = await lake.query("SELECT * FROM sensor_data_raw");
    expect(columns.map(({ type }) => type)).toEqual([
      "varchar",
      "double",
      "double",
      "timestamp",
      "varchar",
      "varchar",
    ]);
    expect(rows).toEqual([{ ...reading(), timestamp: "2024-01-15 10:30:00.000", dt: "2024-01-15" }]);
  });

  it.each([
    ["2024-01-15T10:30:00Z", "2024-01-15 10:30:00.000"],
    ["2024-01-15T10:30:00.123456789Z", "2024-01-15 10:30:00.123"],
    ["2024-01-15T10:30:00+01:00", "2024-01-15 09:30:00.000"],
    ["2024-01-15T10:30:00-0230", "2024-01-15 13:00:00.000"],
    ["2024-01-15 10:30:00", "2024-01-15 10:30:00.000"],
    [1705314600, "2024-01-15 10:30:00.000"],
    [1705314600123, "2024-01-15 10:30:00.123"],
    [1705314600.5, "2024-01-15 10:30:00.500"],
    ["yesterday", null],
    ["", null],
  ])("reads the time %j as %s", async (timestamp, expected) => {
    writeRaw(folder, "2024-01-15", "a.gz", [JSON.stringify({ ...reading(), timestamp })]);
    const lake = await open();
    expect((await lake.query(query)).rows[0]?.timestamp).toBe(expected);
  });

  it("reads NULL from a value that is none of the column's type, and keeps the row", async () => {
    writeRaw(folder, "2024-01-15", "a.gz", [
      '{"sensor_id":"sensor-001","temperature":"hot","timestamp":"2024-01-15T10:30:00Z"}',
    ]);
    const lake = await open();
    expect((await lake.query(query)).rows).toEqual([
      { sensor_id: "sensor-001", temperature: null, timestamp: "2024-01-15 10:30:00.000" },
    ]);
  });

  it("fails on such a value without use.null.for.invalid.data, as Athena does, and says what would read it", async () => {
    writeRaw(folder, "2024-01-15", "a.gz", [
      JSON.stringify(reading()),
      '{"sensor_id":"sensor-001","temperature":"hot","timestamp":"2024-01-15T10:30:00Z"}',
    ]);
    const lake = await open([{ ...sensorDataRaw, serdeParameters: {} }]);
    await expect(lake.query(query)).rejects.toThrow(
      /^HIVE_BAD_DATA: Failed to read file at s3:.+column temperature of double can't hold "hot"; with use\.null\.for\.invalid\.data it is NULL/,
    );
    const { rows } = await lake.query("SELECT sensor_id FROM sensor_data_raw");
    expect(rows).toHaveLength(2);
  });

  it("reads a line that is not a JSON object as a row of NULL when ignore.malformed.json is true", async () => {
    writeRaw(folder, "2024-01-15", "a.gz", ['{"sensor_id":"sen', JSON.stringify(reading())]);
    const lake = await open();
    expect((await lake.query(`${query} ORDER BY sensor_id`)).rows).toEqual([
      { sensor_id: "sensor-001", temperature: 22.5, timestamp: "2024-01-15 10:30:00.000" },
      { sensor_id: null, temperature: null, timestamp: null },
    ]);
  });

  it("fails on such a line otherwise, and says what would read it", async () => {
    writeRaw(folder, "2024-01-15", "a.gz", ['{"sensor_id":"sen', JSON.stringify(reading())]);
    const lake = await open([{ ...sensorDataRaw, serdeParameters: {} }]);
    await expect(lake.query(query)).rejects.toThrow(/a\.gz.*ignore\.malformed\.json/s);
  });

  it("takes a column from the key that the SerDe maps it to", async () => {
    writeRaw(folder, "2024-01-15", "a.gz", ['{"id":"sensor-009"}']);
    const lake = await open([{ ...sensorDataRaw, serdeParameters: { "mapping.sensor_id": "id" } }]);
    expect((await lake.query("SELECT sensor_id FROM sensor_data_raw")).rows).toEqual([
      { sensor_id: "sensor-009" },
    ]);
  });

  it("reads every type of Hive", async () => {
    const types = {
      a: "string",
      b: "boolean",
      c: "tinyint",
      d: "int",
      e: "bigint",
      f: "float",
      g: "decimal(10,2)",
      h: "date",
      i: "array<int>",
      j: "struct<x:int,y:struct<z:string>>",
      k: "map<string,double>",
      l: "varchar(10)",
    };
    const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
    const value = { a: "x", b: true, c: 1.9, d: -7, e: 5_000_000_000, f: 0.5, g: 1.25, h: "2024-01-15" };
    const nested = { i: [1, 2], j: { x: 1, y: { z: "deep" } }, k: { one: 1.5 }, l: "short" };
    writeRaw(folder, "2024-01-15", "a.gz", [JSON.stringify({ ...value, ...nested })]);
    const lake = await open([{ ...sensorDataRaw, columns }]);
    expect((await lake.query("SELECT * FROM sensor_data_raw")).rows).toEqual([
      { ...value, c: 1, g: "1.25", ...nested, dt: "2024-01-15" },
    ]);
  });
});

describe("a value", () => {
  const one = async (expression: string) =>
    (await (await open()).query(`SELECT ${expression} AS x`)).rows[0]?.x;

  it.each([
    ["an integer beyond 2^53 as text", "CAST(9007199254740993 AS BIGINT)", "9007199254740993"],
    ["no number as text", "CAST('NaN' AS DOUBLE)", "NaN"],
    ["a decimal as text, with its scale", "CAST(1.5 AS DECIMAL(10, 2))", "1.50"],
    [
      "a time with a zone as UTC",
      "TIMESTAMP '2024-01-15 10:30:00' AT TIME ZONE 'UTC'",
      "2024-01-15 10:30:00.000 UTC",
    ],
    [
      "a time before 1970 down to the millisecond",
      "TIMESTAMP '1969-12-31 23:59:59.9994'",
      "1969-12-31 23:59:59.999",
    ],
    ["a date as day", "DATE '2024-02-29'", "2024-02-29"],
    ["NULL as null", "NULL", null],
    ["a whole division of integers, as Athena does", "7 / 2", 3],
  ])("is %s", async (_, expression, expected) => {
    expect(await one(expression)).toEqual(expected);
  });
});

describe("partitions", () => {
  beforeEach(async () => {
    await writeReadings(folder, "2024-01-14", "a.parquet", [reading({ sensor_id: "sensor-014" })]);
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading({ sensor_id: "sensor-015" })]);
    await writeReadings(folder, "2024-01-16", "a.parquet", [reading({ sensor_id: "sensor-016" })]);
  });

  const sensors = async (sql: string) =>
    (await (await open()).query(sql)).rows.map(({ sensor_id }) => sensor_id);

  it("are one row's dt", async () => {
    expect(await sensors("SELECT sensor_id FROM sensor_data WHERE dt = '2024-01-15'")).toEqual([
      "sensor-015",
    ]);
  });

  it.each([
    ["dt = '2024-01-15'", ["sensor-015"]],
    ["dt >= '2024-01-15' AND temperature > 0", ["sensor-015", "sensor-016"]],
    ["dt BETWEEN '2024-01-15' AND '2024-01-15'", ["sensor-015"]],
    ["dt IN ('2024-01-15', '2024-01-16')", ["sensor-015", "sensor-016"]],
    ["dt LIKE '2024-01-15%' OR dt = '2024-01-16'", ["sensor-015", "sensor-016"]],
    ["substr(dt, 9, 2) = '15'", ["sensor-015"]],
    ["date_parse(dt, '%Y-%m-%d') > TIMESTAMP '2024-01-14 00:00:00'", ["sensor-015", "sensor-016"]],
  ])("that %s leaves out are not opened", async (condition, expected) => {
    const path = join(folder, bucket, "processed/sensor_data/dt=2024-01-14/broken.parquet");
    writeFileSync(path, "no Parquet");
    expect(await sensors(`SELECT sensor_id FROM sensor_data WHERE ${condition} ORDER BY 1`)).toEqual(
      expected,
    );
  });

  it("outside of the projected range do not exist", async () => {
    const ranges = {
      "2024-01-15,2024-01-16": ["sensor-015", "sensor-016"],
      "NOW-5DAYS,NOW": ["sensor-015", "sensor-016"],
    };
    for (const [range, expected] of Object.entries(ranges)) {
      const lake = await open([{ ...sensorData, parameters: { ...daily, "projection.dt.range": range } }]);
      const { rows } = await lake.query("SELECT sensor_id FROM sensor_data ORDER BY 1");
      expect(rows.map(({ sensor_id }) => sensor_id)).toEqual(expected);
    }
  });

  it("that are projected and have no object, where the table's location has some, are told", async () => {
    const range = { ...daily, "projection.dt.range": "2024-01-18,NOW" };
    const lake = await open([{ ...sensorData, parameters: range }]);
    const { rows, statistics } = await lake.query("SELECT sensor_id FROM sensor_data");
    expect(rows).toEqual([]);
    expect(statistics.notes).toEqual([
      "table sensor_lake_dev.sensor_data has objects at its location, and none in the projected partitions that are asked for",
    ]);
  });

  it("of a range that is none are an error that names the parameter", async () => {
    const lake = await open([
      { ...sensorData, parameters: { ...daily, "projection.dt.range": "LATELY,NOW" } },
    ]);
    await expect(lake.query("SELECT 1 FROM sensor_data")).rejects.toThrow(
      /of table sensor_data failed.*projection\.dt\.range.*"LATELY,NOW"/,
    );
  });
});

describe("bytes scanned", () => {
  const scanned = async (lake: Lake, sql: string) => (await lake.query(sql)).statistics.bytesScanned;

  beforeEach(async () => {
    for (const day of ["2024-01-14", "2024-01-15"])
      await writeReadings(
        folder,
        day,
        "a.parquet",
        Array.from({ length: 1000 }, (_, index) =>
          reading({ temperature: index / 10, humidity: (index * 7) % 100 }),
        ),
      );
    writeRaw(folder, "2024-01-15", "a.gz", Array(100).fill(JSON.stringify(reading())));
  });

  it("are the chunks of the columns that a statement touches", async () => {
    const lake = await open();
    const temperature = await scanned(lake, "SELECT max(temperature) FROM sensor_data");
    const humidity = await scanned(lake, "SELECT max(humidity) FROM sensor_data");
    expect(temperature).toBeGreaterThan(0);
    expect(humidity).toBeGreaterThan(0);
    expect(await scanned(lake, "SELECT max(temperature) FROM sensor_data WHERE humidity > 50")).toBe(
      temperature + humidity,
    );
    expect(await scanned(lake, "SELECT count(*) FROM sensor_data")).toBe(0);
  });

  it("are those of the partitions that the filter leaves", async () => {
    const lake = await open();
    const all = await scanned(lake, "SELECT max(temperature) FROM sensor_data");
    expect(await scanned(lake, "SELECT max(temperature) FROM sensor_data WHERE dt = '2024-01-15'")).toBe(
      all / 2,
    );
    expect(await scanned(lake, "SELECT max(temperature) FROM sensor_data WHERE dt = '2024-01-16'")).toBe(0);
  });

  it("come with what was read of each table", async () => {
    const lake = await open();
    const { statistics } = await lake.query(
      "SELECT max(temperature) FROM sensor_data WHERE dt = '2024-01-15'",
    );
    expect(statistics.tables).toEqual([
      { database, table: "sensor_data", partitions: 1, partitionsInAll: 2, objects: 1 },
    ]);
    expect(statistics.milliseconds).toBeGreaterThan(0);
  });

  it("count a table each time that a statement scans it", async () => {
    const lake = await open();
    const once = await scanned(lake, "SELECT max(temperature) FROM sensor_data");
    const twice =
      "SELECT max(temperature) FROM sensor_data UNION ALL SELECT min(temperature) FROM sensor_data";
    expect(await scanned(lake, twice)).toBe(2 * once);
  });

  it("are whole objects, as they lie there, for JSON", async () => {
    const lake = await open();
    const one = await scanned(lake, "SELECT max(temperature) FROM sensor_data_raw");
    expect(one).toBeGreaterThan(0);
    expect(await scanned(lake, "SELECT * FROM sensor_data_raw")).toBe(one);
  });
});

describe("INSERT INTO", () => {
  const insert = `INSERT INTO sensor_hourly
    SELECT date_trunc('hour', "timestamp"), sensor_id, location, count(*), min(temperature), max(temperature),
      avg(temperature), approx_percentile(temperature, 0.95), count_if(temperature > 30.0), 0, dt
    FROM sensor_data GROUP BY 1, 2, 3, dt`;

  it("writes Parquet into the partitions that the rows name", async () => {
    await writeReadings(folder, "2024-01-14", "a.parquet", [reading({ timestamp: "2024-01-14T10:00:00Z" })]);
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading(), reading({ temperature: 31 })]);
    const lake = await open();
    expect((await lake.query(insert)).rows).toEqual([{ rows: 2 }]);
    const { rows } = await lake.query("SELECT * FROM sensor_hourly WHERE dt = '2024-01-15'");
    expect(rows).toEqual([
      {
        hour: "2024-01-15 10:00:00.000",
        sensor_id: "sensor-001",
        location: "warehouse-A",
        readings: 2,
        temperature_min: 22.5,
        temperature_max: 31,
        temperature_mean: 26.75,
        temperature_p95: 31,
        alerts: 1,
        out_of_range: 0,
        dt: "2024-01-15",
      },
    ]);
  });

  it("names the objects after the execution", async () => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    const lake = await open();
    await lake.query(insert, [], { executionId: "rollup-10" });
    const { rows } = await lake.query('SELECT "$path" AS path FROM sensor_hourly');
    expect(rows[0]?.path).toMatch(/\/processed\/sensor_hourly\/dt=2024-01-15\/rollup-10_[\w-]+\.parquet$/);
  });

  it("writes nothing when there are no rows", async () => {
    const lake = await open();
    expect((await lake.query(insert)).rows).toEqual([{ rows: 0 }]);
  });

  it("refuses columns that do not fit before it reads anything", async () => {
    const lake = await open();
    await expect(lake.query("INSERT INTO sensor_hourly SELECT sensor_id FROM sensor_data")).rejects.toThrow(
      /Insert query has mismatched column types/,
    );
  });

  it("refuses more than 100 partitions, as Athena does", async () => {
    const lake = await open();
    await expect(
      lake.query(
        "INSERT INTO sensor_hourly (sensor_id, dt) SELECT 'a', CAST(x AS VARCHAR) FROM unnest(sequence(1, 101)) AS t(x)",
      ),
    ).rejects.toThrow("Exceeded limit of 100 open writers for partitions");
  });

  it("writes a JSON table as gzip lines, which are read again", async () => {
    const lake = await open();
    await lake.query(
      "INSERT INTO sensor_data_raw (sensor_id, temperature, dt) VALUES ('x', 1.5, '2024-01-15'), ('y', NULL, '2024-01-16')",
    );
    expect(
      (await lake.query("SELECT sensor_id, temperature, dt FROM sensor_data_raw ORDER BY 1")).rows,
    ).toEqual([
      { sensor_id: "x", temperature: 1.5, dt: "2024-01-15" },
      { sensor_id: "y", temperature: null, dt: "2024-01-16" },
    ]);
  });
});

describe("a query that is asked again", () => {
  const count = "SELECT count(*) AS n FROM sensor_data";

  it("sees the objects that have come", async () => {
    const lake = await open();
    expect((await lake.query(count)).rows).toEqual([{ n: 0 }]);
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    expect((await lake.query(count)).rows).toEqual([{ n: 1 }]);
  });

  it("sees the time of now", async () => {
    const times = [now, new Date(now.getTime() + 86_400_000)];
    const lake = await openLake({ tables: allTables }, folder, { now: () => times[0] as Date });
    others.push(lake);
    const ask = async () => (await lake.query("SELECT current_date AS d, date(now()) AS n")).rows;
    expect(await ask()).toEqual([{ d: "2024-01-20", n: "2024-01-20" }]);
    times.shift();
    expect(await ask()).toEqual([{ d: "2024-01-21", n: "2024-01-21" }]);
  });

  it("sees what a view has become", async () => {
    const lake = await open([sensorData]);
    const ask = async () => (await lake.query("SELECT * FROM answers")).rows;
    await lake.query("CREATE OR REPLACE VIEW answers AS SELECT 1 AS a");
    expect(await ask()).toEqual([{ a: 1 }]);
    await lake.query("CREATE OR REPLACE VIEW answers AS SELECT 'two' AS b");
    expect(await ask()).toEqual([{ b: "two" }]);
    await lake.query("DROP VIEW answers");
    await expect(ask()).rejects.toThrow("does not exist");
  });

  it("reads the tables of the database that it is asked in", async () => {
    const other = { ...sensorData, database: "other", location: `s3://${bucket}/other/` };
    const lake = await open([sensorData, other]);
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    const rows = async (name: string) => (await lake.query(count, [], { database: name })).rows;
    expect([await rows(database), await rows("other"), await rows(database)]).toEqual([
      [{ n: 1 }],
      [{ n: 0 }],
      [{ n: 1 }],
    ]);
  });

  it("is refused with a parameter that it has no place for", async () => {
    const lake = await open();
    await lake.query(count);
    await expect(lake.query(count, [1])).rejects.toThrow("parameter");
  });

  it("is authorized anew", async () => {
    const lake = await open();
    const authorize = () => {
      throw new QueryError("not allowed");
    };
    await lake.query(count);
    await expect(lake.query(count, [], { authorize })).rejects.toThrow("not allowed");
  });
});

describe("a statement that is stopped", () => {
  const endless =
    "SELECT sum(sqrt(a.x * b.x + c.x)) FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 10000)) AS b(x), unnest(sequence(1, 10000)) AS c(x)";

  it("is rejected with the signal's reason, and the next one runs", async () => {
    const stopped = shared.query(endless, [], { signal: AbortSignal.timeout(100) });
    const next = shared.query("SELECT 1 AS one");
    await expect(stopped).rejects.toThrow("due to timeout");
    expect((await next).rows).toEqual([{ one: 1 }]);
  });

  it("ends when its lake is closed, also within a function in JavaScript", async () => {
    const numbers = "FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 10000)) AS b(x)";
    for (const sql of [
      endless,
      `SELECT max(regexp_replace(CAST(a.x * b.x AS varchar), '(\\d)', 'a$1')) ${numbers}`,
    ]) {
      const lake = await openLake({ tables: [] }, folder);
      const running = lake.query(sql);
      const waiting = lake.query("SELECT 1 AS one");
      const ended = Promise.all([
        expect(running).rejects.toThrow("the lake is closed"),
        expect(waiting).rejects.toThrow("the lake is closed"),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      lake.close();
      await ended;
    }
  });
});

describe("a wrong statement", () => {
  const refusal = async (sql: string) =>
    (await open()).query(sql).then(
      () => "accepted",
      (error: Error) => {
        expect(error).toBeInstanceOf(QueryError);
        return error.message;
      },
    );

  it("points at the place of a syntax error", async () => {
    expect(await refusal("SELECT sensor_id\nFORM sensor_data WHERE")).toMatch(
      /^SYNTAX_ERROR: line 2:6: .*\n\nFORM sensor_data WHERE\n {5}\^$/s,
    );
  });

  it("points below characters that take two columns", async () => {
    expect(await refusal("SELECT '日本', nope FROM sensor_data")).toMatch(/\n {15}\^$/);
  });

  it("points nowhere in an EXECUTE, since the place is in the text that it runs", async () => {
    expect(await refusal("EXECUTE IMMEDIATE 'SELECT nope FROM sensor_data'")).toMatch(
      /^COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved.*$/,
    );
  });

  it("lists the tables when one is unknown", async () => {
    expect(await refusal("SELECT * FROM sensors")).toContain(
      "Table 'awsdatacatalog.sensor_lake_dev.sensors' does not exist; tables: sensor_data, sensor_data_raw, sensor_hourly",
    );
  });

  it("names the columns when one is unknown", async () => {
    expect(await refusal("SELECT temprature FROM sensor_data")).toMatch(
      /Column 'temprature' cannot be resolved; did you mean "temperature"\?/,
    );
  });

  it.each([
    "SELECT temperature * 2 AS twice FROM sensor_data WHERE twice > 40",
    "SELECT location, count(*) AS n FROM sensor_data GROUP BY location HAVING N > 1",
    "SELECT upper(location) AS place, count(*) FROM sensor_data GROUP BY place",
    "SELECT temperature * 2 AS twice, twice + 1 FROM sensor_data",
  ])("says where an alias is known: %s", async (sql) => {
    expect(await refusal(sql)).toMatch(
      /cannot be resolved; an alias of the SELECT list is known only in ORDER BY: repeat its expression/,
    );
  });

  it("says that a function may be there on Athena", async () => {
    expect(await refusal("SELECT tdigest_agg(temperature) FROM sensor_data")).toMatch(
      /NOT_SUPPORTED: line 1:8: The function tdigest_agg is not supported here/,
    );
  });

  it("is one statement at a time", async () => {
    expect(await refusal("SELECT 1; SELECT 2")).toContain("one statement at a time");
    expect(await refusal("SELECT 1;")).toBe("accepted");
    expect(await refusal("  ")).toContain("empty");
  });

  it("is refused where it is nested more deeply than DuckDB goes", async () => {
    expect(await refusal(`SELECT CAST(NULL AS ${"array(".repeat(200)}integer${")".repeat(200)})`)).toMatch(
      /^NOT_SUPPORTED: statement is too large/,
    );
  });

  it("is none of DuckDB's own", async () => {
    expect(await refusal("ATTACH 'x.db'")).toContain("SYNTAX_ERROR");
  });

  it("names the SerDe that can't be read", async () => {
    const lake = await open([
      { ...sensorData, serializationLibrary: "org.apache.hadoop.hive.ql.io.orc.OrcSerde" },
    ]);
    await expect(lake.query("SELECT 1 FROM sensor_data")).rejects.toThrow("OrcSerde");
  });

  it("does not stop the next one", async () => {
    const lake = await open();
    await Promise.allSettled([lake.query("SELEC"), lake.query("SELECT nope FROM sensor_data")]);
    expect((await lake.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});

describe("two databases with tables of the same name", () => {
  const one: GlueTable = { ...sensorHourly, database: "one", name: "events", location: "s3://one/events/" };
  const two: GlueTable = { ...one, database: "two", location: "s3://two/events/" };
  const objectsIn = (database: string) =>
    existsSync(join(folder, database))
      ? readdirSync(join(folder, database), { recursive: true }).map(String)
      : [];

  afterEach(() => {
    for (const database of ["one", "two"]) rmSync(join(folder, database), { recursive: true, force: true });
  });

  it("are written each to its own", async () => {
    const lake = await open([one, two]);
    await lake.query("INSERT INTO two.events (sensor_id, dt) VALUES ('x', '2024-01-15')");
    expect(objectsIn("one")).toEqual([]);
    expect(objectsIn("two")).toHaveLength(3);
    await lake.query(
      "INSERT INTO \"AwsDataCatalog\".\"ONE\".events (sensor_id, dt) VALUES ('y', '2024-01-15')",
    );
    expect((await lake.query("SELECT sensor_id FROM one.events")).rows).toEqual([{ sensor_id: "y" }]);
    expect((await lake.query("SELECT sensor_id FROM two.events")).rows).toEqual([{ sensor_id: "x" }]);
  });

  it("are each read and counted once", async () => {
    await writeParquet(folder, one, "2024-01-15", "a.parquet", "SELECT 'y' AS sensor_id");
    await writeParquet(folder, two, "2024-01-15", "a.parquet", "SELECT 'x' AS sensor_id");
    const lake = await open([one, two]);
    const both = await lake.query(
      "SELECT sensor_id FROM one.events UNION ALL SELECT sensor_id FROM two.events",
    );
    const single = await lake.query("SELECT sensor_id FROM two.events");
    expect(both.statistics.bytesScanned).toBe(2 * single.statistics.bytesScanned);
    expect(single.statistics.tables).toEqual([
      { database: "two", table: "events", partitions: 1, partitionsInAll: 1, objects: 1 },
    ]);
  });

  it("are replaced each on its own", async () => {
    const lake = await open([one, two]);
    const insert = "INSERT INTO two.events (sensor_id, dt) VALUES ('x', '2024-01-15')";
    await lake.query(insert, [], { executionId: "run" });
    await lake.query(insert.replace("two", "one"), [], { executionId: "run" });
    expect(await lake.removeInserted(insert, "run")).toBe(1);
    expect((await lake.query("SELECT count(*) AS n FROM one.events")).rows).toEqual([{ n: 1 }]);
    expect((await lake.query("SELECT count(*) AS n FROM two.events")).rows).toEqual([{ n: 0 }]);
  });
});

describe("the default database", () => {
  const one: GlueTable = { ...sensorHourly, database: "one", name: "events", location: "s3://one/events/" };
  const two: GlueTable = { ...one, database: "two", location: "s3://two/events/" };

  it("is the one of tables that are named without a database", async () => {
    const lake = await openLake({ tables: [one, two] }, folder, { now: () => now, database: "TWO" });
    others.push(lake);
    const insert = "INSERT INTO events (sensor_id, dt) VALUES ('x', '2024-01-15')";
    await lake.query(insert, [], { executionId: "run" });
    expect((await lake.query("SELECT count(*) AS n FROM events")).rows).toEqual([{ n: 1 }]);
    expect((await lake.query("SELECT count(*) AS n FROM one.events")).rows).toEqual([{ n: 0 }]);
    expect(await lake.removeInserted(insert, "run")).toBe(1);
    rmSync(join(folder, "two"), { recursive: true, force: true });
  });

  it("of a schedule is that of the objects that a repeated run replaces", async () => {
    const lake = await openLake({ tables: [one, two] }, folder, { now: () => now });
    others.push(lake);
    const schedule: Schedule = {
      address: "aws_scheduler_schedule.hourly",
      name: "hourly",
      expression: "rate(1 hour)",
      timeZone: "UTC",
      enabled: true,
      sql: "INSERT INTO events (sensor_id, dt) VALUES ('x', '2024-01-15')",
      database: "two",
    };
    for (const replacedObjects of [0, 1])
      expect(await runSchedule(lake, schedule, now, { replace: true })).toMatchObject({ replacedObjects });
    expect((await lake.query("SELECT count(*) AS n FROM two.events")).rows).toEqual([{ n: 1 }]);
    rmSync(join(folder, "two"), { recursive: true, force: true });
  });

  it("is refused where there is no such database", async () => {
    await expect(openLake({ tables: [one, two] }, folder, { database: "three" })).rejects.toThrow(
      'there is no database "three"; there are one, two',
    );
  });
});

describe("an answer of many rows", () => {
  const many = "SELECT a.x FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 20)) AS b(y)";

  it("comes in parts, one waiting for the other", async () => {
    const sizes: number[] = [];
    let taking = false;
    const { columns, statistics } = await shared.stream(many, [], async (rows) => {
      expect(taking).toBe(false);
      taking = true;
      await new Promise(setImmediate);
      taking = false;
      sizes.push(rows.length);
    });
    expect(columns).toEqual([{ name: "x", type: "bigint" }]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
    expect(statistics.milliseconds).toBeGreaterThan(0);
  });

  it("leaves the lake usable when its taker fails", async () => {
    const failing = shared.stream(many, [], () => {
      throw new Error("enough");
    });
    await expect(failing).rejects.toThrow("enough");
    expect((await shared.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});

describe("a partition's folder", () => {
  it.each([
    ["dt=100%", "100%"],
    ["dt=a%2Fb", "a/b"],
    ["dt=caf%C3%A9", "café"],
  ])("%s stands for %s, also when it is no valid escape", async (name, value) => {
    const anyText: GlueTable = { ...sensorData, parameters: {} };
    await writeParquet(folder, anyText, "2024-01-15", "a.parquet", "SELECT 'x' AS sensor_id");
    const base = join(folder, bucket, "processed/sensor_data");
    renameSync(join(base, "dt=2024-01-15"), join(base, name));
    const lake = await open([anyText]);
    await lake.query("MSCK REPAIR TABLE sensor_data");
    expect((await lake.query("SELECT sensor_id FROM sensor_data")).rows).toEqual([{ sensor_id: "x" }]);
    expect((await lake.query("SELECT sensor_id FROM sensor_data WHERE dt = ?", [value])).rows).toEqual([
      { sensor_id: "x" },
    ]);
  });

  it.each(["dt=%E0%zz", "dt=%", "dt="])("%s is passed over by a projection of days", async (name) => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    mkdirSync(join(folder, bucket, "processed/sensor_data", name));
    writeFileSync(join(folder, bucket, "processed/sensor_data", name, "b.parquet"), "not Parquet");
    expect((await shared.query("SELECT count(*) AS n FROM sensor_data")).rows).toEqual([{ n: 1 }]);
  });
});

describe("an object that is damaged", () => {
  it.each(["no Parquet", "PAR1 and then nothing that would be a footer PAR1"])(
    "(%j) is told as bad data, with its path",
    async (text) => {
      await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
      const path = join(folder, bucket, "processed/sensor_data/dt=2024-01-15/b.parquet");
      writeFileSync(path, text);
      const error = await shared.query("SELECT count(*) FROM sensor_data").catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QueryError);
      expect((error as Error).message).toMatch(/^HIVE_BAD_DATA: /);
      expect((error as Error).message).toContain(
        `s3://${bucket}/processed/sensor_data/dt=2024-01-15/b.parquet`,
      );
    },
  );
});

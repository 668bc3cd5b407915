import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Lake, openLake, QueryError } from "../../local/lake/index";
import { temporaryFolder } from "../support/folders";
import { bucket, now, reading, sensorData, sensorHourly, writeReadings } from "./lake-fixture";

const secret = "the text of another file";
let folder: string;
let lake: Lake;
let outside: string;

beforeEach(async () => {
  folder = temporaryFolder();
  outside = temporaryFolder();
  writeFileSync(join(outside, "secret.json"), `{"text":"${secret}"}`);
  writeFileSync(join(outside, "schema.sql"), `CREATE TABLE ${secret.replaceAll(" ", "_")} (;`);
  writeFileSync(join(outside, "load.sql"), secret);
  await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
  lake = await openLake({ tables: [sensorData, sensorHourly] }, folder, { now: () => now });
});

afterEach(() => lake.close());

/** The message of a statement that must be refused for its author, and that must leave the lake able to answer. */
async function refusal(sql: string): Promise<string> {
  const error: unknown = await lake.query(sql).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof QueryError)) throw new Error(`not refused: ${sql}: ${error}`);
  expect((await lake.query("SELECT count(*) AS n FROM sensor_data")).rows).toEqual([{ n: 1 }]);
  return error.message;
}

const objects = () => readdirSync(join(folder, bucket), { recursive: true }).map(String).sort();

describe("a statement", () => {
  it("exports no database", async () => {
    const target = join(outside, "exported");
    for (const sql of [`EXPORT DATABASE '${target}'`, `EXPLAIN ANALYZE EXPORT DATABASE '${target}'`])
      expect(await refusal(sql)).not.toContain(secret);
    expect(existsSync(target)).toBe(false);
  });

  it("imports no database, nor tells what stands in its files", async () => {
    const message = await refusal(`IMPORT DATABASE '${outside}'`);
    expect(message).not.toContain(secret.replaceAll(" ", "_"));
    expect(message).not.toContain(secret);
  });

  it.each([
    "SELECT * FROM read_json('FILE')",
    "SELECT * FROM read_text('FILE')",
    "SELECT * FROM read_csv('FILE')",
    "SELECT * FROM 'FILE'",
    "DESCRIBE SELECT * FROM read_json('FILE')",
    "EXPLAIN SELECT * FROM read_json('FILE')",
    "SELECT 1 WHERE EXISTS (SELECT * FROM read_json('FILE'))",
    "WITH x AS (SELECT * FROM read_json('FILE')) SELECT * FROM x",
    "INSERT INTO sensor_hourly (sensor_id, dt) SELECT content, 'x' FROM read_text('FILE')",
    "SELECT * FROM query('SELECT * FROM read_text(''FILE'')')",
    "SELECT * FROM sniff_csv('FILE')",
    "SELECT * FROM glob('FILE')",
  ])("reads no file: %s", async (sql) => {
    expect(await refusal(sql.replaceAll("FILE", join(outside, "secret.json")))).not.toContain(secret);
    await refusal(sql.replaceAll("FILE", "/etc/hostname"));
  });

  it("asks no server", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.csv`;
      await refusal(`SELECT * FROM read_csv('${url}')`);
      await refusal(`SELECT * FROM '${url}'`);
    } finally {
      server.close();
    }
    expect(asked).toEqual([]);
  });

  it.runIf(process.platform !== "win32")("does not wait for a FIFO, wherever it lies", async () => {
    const inside = join(folder, bucket, "processed/sensor_data/dt=2024-01-15/pipe.parquet");
    for (const fifo of [join(outside, "pipe.csv"), inside]) {
      execFileSync("mkfifo", [fifo]);
      await refusal(`SELECT * FROM read_csv('${fifo}')`);
      await refusal(`SELECT * FROM '${fifo}'`);
    }
  });

  it("overwrites no object, also not inside EXPLAIN", async () => {
    const object = join(folder, bucket, "processed/sensor_data/dt=2024-01-15/a.parquet");
    const before = readFileSync(object);
    for (const explain of [
      "",
      "EXPLAIN ",
      "EXPLAIN ANALYZE ",
      "EXPLAIN (ANALYZE) ",
      "/* x */ EXPLAIN -- y\n",
    ])
      await refusal(`${explain}COPY (SELECT 1) TO '${object}'`);
    expect(readFileSync(object)).toEqual(before);
  });

  it.each([
    "ATTACH '/tmp/x.db'",
    "CALL checkpoint()",
    "CREATE TABLE x (i int)",
    "DELETE FROM sensor_data",
    "EXPLAIN ANALYZE INSERT INTO sensor_hourly (sensor_id, dt) VALUES ('x', '2024-01-15')",
    "EXPLAIN DELETE FROM sensor_data",
    "FROM sensor_data",
    "INSERT INTO sensor_hourly (sensor_id, dt) VALUES ('x', '2024-01-15') RETURNING sensor_id",
    "INSERT OR REPLACE INTO sensor_hourly (sensor_id, dt) VALUES ('x', '2024-01-15')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SELECT * FROM enable_logging(storage='file', storage_config={'path':'/tmp/x'})",
    "SELECT 1; EXPORT DATABASE '/tmp/x'",
    "SET enable_external_access = true",
    "UPDATE sensor_data SET sensor_id = 'x'",
    "WITH x AS (SELECT 1) DELETE FROM sensor_data",
  ])("is refused when it neither reads nor inserts: %s", async (sql) => {
    const before = objects();
    await refusal(sql);
    expect(objects()).toEqual(before);
  });

  it.each([
    "SELECT 1",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "VALUES (1)",
    "WITH x AS (SELECT 1) SELECT * FROM x",
    "TABLE sensor_data",
    "-- a comment\n/* and; another */ SELECT ';' AS x",
    "SHOW TABLES",
    "DESCRIBE sensor_data",
    "EXPLAIN SELECT * FROM sensor_data",
    "EXPLAIN ANALYZE SELECT * FROM sensor_data",
  ])("runs when it reads: %s", async (sql) => {
    expect((await lake.query(sql)).rows.length).toBeGreaterThan(0);
  });
});

describe("a lake", () => {
  it("reads a folder beside its own as little as any other", async () => {
    mkdirSync(`${folder}-beside`);
    try {
      writeFileSync(join(`${folder}-beside`, "x.json"), `{"text":"${secret}"}`);
      expect(await refusal(`SELECT * FROM read_json('${folder}-beside/x.json')`)).not.toContain(secret);
    } finally {
      execFileSync("rm", ["-r", `${folder}-beside`]);
    }
  });

  const thousands = (name: string) => `unnest(sequence(1, 10000)) AS ${name}(x)`;
  const endless = `SELECT sum(a.x * b.x * c.x) FROM ${["a", "b", "c"].map(thousands).join(", ")}`;

  it("ends a statement at its time limit, and says so", async () => {
    const limited = await openLake({ tables: [sensorData] }, folder, { timeLimit: 200 });
    try {
      const error = await limited.query(endless).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QueryError);
      expect((error as Error).message).toMatch(/time/);
      expect((await limited.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    } finally {
      limited.close();
    }
  });

  it("begins a statement's time when the one before it has ended", async () => {
    const limited = await openLake({ tables: [sensorData] }, folder, { timeLimit: 500 });
    try {
      const first = limited.query(endless);
      const second = limited.query("SELECT 1 AS one");
      await expect(first).rejects.toThrow(/time/);
      expect((await second).rows).toEqual([{ one: 1 }]);
    } finally {
      limited.close();
    }
  });
});

import { openLake } from "@streaming-data-lake/local/lake";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { now, reading, sensorData, writeReadings } from "./lake-fixture";

const folder = temporaryFolder();
let lake: Awaited<ReturnType<typeof openLake>>;

beforeAll(async () => {
  lake = await openLake({ tables: [sensorData] }, folder, { now: () => now });
  const readings = [reading({ temperature: 21.5 }), reading({ temperature: 24 })];
  await writeReadings(folder, "2024-01-15", "a.parquet", readings);
});

afterAll(() => lake.close());

it("the lake opens from code with nothing but tables and a folder", async () => {
  const { columns, rows } = await lake.query(
    "SELECT max(temperature) AS hottest FROM sensor_data WHERE dt >= ?",
    ["2000-01-01"],
  );
  expect(columns).toEqual([{ name: "hottest", type: "double" }]);
  expect(rows).toEqual([{ hottest: 24 }]);
});

it("the error of a statement says name, sentence and place", async () => {
  await expect(lake.query("SELECT temprature FROM sensor_data")).rejects.toMatchObject({
    name: "QueryError",
    message: expect.stringContaining("COLUMN_NOT_FOUND: line 1:8: Column 'temprature' cannot be resolved"),
    refusal: { code: "COLUMN_NOT_FOUND", line: 1, column: 8 },
  });
});

it("parameters are exact, whatever their size, and of no other type than a literal's", async () => {
  const { rows } = await lake.query("SELECT a, b, typeof(b) AS c FROM (SELECT ? AS a, ? AS b)", [
    9_007_199_254_740_993n,
    12_345_678_901_234_567_890n,
  ]);
  expect(rows).toEqual([{ a: "9007199254740993", b: "12345678901234567890", c: "decimal(20,0)" }]);
  await expect(lake.query("SELECT ?", [new Date() as never])).rejects.toThrow(
    "INVALID_PARAMETER: parameter 1 is an object, not text, a number, a bigint, true, false or null",
  );
});

it("a view is not replaced by one that reads itself, directly or through another", async () => {
  await lake.query("CREATE VIEW one AS SELECT 1 AS a");
  await lake.query("CREATE VIEW two AS SELECT a FROM one");
  for (const view of ["one", "two"])
    await expect(lake.query(`CREATE OR REPLACE VIEW one AS SELECT a FROM ${view}`)).rejects.toThrow(
      "VIEW_IS_RECURSIVE: line 1:1: Statement would create a recursive view",
    );
  expect((await lake.query("SELECT * FROM two")).rows).toEqual([{ a: 1 }]);
});

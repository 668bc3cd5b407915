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
    message: expect.stringContaining(
      "COLUMN_NOT_FOUND: line 1:8: Column 'temprature' cannot be resolved",
    ),
    refusal: { code: "COLUMN_NOT_FOUND", line: 1, column: 8 },
  });
});

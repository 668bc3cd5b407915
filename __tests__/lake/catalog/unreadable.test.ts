import { afterEach, describe, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake/index";
import { temporaryFolder } from "../../support/folders";
import { now, reading, sensorData, writeReadings } from "../lake-fixture";

const folder = temporaryFolder();
let lake: Lake | undefined;

afterEach(() => lake?.close());

const withColumn = (name: string, type: string) => ({
  ...sensorData,
  name,
  columns: [...sensorData.columns, { name: "odd", type }],
});

const unknownTypes = [
  "uuid",
  "uniontype<int,string>",
  "array<int",
  "array<>",
  "map<string>",
  "map<string,int,int>",
  "struct<a:strng>",
  "struct<>",
  "bigint(20)",
  "varchar",
  "varchar(0)",
  "varchar(65536)",
  "char(256)",
  "decimal(39,2)",
  "decimal(5,6)",
  "decimal(10,2,1)",
  "timestamp with local time zone",
  "",
];

describe("a table with a column of a type that Athena does not have", () => {
  it("fails the statements that name it, with table, column and type; the others are answered", async () => {
    await writeReadings(folder, "2024-01-15", "a.parquet", [reading()]);
    const tables = [sensorData, ...unknownTypes.map((type, index) => withColumn(`odd_${index}`, type))];
    lake = await openLake({ tables }, folder, { now: () => now });
    for (const [index, type] of unknownTypes.entries())
      await expect(lake.query(`SELECT sensor_id FROM odd_${index}`)).rejects.toThrow(
        `HIVE_INVALID_METADATA: column type "${type}" of odd_${index}.odd is not one of Athena's types`,
      );
    expect((await lake.query("SELECT count(*) AS n FROM sensor_data")).rows).toEqual([{ n: 1 }]);
  });

  it("is in lists of tables, and has no columns in information_schema", async () => {
    const view = { ...sensorData, name: "broken_view", tableType: "VIRTUAL_VIEW", viewText: "SELECT 1" };
    const tables = [sensorData, withColumn("odd", "uuid"), view];
    lake = await openLake({ tables }, folder, { now: () => now });
    const named = async (sql: string) => (await lake?.query(sql))?.rows.map((row) => Object.values(row)[0]);
    expect(
      await named(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema <> 'information_schema'",
      ),
    ).toEqual(["sensor_data"]);
    expect(
      await named(
        "SELECT table_name FROM information_schema.tables WHERE table_schema <> 'information_schema' ORDER BY 1",
      ),
    ).toEqual(["broken_view", "odd", "sensor_data"]);
    await expect(lake.query("SELECT * FROM nowhere")).rejects.toThrow(
      "tables: sensor_data, odd, broken_view",
    );
  });
});

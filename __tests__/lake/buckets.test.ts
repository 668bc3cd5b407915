import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  bigint,
  boolean,
  date,
  double,
  integer,
  real,
  smallint,
  type Type,
  tinyint,
  varchar,
} from "../../local/lake/trino/types/types";
import { bucketFunction } from "../../local/lake/writing/buckets";
import { emptyLake } from "./empty-lake";

const bucket = (types: readonly Type[], values: readonly unknown[], count = 1000) =>
  (bucketFunction(types, count).call as (...given: readonly unknown[]) => number)(...values);

describe("the bucket of a row is Trino 476's", () => {
  it.each<[Type, unknown, number]>([
    [bigint, 1n, 1],
    [bigint, -1n, 0],
    [bigint, 12345678901234n, 672],
    [bigint, null, 0],
    [integer, -5, 643],
    [integer, 2147483647, 647],
    [smallint, -7, 641],
    [tinyint, 5, 5],
    [double, 1.5, 536],
    [double, Number.NaN, 360],
    [double, 1e300, 248],
    [real, 1.5, 520],
    [real, -2.25, 400],
    [real, Number.NaN, 344],
    [boolean, true, 1],
    [date, 19737, 737],
    [date, -1, 647],
    [varchar, "", 0],
    [varchar, "a", 97],
    [varchar, "größe 日本", 495],
    [varchar, "sensor-001", 526],
  ])("%o %s", (type, value, expected) => {
    expect(bucket([type], [value])).toBe(expected);
  });

  it("is of all columns together", () => {
    expect(bucket([varchar, integer], ["sensor-001", 7])).toBe(761);
    expect(bucket([varchar, integer], ["x", -3])).toBe(717);
  });
});

describe("a bucketed table", () => {
  const lake = emptyLake();
  const { folder } = lake;
  const numbersIn = (path: string) =>
    readdirSync(join(folder, path))
      .map((name) => Number(/^(\d{6})_0_/.exec(name)?.[1]))
      .sort((a, b) => a - b);
  const rows =
    "SELECT i AS id, 'sensor-' || CAST(i AS varchar) AS sensor, i % 2 AS part FROM UNNEST(sequence(1, 100)) AS t(i)";

  it.each(["PARQUET", "JSON", "TEXTFILE"])("has an object a bucket, as %s", async (format) => {
    const name = `buckets_${format.toLowerCase()}`;
    await lake.query(
      `CREATE TABLE ${name} WITH (format = '${format}', external_location = 's3://lake/${name}/', bucketed_by = ARRAY['id'], bucket_count = 4) AS ${rows}`,
    );
    expect(numbersIn(`lake/${name}`)).toEqual([0, 1, 2, 3]);
    const counted = `SELECT count(*) AS n, sum(id) AS s, count(DISTINCT "$path") AS p, count(DISTINCT id % 4) AS b FROM ${name} GROUP BY "$path"`;
    for (const row of (await lake.query(counted)).rows) expect(row).toMatchObject({ n: 25, b: 1 });
  });

  it("has its buckets in each partition", async () => {
    await lake.query(
      `CREATE TABLE parted WITH (external_location = 's3://lake/parted/', partitioned_by = ARRAY['part'], bucketed_by = ARRAY['id'], bucket_count = 4) AS ${rows}`,
    );
    expect(numbersIn("lake/parted/part=0")).toEqual([0, 2]);
    expect(numbersIn("lake/parted/part=1")).toEqual([1, 3]);
    expect((await lake.query("SELECT count(*) AS n FROM parted WHERE part = 1")).rows).toEqual([{ n: 50 }]);
  });

  it("is shown with its buckets, and takes no INSERT INTO, as on Athena", async () => {
    const text = (await lake.query("SHOW CREATE TABLE parted")).rows.map((row) => Object.values(row)[0]);
    expect(text).toContain("INTO 4 BUCKETS");
    await expect(lake.query("INSERT INTO parted VALUES (1, 'x', 1)")).rejects.toThrow(
      "INSERT INTO is not supported on bucketed tables: parted",
    );
  });

  it("is not made of columns that have no buckets", async () => {
    await expect(
      lake.query("CREATE TABLE wrong WITH (bucketed_by = ARRAY['d'], bucket_count = 4) AS SELECT 1.5 AS d"),
    ).rejects.toThrow("Cannot create a table bucketed on an unsupported type: decimal(2,1)");
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lake, openLake } from "../../local/lake";
import { lakeOf } from "./reading/cases";

describe("partitions and their folders", () => {
  let lake: Lake;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const made = await lakeOf([{ path: "lake/json/x.json", text: '{"n":1}\n{"n":2}\n' }], (path) => path);
    remove = made.remove;
    lake = await openLake({ tables: [] }, made.folder);
    await lake.query(
      "CREATE TABLE parquet WITH (external_location = 's3://lake/parquet/') AS SELECT n FROM (VALUES 1, 2) AS t(n)",
    );
  });
  afterAll(async () => {
    lake.close();
    await remove();
  });

  const rowsOf = async (sql: string) => (await lake.query(sql)).rows.map((row) => Object.values(row));

  describe.each([
    ["parquet", "STORED AS PARQUET"],
    ["json", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"],
  ])("of %s", (name, storage) => {
    it("that share a folder have its rows once each", async () => {
      await lake.query(
        `CREATE EXTERNAL TABLE shared_${name} (n int) PARTITIONED BY (k string) ${storage} LOCATION 's3://lake/none/'`,
      );
      await lake.query(
        `ALTER TABLE shared_${name} ADD PARTITION (k = 'a') LOCATION 's3://lake/${name}/' PARTITION (k = 'b') LOCATION 's3://lake/${name}/'`,
      );
      expect(await rowsOf(`SELECT k, n FROM shared_${name} ORDER BY k, n`)).toEqual([
        ["a", 1],
        ["a", 2],
        ["b", 1],
        ["b", 2],
      ]);
      expect(await rowsOf(`SELECT count(*), sum(n) FROM shared_${name}`)).toEqual([[4, 6]]);
      expect(await rowsOf(`SELECT sum(n) FROM shared_${name} WHERE k = 'b'`)).toEqual([[3]]);
    });

    it("that are projected to one place have its rows once each", async () => {
      await lake.query(
        `CREATE EXTERNAL TABLE projected_${name} (n int) PARTITIONED BY (k string) ${storage} LOCATION 's3://lake/${name}/'
         TBLPROPERTIES ('projection.enabled' = 'true', 'projection.k.type' = 'enum', 'projection.k.values' = 'a,b,c',
         'storage.location.template' = 's3://lake/${name}/')`,
      );
      expect(await rowsOf(`SELECT k, sum(n) FROM projected_${name} GROUP BY k ORDER BY k`)).toEqual([
        ["a", 3],
        ["b", 3],
        ["c", 3],
      ]);
    });
  });

  describe.each(["PARQUET", "JSON", "TEXTFILE"])("that are written as %s", (format) => {
    const name = `written_${format.toLowerCase()}`;

    it("are one for an empty text and NULL, which Hive has the same folder for", async () => {
      await lake.query(
        `CREATE TABLE ${name} WITH (format = '${format}', external_location = 's3://lake/${name}/', partitioned_by = ARRAY['k'])
         AS SELECT n, k FROM (VALUES (1, NULL), (2, ''), (3, 'x')) AS t(n, k)`,
      );
      await lake.query(`INSERT INTO ${name} VALUES (4, ''), (5, NULL)`);
      expect(await rowsOf(`SHOW PARTITIONS ${name}`)).toEqual([["k=__HIVE_DEFAULT_PARTITION__"], ["k=x"]]);
      expect(await rowsOf(`SELECT n, k FROM ${name} ORDER BY n`)).toEqual([
        [1, null],
        [2, null],
        [3, "x"],
        [4, null],
        [5, null],
      ]);
    });

    it("have one text of each value, whatever the format", async () => {
      await lake.query(
        `CREATE TABLE ${name}_keys WITH (format = '${format}', external_location = 's3://lake/${name}_keys/', partitioned_by = ARRAY['d', 'r', 't', 'e'])
         AS SELECT * FROM (VALUES (1, DOUBLE '1e10', REAL '0.00001', TIMESTAMP '2024-01-15 10:00:00.500', DECIMAL '1.50'),
         (2, DOUBLE '2', REAL '-2', TIMESTAMP '2024-01-15 00:00:00.000', DECIMAL '-0.05'),
         (3, infinity(), CAST(-infinity() AS real), NULL, NULL), (4, nan(), NULL, NULL, NULL)) AS t(n, d, r, t, e)`,
      );
      expect(await rowsOf(`SHOW PARTITIONS ${name}_keys`)).toEqual([
        ["d=1.0E10/r=1.0E-5/t=2024-01-15 10%3A00%3A00.5/e=1.50"],
        ["d=2.0/r=-2.0/t=2024-01-15 00%3A00%3A00/e=-0.05"],
        ["d=Infinity/r=-Infinity/t=__HIVE_DEFAULT_PARTITION__/e=__HIVE_DEFAULT_PARTITION__"],
        ["d=NaN/r=__HIVE_DEFAULT_PARTITION__/t=__HIVE_DEFAULT_PARTITION__/e=__HIVE_DEFAULT_PARTITION__"],
      ]);
      expect(await rowsOf(`SELECT n FROM ${name}_keys WHERE d = 1e10 AND r = REAL '0.00001'`)).toEqual([[1]]);
      expect(await rowsOf(`SELECT n, CAST(t AS varchar) FROM ${name}_keys ORDER BY n`)).toEqual([
        [1, "2024-01-15 10:00:00.500"],
        [2, "2024-01-15 00:00:00.000"],
        [3, null],
        [4, null],
      ]);
    });
  });
});

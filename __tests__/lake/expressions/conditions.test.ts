import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { emptyLake } from "../empty-lake";

const lake = emptyLake();
const { answer, folder } = lake;

describe("a condition over doubles", () => {
  const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, 2, null];
  const sqlOf = (value: number | null) =>
    value === null
      ? "CAST(NULL AS double)"
      : Number.isFinite(value)
        ? `${value}e0`
        : Number.isNaN(value)
          ? "nan()"
          : `${value < 0 ? "-" : ""}infinity()`;
  const list = (name: string) => `(VALUES ${numbers.map(sqlOf).join(", ")}) AS ${name}(${name})`;
  const pairs = numbers.flatMap((x) => numbers.map((y) => [x, y] as const));
  const holds: Readonly<Record<string, (x: number, y: number) => boolean>> = {
    "=": (x, y) => x === y,
    "<>": (x, y) => x !== y,
    "<": (x, y) => x < y,
    "<=": (x, y) => x <= y,
    ">": (x, y) => x > y,
    ">=": (x, y) => x >= y,
  };
  const count = (operator: string) =>
    pairs.filter(([x, y]) => x !== null && y !== null && holds[operator]?.(x, y)).length;

  it.each(Object.keys(holds))(
    "with %s holds for the pairs of numbers for which it does in Java",
    async (operator) => {
      const conditions = [
        `x ${operator} y`,
        `(x ${operator} y AND true) OR false`,
        `x ${operator} (SELECT y)`,
        `(SELECT x) ${operator} y`,
        `(SELECT x) ${operator} (SELECT y)`,
        `x ${operator} 1e0 * (SELECT y)`,
        `NOT (NOT (x ${operator} (SELECT y)))`,
        `CASE WHEN x ${operator} (SELECT y) THEN 1 END = 1`,
      ];
      for (const condition of conditions)
        expect(
          await answer(`SELECT count(*) FROM ${list("x")}, ${list("y")} WHERE ${condition}`),
          condition,
        ).toEqual([[count(operator)]]);
      expect(await answer(`SELECT count(*) FROM ${list("x")} JOIN ${list("y")} ON x ${operator} y`)).toEqual([
        [count(operator)],
      ]);
      expect(
        await answer(`SELECT count(*) FILTER (WHERE x ${operator} y) FROM ${list("x")}, ${list("y")}`),
      ).toEqual([[count(operator)]]);
    },
  );

  it("is NULL beside NULL where it is a value, with a subquery too", async () => {
    const x = "FROM (VALUES nan(), 1e0, NULL) AS t(x)";
    for (const operator of Object.keys(holds))
      expect(await answer(`SELECT x ${operator} (SELECT CAST(NULL AS double)) ${x}`)).toEqual([
        [null],
        [null],
        [null],
      ]);
  });

  it("finds the least number and the greatest beside NaN, and NaN where there is nothing else", async () => {
    expect(await answer("SELECT min(x), max(x) FROM (VALUES nan(), 2e0, 1e0, NULL) AS t(x)")).toEqual([
      [1, 2],
    ]);
    expect(await answer("SELECT min(x), max(x) FROM (VALUES nan(), NULL) AS t(x)")).toEqual([["NaN", "NaN"]]);
  });
});

describe("a condition over varchar(n), of which an object holds longer texts", () => {
  beforeAll(async () => {
    await lake.query(
      "CREATE EXTERNAL TABLE cut (text varchar(3), id int) STORED AS PARQUET LOCATION 's3://lake/cut/'",
    );
    mkdirSync(join(folder, "lake/cut"), { recursive: true });
    const duckdb = await (await DuckDBInstance.create()).connect();
    await duckdb.run(
      `COPY (SELECT * FROM (VALUES ('abcd', 1), ('abc', 2), ('ab', 3), ('abe', 4), (NULL, 5), ('äöüß', 6)) AS v(text, id)) TO '${join(folder, "lake/cut/a.parquet")}' (FORMAT parquet)`,
    );
    duckdb.closeSync();
  });

  it.each([
    ["text = 'ab'", [3]],
    ["text = 'abc'", [1, 2]],
    ["text = 'abcd'", []],
    ["text <> 'abc'", [3, 4, 6]],
    ["text < 'abc'", [3]],
    ["text <= 'abc'", [1, 2, 3]],
    ["text > 'ab'", [1, 2, 4, 6]],
    ["'ab' < text", [1, 2, 4, 6]],
    ["text BETWEEN 'ab' AND 'abc'", [1, 2, 3]],
    ["text BETWEEN 'a' AND 'ab'", [3]],
    ["text IN ('ab', 'abc')", [1, 2, 3]],
    ["text IN ('a', 'ab')", [3]],
    ["text LIKE 'ab%'", [1, 2, 3, 4]],
    ["text LIKE 'abc%'", [1, 2]],
    ["text LIKE 'abcd%'", []],
    ["text LIKE '%c'", [1, 2]],
    ["text LIKE 'äö%'", [6]],
    ["text = 'äöü'", [6]],
    ["text IS DISTINCT FROM 'ab'", [1, 2, 4, 5, 6]],
  ])("is about their first n characters: %s", async (condition, ids) => {
    expect(await answer(`SELECT id FROM cut WHERE ${condition} ORDER BY id`)).toEqual(ids.map((id) => [id]));
  });

  it("is so behind a join, in groups, and in a subquery that names it", async () => {
    expect(
      await answer(
        "SELECT a.id FROM cut a LEFT JOIN cut b ON a.id = b.id AND b.text = 'ab' WHERE b.text = 'ab'",
      ),
    ).toEqual([[3]]);
    expect(
      await answer(
        "SELECT text, count(*) FROM cut GROUP BY text HAVING text = 'abc' OR text = 'ab' ORDER BY text",
      ),
    ).toEqual([
      ["ab", 1],
      ["abc", 2],
    ]);
    expect(
      await answer(
        "SELECT id FROM cut WHERE EXISTS (SELECT 1 FROM (VALUES 1) AS v(n) WHERE cut.text = 'ab')",
      ),
    ).toEqual([[3]]);
    expect(await answer("SELECT DISTINCT text = 'ab' AS short FROM cut ORDER BY short")).toEqual([
      [false],
      [true],
      [null],
    ]);
    expect(
      await answer("WITH w AS (SELECT text FROM cut) SELECT count(*) FROM w WHERE text = 'abc'"),
    ).toEqual([[2]]);
  });
});

it("pads what a char(n) of an object lacks, and cuts what it has beyond", async () => {
  await lake.query(
    "CREATE EXTERNAL TABLE padded (text char(3), id int) STORED AS PARQUET LOCATION 's3://lake/padded/'",
  );
  mkdirSync(join(folder, "lake/padded"), { recursive: true });
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(
    `COPY (SELECT * FROM (VALUES ('', 1), ('a', 2), ('abc', 3), ('abcd', 4), (NULL, 5), ('äö', 6), ('äöü', 7), ('äöüß', 8)) AS v(text, id)) TO '${join(folder, "lake/padded/a.parquet")}' (FORMAT parquet)`,
  );
  duckdb.closeSync();
  expect(await answer("SELECT text FROM padded ORDER BY id")).toEqual(
    ["   ", "a  ", "abc", "abc", null, "äö ", "äöü", "äöü"].map((text) => [text]),
  );
});

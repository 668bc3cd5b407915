import { describe, expect, it } from "vitest";
import { recordedLake } from "./recorded-lake";

const { rows, nameOf } = recordedLake();

const [one, other] = ["MAP(ARRAY[1, 2], ARRAY[3, 4])", "MAP(ARRAY[2, 1], ARRAY[4, 3])"];

describe("Maps whose entries differ only in their order", () => {
  it.each([
    ["GROUP BY", `SELECT count(*) FROM (VALUES ${one}, ${other}) t(m) GROUP BY m`, [[2]]],
    [
      "ROLLUP",
      `SELECT count(*), grouping(m) FROM (VALUES ${one}, ${other}, NULL) t(m) GROUP BY ROLLUP (m) ORDER BY 2, 1`,
      [
        [1, 0],
        [2, 0],
        [3, 1],
      ],
    ],
    ["DISTINCT", `SELECT count(*) FROM (SELECT DISTINCT m FROM (VALUES ${one}, ${other}) t(m))`, [[1]]],
    ["count(DISTINCT)", `SELECT count(DISTINCT m) FROM (VALUES ${one}, ${other}) t(m)`, [[1]]],
    ["UNION", `SELECT count(*) FROM (SELECT ${one} UNION SELECT ${other})`, [[1]]],
    ["INTERSECT", `SELECT count(*) FROM (SELECT ${one} INTERSECT SELECT ${other})`, [[1]]],
    ["EXCEPT", `SELECT count(*) FROM (SELECT ${one} EXCEPT SELECT ${other})`, [[0]]],
    [
      "arrays and rows of them",
      `SELECT count(*) FROM (VALUES (ARRAY[${one}], ROW(${other})), (ARRAY[${other}], ROW(${one}))) t(a, r) GROUP BY a, r`,
      [[2]],
    ],
  ])("are equal in %s", async (_, sql, expected) => {
    expect(await rows(sql)).toEqual(expected);
  });
});

describe("One instant in two time zones", () => {
  const [utc, berlin] = ["TIMESTAMP '2024-01-01 00:00 UTC'", "TIMESTAMP '2024-01-01 01:00 Europe/Berlin'"];

  it.each([
    ["UNION", 1],
    ["INTERSECT", 1],
    ["EXCEPT", 0],
    ["UNION ALL", 2],
  ])("is one value in %s", async (operator, count) => {
    expect(await rows(`SELECT count(*) FROM (SELECT ${utc}, 1 ${operator} SELECT ${berlin}, 1)`)).toEqual([
      [count],
    ]);
  });

  it("is one group of ROLLUP, and none in its total", async () => {
    expect(
      await rows(
        `SELECT year(t), grouping(t), count(*) FROM (VALUES ${utc}, ${berlin}) v(t) GROUP BY ROLLUP (t) ORDER BY 2`,
      ),
    ).toEqual([
      [2024, 0, 2],
      [null, 1, 2],
    ]);
  });

  it.each([
    ["INTERSECT ALL", 1],
    ["EXCEPT ALL", 2],
  ])("is a duplicate in %s, as often as it is there", async (operator, count) => {
    const both = `(VALUES ${utc}, ${berlin}, ${utc}) t(x)`;
    expect(await rows(`SELECT count(*) FROM (SELECT * FROM ${both} ${operator} SELECT ${berlin})`)).toEqual([
      [count],
    ]);
    expect(
      await rows(
        `SELECT count(*) FROM (SELECT ARRAY[x], ROW(1, x) FROM ${both} ${operator} SELECT ARRAY[${berlin}], ROW(1, ${utc}))`,
      ),
    ).toEqual([[count]]);
  });

  const nested = ["x", "ARRAY[x]", "ROW(1, x)", "MAP(ARRAY[x], ARRAY[1])", "MAP(ARRAY[1], ARRAY[ROW(x)])"];

  it.each(nested)("is one value of %s for groups and sets", async (value) => {
    const both = `(SELECT ${value} y FROM (VALUES ${utc}, ${berlin}) t(x))`;
    const counts = [
      `SELECT count(*) FROM (SELECT DISTINCT y FROM ${both})`,
      `SELECT count(*) FROM (SELECT y FROM ${both} GROUP BY y)`,
      `SELECT count(DISTINCT y) FROM ${both}`,
      `SELECT count(*) FROM (SELECT y FROM ${both} UNION SELECT y FROM ${both})`,
      `SELECT count(DISTINCT n) - 1 FROM (SELECT row_number() OVER (PARTITION BY y) n FROM ${both})`,
      `SELECT count(*) FROM ${both} a CROSS JOIN ${both} b WHERE a.y IS DISTINCT FROM b.y`,
    ];
    expect(await Promise.all(counts.map((sql) => rows(sql)))).toEqual([1, 1, 1, 1, 1, 0].map((n) => [[n]]));
  });

  it.each(["x", "ARRAY[x]", "ROW(1, x)"])(
    "has one rank of %s, and is found among its like",
    async (value) => {
      const both = `(SELECT ${value} y FROM (VALUES ${utc}, ${berlin}) t(x))`;
      expect(await rows(`SELECT rank() OVER (ORDER BY y) FROM ${both}`)).toEqual([[1], [1]]);
      const members = value.startsWith("ROW") ? "ROW(y)" : "y";
      expect(await rows(`SELECT count(*) FROM ${both} WHERE ${members} IN (SELECT y FROM ${both})`)).toEqual([
        [2],
      ]);
    },
  );

  it("is counted once by histogram and approx_distinct", async () => {
    expect(
      await rows(
        `SELECT cardinality(histogram(x)), map_values(histogram(x)), approx_distinct(x) FROM (VALUES ${utc}, ${berlin}) t(x)`,
      ),
    ).toEqual([[1, [2], 1]]);
  });

  it("is refused in an aggregate with DISTINCT that would return it", async () => {
    expect(await nameOf(`SELECT array_agg(DISTINCT x) FROM (VALUES ${utc}, ${berlin}) t(x)`)).toBe(
      "NOT_SUPPORTED",
    );
  });
});

describe("What Trino can compare but not sort", () => {
  const both = `(VALUES (${one}, 1), (${other}, 2)) t(m, n)`;

  it("is refused in PARTITION BY, INTERSECT ALL and EXCEPT ALL", async () => {
    for (const sql of [
      `SELECT sum(n) OVER (PARTITION BY m) FROM ${both}`,
      `SELECT row_number() OVER (PARTITION BY m ORDER BY n) FROM ${both}`,
      `SELECT count(*) OVER (PARTITION BY j) FROM (VALUES JSON '1', JSON '1') t(j)`,
      `SELECT m FROM ${both} INTERSECT ALL SELECT m FROM ${both}`,
      `SELECT ARRAY[m] FROM ${both} EXCEPT ALL SELECT ARRAY[m] FROM ${both}`,
    ])
      expect(await nameOf(sql)).toBe("NOT_SUPPORTED");
  });

  it("can be numbered by row_number alone", async () => {
    expect(await rows(`SELECT row_number() OVER (PARTITION BY m) FROM ${both}`)).toEqual([[1], [2]]);
    expect(await rows(`SELECT row_number() OVER (PARTITION BY ${one})`)).toEqual([[1]]);
  });
});

describe("A row that is compared with a subquery", () => {
  it("is compared with all its columns, even with one", async () => {
    expect(
      await rows(
        "SELECT ROW(1) IN (SELECT 1), ROW(1) IN (SELECT 2), (1, 2) IN (SELECT 1, 2), ROW(ROW(1)) IN (SELECT ROW(1))",
      ),
    ).toEqual([[true, false, true, true]]);
    expect(await nameOf("SELECT ROW(1, 2) IN (SELECT ROW(1, 2))")).toBe("TYPE_MISMATCH");
  });
});

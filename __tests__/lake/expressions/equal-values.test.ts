import { describe, expect, it } from "vitest";
import { recordedLake } from "./recorded-lake";

const { rows } = recordedLake();

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
});

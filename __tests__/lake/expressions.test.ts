import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lake, openLake } from "../../local/lake/index";

let folder: string;
let lake: Lake;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "expressions-")));
  lake = await openLake({ tables: [] }, folder);
});

afterAll(() => {
  lake.close();
  rmSync(folder, { recursive: true });
});

const answer = async (sql: string) => (await lake.query(sql)).rows.map((row) => Object.values(row));

const texts = "FROM (VALUES 'a', '4') AS v(x)";

it("is NULL by TRY in the rows alone in which it fails, where its parts stand there twice", async () => {
  expect(await answer(`SELECT try(100 / CAST(x AS integer)) ${texts}`)).toEqual([[null], [25]]);
  expect(await answer(`SELECT try(nullif(CAST(x AS integer), 5)) ${texts}`)).toEqual([[null], [4]]);
});

it("is NULL by TRY where another TRY of the statement has the same part", async () => {
  expect(
    await answer(`SELECT try(CAST(x AS integer)) AS a, try(CAST(x AS integer) + 1) AS b ${texts}`),
  ).toEqual([
    [null, null],
    [4, 5],
  ]);
});

it("is NULL by TRY in WHERE and in lambdas", async () => {
  expect(await answer(`SELECT x ${texts} WHERE try(100 / CAST(x AS integer)) = 25`)).toEqual([["4"]]);
  expect(await answer("SELECT transform(ARRAY['a', '4'], x -> try(100 / CAST(x AS integer)))")).toEqual([
    [[null, 25]],
  ]);
});

it("reads columns of the query around it in a lambda", async () => {
  const sum = "(SELECT sum(y) FROM UNNEST(transform(ARRAY[1, 2], e -> e + a)) AS u(y))";
  expect(await answer(`SELECT a, ${sum} FROM (VALUES 10, 20) AS v(a) ORDER BY a`)).toEqual([
    [10, 23],
    [20, 43],
  ]);
  const beside = "UNNEST(transform(ARRAY[1, 2], e -> e + a), ARRAY['p']) WITH ORDINALITY AS u(y, p, n)";
  expect(await answer(`SELECT a, y, p, n FROM (VALUES 10) AS v(a) CROSS JOIN ${beside} ORDER BY n`)).toEqual([
    [10, 11, "p", 1],
    [10, 12, null, 2],
  ]);
});

it("is NULL where an array is joined with an element that is NULL", async () => {
  expect(await answer("SELECT ARRAY[1] || CAST(NULL AS integer), ARRAY[1] || 2")).toEqual([[null, [1, 2]]]);
});

it("keeps the sign of zero", async () => {
  expect(await answer("SELECT 1 / -0e0")).toEqual([["-Infinity"]]);
});

it("has a type where a constant NULL goes into a function", async () => {
  const moved = "date_add('hour', array_min(ARRAY[1, NULL]), TIME '10:20:30+02:00')";
  expect(await answer(`SELECT ${moved} - TIME '10:20:30+02:00'`)).toEqual([[null]]);
  const none = "element_at(ARRAY[TIMESTAMP '2024-01-15 10:20:30.123'], CAST(NULL AS bigint))";
  expect(await answer(`SELECT millisecond(${none})`)).toEqual([[null]]);
});

it("is NULL where a time with a zone is moved by NULL", async () => {
  expect(
    await answer(
      "SELECT TIMESTAMP '2024-01-15 10:20:30 UTC' - parse_duration(CAST(NULL AS varchar)), TIME '10:20:30+02:00' + parse_duration(NULL)",
    ),
  ).toEqual([[null, null]]);
});

it.each([
  ["INTERVAL '1' DAY * nan()", "Cannot multiply by double NaN"],
  ["INTERVAL '1' MONTH / 0e0", "Cannot divide by double 0.0"],
  ["round(15, -19)", "numerical overflow: 15"],
])("refuses %s as Trino does", async (sql, sentence) => {
  await expect(lake.query(`SELECT ${sql}`)).rejects.toThrow(sentence);
});

it("leaves the columns beside a TRY that fails as they are", async () => {
  const rows = await answer(
    `SELECT try(coalesce(IF(x % 2 = 0, sequence(1, 5 / (x - 8))), ARRAY[x, 20])) AS tried, ARRAY[x, 7] AS beside,
       UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS constant, split('a', ',') AS parts
     FROM UNNEST(sequence(1, 100)) AS t(x) ORDER BY x`,
  );
  for (const [index, [, ...beside]] of rows.entries())
    expect(beside).toEqual([[index + 1, 7], "12151fd2-7586-11e9-8f9e-2a86e4085a59", ["a"]]);
  expect(rows.slice(7, 9).map(([tried]) => tried)).toEqual([null, [9, 20]]);
});

it("fails within TRY as well where the error is none that TRY makes NULL", async () => {
  await expect(
    answer("SELECT try(x > y) FROM (VALUES (ROW(1, NULL), ROW(1, 2))) AS v(x, y)"),
  ).rejects.toThrow("comparison not supported");
});

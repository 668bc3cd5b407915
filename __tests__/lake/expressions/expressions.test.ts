import { expect, it } from "vitest";
import { emptyLake } from "../empty-lake";

const lake = emptyLake();
const { answer } = lake;

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

it.each([
  ["CAST(0e0 AS varchar)", "0E0"],
  ["CAST(CAST('Infinity' AS real) AS bigint)", "9223372036854775807"],
  ["CAST(U&'\\+01F600' AS json)", '"\\uD83D\\uDE00"'],
  ["CAST('\\u00e9' AS json)", '"\\\\u00e9"'],
  ["regexp_position('', '')", -1],
  ["regexp_replace('a😀b', '$', '-')", "a😀b-"],
  ["format('%.3f', CAST(NULL AS double))", "nul"],
  ["round(0e0, 400)", 0],
  ["sum(REAL '3.4E38') FROM UNNEST(ARRAY[1, 2])", "Infinity"],
  ["dot_product(ARRAY[1e0, NULL], ARRAY[2e0, 3e0])", 2],
  ["slice(ARRAY[1, 2], 2, 9223372036854775807)", []],
  ["date_add('day', 100000000, DATE '2024-01-15')", "+275814-09-28"],
  ["TIMESTAMP '2024-01-15 10:20:30.0005' - TIMESTAMP '2024-01-15 10:20:30'", "0 00:00:00.001"],
  ["TIME '10:20:30' - TIME '10:20:30.123456'", "-0 00:00:00.123"],
  ["typeof(TIMESTAMP '2024-01-15 10:20:30' + INTERVAL '1' DAY)", "timestamp(3)"],
  [
    "CAST(TIMESTAMP '2024-01-15 10:20:30 UTC' + INTERVAL '1.5' SECOND AS varchar)",
    "2024-01-15 10:20:31.500 UTC",
  ],
  ["CAST(from_unixtime(1729985000, 'Europe/Berlin') AS time with time zone)", "01:23:20.000+01:00"],
  ["INTERVAL '1' DAY * 1e300", "106751991167 07:12:55.807"],
  ["ST_Point(1, 2) = ST_Point(1, 2)", true],
])("answers %s as Trino does", async (sql, value) => {
  expect(await answer(`SELECT ${sql}`)).toEqual([[value]]);
});

it.each([
  ["typeof(1 / 0)", "Division by zero"],
  ["date_add('day', 100000000, TIMESTAMP '2024-01-15 10:20:30 UTC')", "Millis overflow: 8641705314030000"],
  ["format_datetime(TIMESTAMP '2024-01-15 10:20:30', '')", "Pattern is null or empty"],
  ["date_format(TIMESTAMP '2024-01-15 10:20:30', '')", "Both printing and parsing not supported"],
  ["TIMESTAMP '2024-03-31 02:30:00 Europe/Berlin'", "is not a valid TIMESTAMP literal"],
  ["regexp_position('', '(')", "unmatched parenthesis"],
  ["array_min(ARRAY[ROW(1, NULL), ROW(1, 2), NULL])", "comparison not supported"],
])("refuses SELECT %s as Trino does", async (sql, sentence) => {
  await expect(answer(`SELECT ${sql}`)).rejects.toThrow(sentence);
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

it("writes a JSON number with a fraction or an exponent as a cast of a double does", async () => {
  expect(
    await answer(
      "SELECT CAST(JSON '12.5' AS varchar), CAST(JSON '1e2' AS varchar), CAST(JSON '100' AS varchar)",
    ),
  ).toEqual([["1.25E1", "1.0E2", "100"]]);
  expect(
    await answer(
      "SELECT CAST(JSON '[12.5, 1]' AS array(varchar)), CAST(JSON '{\"a\":0.001}' AS map(varchar, varchar))",
    ),
  ).toEqual([[["1.25E1", "1"], { a: "1.0E-3" }]]);
});

it("writes a number that is a map's key as JSON does", async () => {
  expect(
    await answer(
      "SELECT json_format(CAST(MAP(ARRAY[12.5e0], ARRAY[1]) AS json)), json_format(CAST(MAP(ARRAY[REAL '0.1'], ARRAY[1]) AS json))",
    ),
  ).toEqual([['{"12.5":1}', '{"0.1":1}']]);
});

it("reads and writes dates in Teradata's formats", async () => {
  expect(
    await answer(
      "SELECT CAST(to_date('15/1/24', 'dd/mm/yy') AS varchar), CAST(to_date('99-02-1', 'yy-mm-dd') AS varchar), CAST(to_timestamp('20240201 10', 'yyyymmdd hh24') AS varchar)",
    ),
  ).toEqual([["2024-01-15", "2099-02-01", "2024-02-01 10:00:00.000"]]);
  expect(
    await answer("SELECT to_char(TIMESTAMP '2024-01-05 13:02:03 +02:00', 'yyyy/mm/dd hh:mi:ss hh24;yy')"),
  ).toEqual([["2024/01/05 01:02:03 13;24"]]);
  await expect(answer("SELECT to_date('2024', 'YYYY')")).rejects.toThrow(
    "Failed to tokenize string [Y] at offset [0]",
  );
  await expect(answer("SELECT to_date('02024', 'yyyy')")).rejects.toThrow(
    'Invalid format: "02024" is malformed at "4"',
  );
});

it("keeps the order of keys of a text that is parsed into a map, and takes no key twice", async () => {
  const parsed = (text: string, type: string) =>
    answer(`SELECT CAST(json_parse(x) AS ${type}) FROM (VALUES '${text}') AS v(x)`);
  expect(
    await answer(
      `SELECT map_keys(CAST(json_parse(x) AS map(varchar, json))) FROM (VALUES '{"b":1,"a":2}') AS v(x)`,
    ),
  ).toEqual([[["b", "a"]]]);
  expect(await parsed('[{"z":1,"y":2}]', "array(json)")).toEqual([[['{"z":1,"y":2}']]]);
  await expect(parsed('{"a":1,"a":2}', "map(varchar, integer)")).rejects.toThrow(
    "Duplicate map keys are not allowed",
  );
  await expect(parsed('{"a":1,"A":2}', "row(a integer)")).rejects.toThrow("Duplicate field: a");
  await expect(parsed("[1", "array(integer)")).rejects.toThrow("Cannot cast to array(integer).");
});

it("leaves times longer than the varchar that they are cast to", async () => {
  const at = "FROM (VALUES TIMESTAMP '2024-01-15 10:00:00', NULL) AS v(at)";
  expect(await answer(`SELECT CAST(at AS varchar(10)), TRY_CAST(at AS varchar(3)) ${at}`)).toEqual([
    ["2024-01-15 10:00:00", "2024-01-15 10:00:00"],
    [null, null],
  ]);
  await expect(answer("SELECT CAST(TIMESTAMP '2024-01-15 10:00:00' AS varchar(10))")).rejects.toThrow(
    "Character count exceeds length limit 10",
  );
  await expect(answer("SELECT CAST(DATE '2024-01-15' AS varchar(7))")).rejects.toThrow(
    "Value 2024-01-15 cannot be represented as varchar(7)",
  );
});

it("compares NaN with NULL to NULL", async () => {
  const values = "FROM (VALUES (nan(), CAST(NULL AS double)), (nan(), nan()), (1e0, 1e0)) AS v(x, y)";
  expect(await answer(`SELECT x = y, x <> y, x < y, x >= y, y <= x, x BETWEEN y AND y ${values}`)).toEqual([
    [null, null, null, null, null, null],
    [false, true, false, false, false, false],
    [true, false, false, true, true, true],
  ]);
});

it("puts the entries of the last map first where maps are joined", async () => {
  expect(
    await answer(
      "SELECT map_keys(map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), MAP(ARRAY['c', 'b'], ARRAY[3, 4])))",
    ),
  ).toEqual([[["c", "b", "a"]]]);
});

it("has no skewness where all values are one", async () => {
  expect(
    await answer("SELECT skewness(x), kurtosis(x) FROM (VALUES 0.1e0, 0.1e0, 0.1e0, 0.1e0, 0.1e0) AS v(x)"),
  ).toEqual([["NaN", "NaN"]]);
});

it("fails where a decimal would have more than 38 digits", async () => {
  const nines = "9".repeat(38);
  await expect(answer(`SELECT sum(x) FROM (VALUES DECIMAL '${nines}', DECIMAL '1') AS v(x)`)).rejects.toThrow(
    "Decimal overflow",
  );
  await expect(answer(`SELECT round(DECIMAL '-${nines}', -7)`)).rejects.toThrow(
    `decimal overflow: -${nines}`,
  );
});

it("takes years of less than four digits in ISO's format", async () => {
  expect(await answer("SELECT CAST(from_iso8601_date('12') AS varchar)")).toEqual([["0012-01-01"]]);
});

it("reads the first value of a text of JSON, and null of a blank one, in the functions of the SQL standard", async () => {
  expect(
    await answer(
      "SELECT json_value('1 2', 'lax $'), json_query('', 'lax $' WITH WRAPPER), json_exists('{', 'lax $'), json_value('1x', 'lax $')",
    ),
  ).toEqual([["1", "[null]", false, null]]);
});

it("moves a date by an interval of whole days", async () => {
  expect(
    await answer(
      "SELECT d + INTERVAL '1' DAY, d - INTERVAL '60' DAY, INTERVAL '24' HOUR + d, d - INTERVAL '-2' DAY FROM (VALUES DATE '2024-02-28', NULL) AS t(d)",
    ),
  ).toEqual([
    ["2024-02-29", "2023-12-30", "2024-02-29", "2024-03-01"],
    [null, null, null, null],
  ]);
});

it("rounds a negative zero to zero, and what is less to a negative one", async () => {
  const zeros = "round(-0e0), round(REAL '-0'), round(-0e0, 1), round(-0.3e0), round(REAL '-0.3')";
  const [row] = await answer(`SELECT format('%s %s %s %s %s', ${zeros})`);
  expect(row).toEqual(["0.0 0.0 0.0 -0.0 -0.0"]);
});

it("counts no more seconds than a bigint holds", async () => {
  expect(await answer("SELECT human_readable_seconds(1e300), human_readable_seconds(93784.6)")).toEqual([
    ["15250284452471 weeks, 3 days, 15 hours, 30 minutes, 7 seconds", "1 day, 2 hours, 3 minutes, 5 seconds"],
  ]);
});

it("rounds a mean of intervals half up, and to the largest where it is beyond", async () => {
  const millisecond = "FROM (VALUES INTERVAL '0' DAY, INTERVAL '0.001' SECOND) v(x)";
  expect(await answer(`SELECT avg(x), avg(-x) ${millisecond}`)).toEqual([
    ["0 00:00:00.001", "0 00:00:00.000"],
  ]);
  const month = "FROM (VALUES INTERVAL '0' MONTH, INTERVAL '1' MONTH) v(x)";
  expect(await answer(`SELECT avg(x), avg(-x) ${month}`)).toEqual([["0-1", "0-0"]]);
  expect(await answer("SELECT avg(x * 1e300) FROM (VALUES INTERVAL '1' DAY, INTERVAL '2' DAY) v(x)")).toEqual(
    [["106751991167 07:12:55.807"]],
  );
});

it.each([
  ["ROLLUP (x % 2)", "(x % 2)"],
  ["GROUPING SETS ((y.a), ())", "y.a"],
  ["CUBE (1)", "1"],
])("groups by sets of columns alone, not by %s", async (sets, expression) => {
  const from = "FROM (VALUES (1, CAST(ROW(1) AS row(a integer)))) AS v(x, y)";
  await expect(answer(`SELECT count(*) ${from} GROUP BY ${sets}`)).rejects.toThrow(
    `GROUP BY expression must be a column reference: ${expression}`,
  );
});

import { describe, expect, it } from "vitest";
import { bind } from "../../local/lake/trino/compile";
import { parseStatement } from "../../local/lake/trino/parse";
import type { Query } from "../../local/lake/trino/parse/ast";
import type { TrinoError } from "../../local/lake/trino/types/errors";

const catalog = { name: "awsdatacatalog", schemas: ["lake"], find: () => undefined, tables: () => [] };
const session = { zone: "UTC", startMicros: 0n, user: "test" };

/** The place of the refusal, or that there is none. */
const bound = (sql: string): string => {
  try {
    bind(parseStatement(sql).statement as Query, { catalog, schema: "lake", session, parameters: [] });
    return "taken";
  } catch (error) {
    const { code, column, sentence } = error as TrinoError;
    return sentence === "Given correlated subquery is not supported" ? `${code} ${column}` : String(error);
  }
};

const t = "(VALUES 1, 2) t(a)";
const u = "(VALUES (1, 2), (2, 3), (1, 5)) u(a, b)";
const e = "(VALUES (1, ARRAY['a'])) e(id, tags)";

/** Each asked of a Trino server (476). */
describe("correlated subqueries", () => {
  it.each([
    `SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} WHERE u.a = t.a LIMIT 1)`,
    `SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} WHERE u.a = t.a ORDER BY b LIMIT 1)`,
    `SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} GROUP BY u.a HAVING max(u.b) > t.a)`,
    `SELECT a FROM ${t} WHERE EXISTS (SELECT max(b) FROM ${u} WHERE u.a > t.a)`,
    `SELECT a FROM ${t} WHERE a IN (SELECT u.a FROM ${u} WHERE u.b > t.a)`,
    `SELECT a FROM ${t} WHERE a > ALL (SELECT u.a FROM ${u} WHERE u.b > t.a)`,
    `SELECT (SELECT b FROM ${u} WHERE u.a = t.a ORDER BY b LIMIT 1) FROM ${t}`,
    `SELECT (SELECT b FROM ${u} WHERE u.a = t.a LIMIT 2) FROM ${t}`,
    `SELECT (SELECT sum(b) FROM ${u} WHERE u.a <= t.a) FROM ${t}`,
    `SELECT (SELECT sum(b) + t.a FROM ${u} WHERE u.a = t.a) FROM ${t}`,
    `SELECT (SELECT t.a + 1) FROM ${t}`,
    `SELECT (VALUES t.a) FROM ${t}`,
    `SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT count(*) + t.a x FROM ${u} WHERE u.a > t.a GROUP BY b) v`,
    `SELECT (SELECT 1 WHERE t.a > 1) FROM ${t}`,
    `SELECT (SELECT x + 1 FROM (VALUES t.a) v(x)) FROM ${t}`,
    `SELECT (SELECT c + t.a FROM (SELECT max(b) c FROM ${u} WHERE u.a < t.a) v) FROM ${t}`,
    `SELECT (SELECT max(b) FROM ${u} WHERE u.a = t.a GROUP BY u.a) FROM ${t}`,
    `SELECT (SELECT count(*) FROM (SELECT b FROM ${u} WHERE u.a = t.a LIMIT 1) v) FROM ${t}`,
    `SELECT a FROM ${t} WHERE EXISTS (SELECT u.a + t.a FROM ${u} WHERE u.a = t.a)`,
    `SELECT a FROM ${t} WHERE EXISTS (WITH w AS (SELECT * FROM ${u} WHERE u.a = t.a) SELECT 1 FROM w)`,
    `SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} JOIN (VALUES 1) w(c) ON u.a = w.c AND u.b > t.a)`,
    `SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} WHERE u.a = t.a AND EXISTS (SELECT 1 FROM (VALUES 1) w(c) WHERE c = u.b))`,
    `SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT b FROM ${u} WHERE u.a = t.a LIMIT 2) v(x)`,
    `SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT b FROM ${u} WHERE u.a = t.a AND u.b > 2 ORDER BY b LIMIT 1) v(x)`,
    `SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT DISTINCT b FROM ${u} WHERE u.a < t.a) v(x)`,
    `SELECT id FROM ${e} WHERE EXISTS (SELECT 1 FROM UNNEST(tags) AS t(x))`,
    `SELECT (SELECT array_agg(x) FROM UNNEST(tags) AS t(x)) FROM ${e}`,
    `SELECT id, n FROM ${e} CROSS JOIN LATERAL (SELECT x FROM UNNEST(tags) AS t(x) ORDER BY x LIMIT 1) v(n)`,
  ])("are taken: %s", (sql) => {
    expect(bound(sql)).toBe("taken");
  });

  it.each([
    [`SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} WHERE u.a < t.a LIMIT 1)`, 40],
    [`SELECT a FROM ${t} WHERE a IN (SELECT u.a FROM ${u} WHERE u.b > t.a LIMIT 1)`, 42],
    [`SELECT a FROM ${t} WHERE a IN (SELECT u.a FROM ${u} WHERE u.b = t.a LIMIT 1)`, 42],
    [`SELECT (SELECT b FROM ${u} WHERE u.a = t.a LIMIT 1) FROM ${t}`, 9],
    [`SELECT (SELECT b FROM ${u} WHERE u.a <= t.a ORDER BY b LIMIT 1) FROM ${t}`, 9],
    [`SELECT (SELECT b FROM ${u} WHERE u.a + 1 = t.a + 1 ORDER BY b LIMIT 1) FROM ${t}`, 9],
    [`SELECT (SELECT sum(b + t.a) FROM ${u}) FROM ${t}`, 9],
    [
      `SELECT (SELECT (SELECT max(b) FROM ${u} WHERE u.a = t.a) FROM (VALUES 1, 2) w(c) LIMIT 1) FROM ${t}`,
      9,
    ],
    [
      `SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} WHERE EXISTS (SELECT 1 FROM (VALUES 1) w(c) WHERE c = t.a))`,
      40,
    ],
    [`SELECT a FROM ${t} WHERE EXISTS (SELECT 1 FROM ${u} WHERE t.a IN (SELECT c FROM (VALUES 1) w(c)))`, 40],
    [`SELECT a FROM ${t} WHERE a IN (VALUES t.a)`, 42],
    [`SELECT a FROM ${t} WHERE a = ALL (VALUES t.a)`, 49],
    [`SELECT (SELECT max(x) FROM (VALUES t.a) v(x)) FROM ${t}`, 9],
    [`SELECT (SELECT max(x) FROM (VALUES t.a, 2) v(x)) FROM ${t}`, 9],
    [`SELECT (SELECT t.a + 1 WHERE t.a > 1) FROM ${t}`, 9],
    [`SELECT (SELECT u.b + t.a FROM ${u} WHERE u.a = 2) FROM ${t}`, 9],
    [`SELECT (SELECT max(b) FROM ${u} WHERE u.a = t.a HAVING count(*) > 1) FROM ${t}`, 9],
    [`SELECT (SELECT c FROM (SELECT max(b) c FROM ${u} WHERE u.a = t.a) v WHERE c > 1) FROM ${t}`, 9],
    [`SELECT (SELECT count(*) FILTER (WHERE b > t.a) FROM ${u}) FROM ${t}`, 9],
    [`SELECT (SELECT b FROM ${u} WHERE u.a = t.a OFFSET 1) FROM ${t}`, 9],
    [`SELECT a FROM ${t} WHERE EXISTS (SELECT max(b) FROM ${u} WHERE u.a > t.a GROUP BY b)`, 40],
    [`SELECT a FROM ${t} WHERE a IN (SELECT DISTINCT u.a FROM ${u} WHERE u.b = t.a)`, 42],
    [`SELECT (SELECT rank() OVER (ORDER BY b) FROM ${u} WHERE u.a = t.a AND b = 3) FROM ${t}`, 9],
    [`SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT b FROM ${u} WHERE u.a = t.a LIMIT 1) v(x)`, 57],
    [
      `SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT b FROM ${u} WHERE u.a < t.a ORDER BY b LIMIT 2) v(x)`,
      57,
    ],
    [
      `SELECT a, x FROM ${t} CROSS JOIN LATERAL (SELECT b FROM ${u} WHERE u.a = t.a UNION ALL SELECT 5) v(x)`,
      57,
    ],
    [`SELECT id FROM ${e} WHERE 'a' IN (SELECT x FROM UNNEST(tags) AS t(x))`, 63],
    [`SELECT id FROM ${e} WHERE 'a' = ANY (SELECT x FROM UNNEST(tags) AS t(x))`, 63],
    [`SELECT (SELECT max(x) FROM UNNEST(tags) AS t(x) WHERE x > '') FROM ${e}`, 9],
    [`SELECT (SELECT count(*) FILTER (WHERE x > '') FROM UNNEST(tags) AS t(x)) FROM ${e}`, 9],
    [`SELECT id, n FROM ${e} CROSS JOIN LATERAL (SELECT x FROM UNNEST(tags) AS t(x) WHERE x > '') v(n)`, 76],
  ])("are refused: %s", (sql, column) => {
    expect(bound(sql)).toBe(`NOT_SUPPORTED ${column}`);
  });

  it.each([
    [`SELECT a FROM ${t} LEFT JOIN ${u} ON EXISTS (SELECT 1 FROM (VALUES 1) w(c) WHERE c = t.a)`, "t.a"],
    [`SELECT (SELECT max(b) FROM ${u} LEFT JOIN (VALUES 1) w(c) ON c = t.a) FROM ${t}`, "t.a"],
  ])("are refused in the condition of an outer join: %s", (sql, column) => {
    expect(bound(sql)).toContain(
      `Reference to column '${column}' from outer scope not allowed in this context`,
    );
  });

  it("are refused in a lambda, as all subqueries are", () => {
    expect(bound("SELECT transform(ARRAY[1], e -> e + (SELECT 1))")).toContain(
      "Lambda expression cannot contain subqueries",
    );
  });
});

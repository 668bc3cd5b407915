import { describe, expect, it } from "vitest";
import { parseExpression, parseStatement, parseType } from "../../../local/lake/trino/parse";
import type { Expression, Query, QuerySpecification } from "../../../local/lake/trino/parse/ast";
import type { TrinoError } from "../../../local/lake/trino/types/errors";

const refusal = (sql: string): TrinoError => {
  try {
    parseStatement(sql);
  } catch (error) {
    return error as TrinoError;
  }
  throw new Error(`taken: ${sql.slice(0, 100)}`);
};

const query = (sql: string): Query => {
  const { statement } = parseStatement(sql);
  if (statement.kind !== "Query") throw new Error(`${statement.kind} is not a query`);
  return statement;
};

const specification = (sql: string): QuerySpecification => {
  const { body } = query(sql);
  if (body.kind !== "QuerySpecification") throw new Error(`${body.kind} is no SELECT`);
  return body;
};

/** An expression in a short form: operators before their operands, in parentheses. */
const show = (e: Expression): string => {
  switch (e.kind) {
    case "Identifier":
      return e.value;
    case "LongLiteral":
      return String(e.value);
    case "DecimalLiteral":
      return e.text;
    case "StringLiteral":
      return `'${e.value}'`;
    case "ArithmeticBinary":
      return `(${e.operator} ${show(e.left)} ${show(e.right)})`;
    case "ArithmeticUnary":
      return `(${e.operator} ${show(e.value)})`;
    case "Comparison":
      return `(${e.operator} ${show(e.left)} ${show(e.right)})`;
    case "Logical":
      return `(${e.operator} ${e.terms.map(show).join(" ")})`;
    case "Not":
      return `(NOT ${show(e.value)})`;
    case "Between":
      return `(BETWEEN ${show(e.value)} ${show(e.min)} ${show(e.max)})`;
    case "AtTimeZone":
      return `(AT ${show(e.value)})`;
    case "Subscript":
      return `${show(e.base)}[${show(e.index)}]`;
    case "Dereference":
      return `${show(e.base)}.${e.field.value}`;
    case "FunctionCall":
      return `${e.name.parts.map(({ value }) => value).join(".")}(${e.arguments.map(show).join(" ")})`;
    case "Lambda":
      return `(${e.parameters.map(({ value }) => value).join(" ")} -> ${show(e.body)})`;
    case "RowConstructor":
      return `row(${e.items.map(show).join(" ")})`;
    case "ScalarSubquery":
      return `query:${e.query.body.kind}`;
    default:
      return e.kind;
  }
};

describe("expressions", () => {
  it.each([
    ["1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"],
    ["a || b + c", "concat(a (+ b c))"],
    ["-a * b", "(* (- a) b)"],
    ["-5 - -5", "(- -5 -5)"],
    ["- 9223372036854775808", "-9223372036854775808"],
    ["NOT a = b AND c OR d", "(OR (AND (NOT (= a b)) c) d)"],
    ["a OR b OR (c OR d)", "(OR a b (OR c d))"],
    ["x BETWEEN 1 AND 2 AND y", "(AND (BETWEEN x 1 2) y)"],
    ["-t AT TIME ZONE 'UTC'", "(- (AT t))"],
    ["a.b[1].c", "a.b[1].c"],
    ["position('a' IN b)", "strpos(b 'a')"],
    ["position(a, b)", "position(a b)"],
    ["substring(a FROM 2 FOR 3)", "substring(a 2 3)"],
    ["substring(a, 2)", "substring(a 2)"],
    ["filter(a, (x, y) -> x > 1)", "filter(a (x y -> (> x 1)))"],
    ["() -> 1", "( -> 1)"],
    ["(1, 2)", "row(1 2)"],
    ["((SELECT 1))", "query:TableSubquery"],
    ["((SELECT 1) + 1)", "(+ query:QuerySpecification 1)"],
    ["((SELECT 1) UNION (SELECT 2))", "query:SetOperation"],
    ["((SELECT 1), 2)", "row(query:QuerySpecification 2)"],
    [".5 + 1_000", "(+ .5 1000)"],
    ["0xFF + 0b101 + 0o17", "(+ (+ 255 5) 15)"],
    ["U&'\\0041\\+01F600!' ", "'A😀!'"],
    ["U&'a#0062' UESCAPE '#'", "'ab'"],
    ["'it''s'", "'it's'"],
    ["x IS NOT DISTINCT FROM y", "(NOT (IS DISTINCT FROM x y))"],
    ["date '2024-01-15'", "GenericLiteral"],
    ["interval -'1' day", "IntervalLiteral"],
    ["any(x)", "any(x)"],
  ])("reads %s", (sql, tree) => {
    expect(show(parseExpression(sql))).toBe(tree);
  });

  it("takes a list of one subquery where a subquery in two parentheses follows IN", () => {
    expect(parseExpression("x IN ((SELECT 1))").kind).toBe("InList");
    expect(parseExpression("x IN (SELECT 1)").kind).toBe("InSubquery");
    expect(parseExpression("x IN ((SELECT 1) UNION (SELECT 2))").kind).toBe("InSubquery");
  });

  it("tells a quantifier from a function of its name", () => {
    expect(parseExpression("x = ANY (SELECT 1)").kind).toBe("QuantifiedComparison");
    expect(parseExpression("x = any(y)").kind).toBe("Comparison");
  });

  it("makes nodes of the special forms", () => {
    const kinds = ["if(a, b)", "nullif(a, b)", "coalesce(a, b)", "try(a)", "format('%s', a)"].map(
      (sql) => parseExpression(sql).kind,
    );
    expect(kinds).toEqual(["If", "NullIf", "Coalesce", "Try", "Format"]);
  });

  it("places operators at their sign and other nodes at their first word", () => {
    const { select, where } = specification("SELECT a + b,\n  f(x) FROM t WHERE a = 1 AND b IN (1)");
    const [sum, call] = select.items.map((item) =>
      item.kind === "SingleColumn" ? item.expression : undefined,
    );
    expect(sum).toMatchObject({ kind: "ArithmeticBinary", line: 1, column: 10 });
    expect(call).toMatchObject({ kind: "FunctionCall", line: 2, column: 3 });
    expect(where).toMatchObject({
      kind: "Logical",
      column: 21,
      terms: [{ column: 23 }, { kind: "InList", column: 33 }],
    });
  });

  it("counts columns in characters", () => {
    expect(refusal("SELECT '😀' AS x, y z w").message).toMatch(/^line 1:22: mismatched input 'w'/);
  });
});

describe("types", () => {
  it.each([
    ["array(varchar(10))", { kind: "GenericType", name: { value: "array" } }],
    ["bigint array", { kind: "GenericType", arguments: [{ kind: "GenericType" }] }],
    ["map<varchar, bigint>", { kind: "GenericType", name: { value: "map" } }],
    ["double precision", { kind: "GenericType", arguments: [] }],
    ["timestamp(3) with time zone", { kind: "DateTimeType", base: "timestamp", withTimeZone: true }],
    ["time without time zone", { kind: "DateTimeType", base: "time", withTimeZone: false }],
    ["interval day to second", { kind: "IntervalType", from: "DAY", to: "SECOND" }],
    ["row(x bigint, varchar)", { kind: "RowType", fields: [{ name: { value: "x" } }, {}] }],
    ["row(x array(bigint))", { kind: "RowType", fields: [{ name: { value: "x" } }] }],
  ])("reads %s", (sql, tree) => {
    expect(parseType(sql)).toMatchObject(tree);
  });

  it("takes `bigint array` in a row for a type, not for a field of that name", () => {
    expect(parseType("row(bigint array)")).not.toHaveProperty("fields.0.name");
  });
});

describe("queries", () => {
  it("puts ORDER BY and LIMIT into the one SELECT, and beside a set operation", () => {
    expect(query("SELECT 1 ORDER BY 1 LIMIT 2")).not.toHaveProperty("orderBy");
    expect(specification("SELECT 1 ORDER BY 1 LIMIT 2")).toHaveProperty("limit.count.value", 2n);
    expect(query("SELECT 1 UNION SELECT 2 ORDER BY 1")).toHaveProperty("orderBy");
  });

  it("binds INTERSECT tighter than UNION", () => {
    expect(query("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3").body).toMatchObject({
      operator: "UNION",
      right: { operator: "INTERSECT" },
    });
  });

  it.each([
    "LIMIT",
    "OFFSET",
    "FETCH",
    "WINDOW",
    "TABLESAMPLE",
    "MATCH_RECOGNIZE",
    "AT",
    "all",
    "over",
    "filter",
  ])("lets %s be an alias where no clause follows it", (word) => {
    expect(specification(`SELECT 1 FROM t ${word}`).from).toMatchObject({ alias: { value: word } });
  });

  it("nests joins whose conditions follow each other", () => {
    expect(specification("SELECT 1 FROM a JOIN b JOIN c ON 2 ON 1").from).toMatchObject({
      left: { kind: "Table" },
      right: { kind: "Join", criteria: { expression: { value: 2n } } },
    });
  });

  it("tells a set of groups from an expression in parentheses", () => {
    const sets = (sql: string) =>
      specification(`SELECT 1 GROUP BY ${sql}`).groupBy?.elements.map((e) => e.sets);
    expect(sets("(a, b), (a) + 1, ()")).toMatchObject([[[{}, {}]], [[{ kind: "ArithmeticBinary" }]], [[]]]);
  });

  it("numbers parameters in the order of the text", () => {
    expect(parseStatement("SELECT ? FROM t WHERE x = ? LIMIT ?").parameters).toBe(3);
  });

  it("takes one semicolon at the end, as Athena does", () => {
    expect(query("SELECT 1;").kind).toBe("Query");
    expect(refusal("SELECT 1; SELECT 2").message).toMatch(/^line 1:11: mismatched input 'SELECT'/);
  });
});

describe("refusals", () => {
  it.each([
    ["SELECT 99999999999999999999", "line 1:8: Invalid numeric literal: 99999999999999999999"],
    [
      "SELECT 15m",
      "line 1:8: identifiers must not start with a digit; surround the identifier with double quotes",
    ],
    ['SELECT ""', "line 1:8: Zero-length delimited identifier not allowed"],
    ["SELECT X'0'", "line 1:8: Binary literal must contain an even number of digits"],
    ["SELECT X'zz'", "line 1:8: Binary literal can only contain hexadecimal digits"],
    ["SELECT U&'\\00'", "line 1:8: Incomplete escape sequence: 00"],
    ["SELECT try()", "line 1:8: The 'try' function must have exactly one argument"],
    ["SELECT if(a)", "line 1:8: Invalid number of arguments for 'if' function"],
    ["SELECT coalesce(DISTINCT a, b)", "line 1:8: DISTINCT not valid for 'coalesce' function"],
    [
      "SELECT `a`",
      "line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers",
    ],
  ])("refuses %s", (sql, message) => {
    expect(refusal(sql)).toMatchObject({ code: "SYNTAX_ERROR", message });
  });

  it.each([
    ["SELECT 'x", "the string has no end"],
    ['SELECT "x', "the quoted name has no end"],
    ["SELECT 1 /* x", "the comment has no end"],
    ["\ufeffSELECT 1", "the character U+FEFF cannot be seen, and has no meaning here"],
    ["SELECT\u00a01", "the character U+00A0 cannot be seen, and has no meaning here"],
  ])("says of %j what is wrong", (sql, hint) => {
    expect(refusal(sql)).toMatchObject({ code: "SYNTAX_ERROR", hint });
  });

  it("tells a slip in the grammar before a check that comes after it", () => {
    expect(refusal("SELECT coalesce(1) FROM").message).toMatch(/^line 1:24: mismatched input '<EOF>'/);
  });

  const names = (word: string): string => Array.from({ length: 5_000 }, (_, i) => `${word}${i}`).join(", ");

  it.each([
    ["nothing", ""],
    ["a comment alone", "-- nothing\n/* at all */"],
    ["two statements", "SELECT 1; SELECT 2"],
    ["a NUL", "SELECT 1\0"],
    ["an unknown character", "SELECT 1 € 2"],
    ["10,000 parentheses", `SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["10,000 parentheses left open", `SELECT ${"(".repeat(10_000)}`],
    ["10,000 parentheses around a table", `SELECT * FROM ${"(".repeat(10_000)}t${")".repeat(10_000)}`],
    ["10,000 calls in each other", `SELECT ${"abs(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["10,000 arrays in each other", `SELECT ${"ARRAY[".repeat(10_000)}1${"]".repeat(10_000)}`],
    ["10,000 subqueries in each other", `SELECT ${"(SELECT ".repeat(10_000)}1${")".repeat(10_000)}`],
    ["10,000 NOT", `SELECT ${"NOT ".repeat(10_000)}true`],
    ["10,000 signs", `SELECT ${"- ".repeat(10_000)}x`],
    ["10,000 additions", `SELECT 1${" + 1".repeat(10_000)}`],
    ["10,000 types in each other", `SELECT CAST(x AS ${"array(".repeat(10_000)}int${")".repeat(10_000)})`],
    ["5,000 columns and a slip", `SELECT ${names("c")}, FROM t`],
    ["a string of 1 MB", `SELECT '${"x".repeat(1e6)}'`],
    ["a string without an end", `SELECT '${"x".repeat(200_000)}`],
    ["comments without an end", "/*".repeat(100_000)],
    ["1 MB of quotes", "'".repeat(1e6)],
    ["200,000 characters of nothing", "€".repeat(80_000)],
  ])("refuses %s clearly, in less than a second", (_, sql) => {
    // The processor's time: a busy machine makes the clock's longer.
    const start = process.cpuUsage();
    const { code, message } = refusal(sql);
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(1_000_000);
    expect(code).toMatch(/^(?:SYNTAX_ERROR|QUERY_TEXT_TOO_LARGE)$/);
    expect(message.length).toBeLessThan(1_000);
  });

  it("takes 5,000 columns and 10,000 conditions", () => {
    expect(specification(`SELECT ${names("c")} FROM t`).select.items).toHaveLength(5_000);
    expect(specification(`SELECT 1 WHERE a = 1${" OR a = 1".repeat(10_000)}`).where).toHaveProperty(
      "terms.10000",
    );
  });
});

describe("statements", () => {
  it.each([
    ["INSERT INTO t (a, b) SELECT 1, 2", { kind: "Insert", columns: [{ value: "a" }, { value: "b" }] }],
    ["INSERT INTO t (SELECT 1)", { kind: "Insert", query: { kind: "Query" } }],
    ["CREATE TABLE a.t WITH (format = 'PARQUET') AS SELECT 1 AS x", { kind: "CreateTableAsSelect" }],
    ["CREATE TABLE t (a, b) AS (SELECT 1, 2) WITH NO DATA", { kind: "CreateTableAsSelect", withData: false }],
    [
      "CREATE TABLE IF NOT EXISTS t (a bigint NOT NULL COMMENT 'x', LIKE u)",
      { kind: "OtherStatement", name: "CREATE TABLE" },
    ],
    ["CREATE OR REPLACE VIEW v AS SELECT 1", { kind: "CreateView", orReplace: true }],
    ["DROP TABLE IF EXISTS t", { kind: "OtherStatement", name: "DROP TABLE" }],
    ["DROP VIEW IF EXISTS v", { kind: "DropView", ifExists: true }],
    [
      "SHOW TABLES IN lake LIKE 'a%' ESCAPE '!'",
      { kind: "ShowTables", like: { pattern: "a%", escape: "!" } },
    ],
    ["DESC t", { kind: "ShowColumns" }],
    ["DESCRIBE INPUT p", { kind: "OtherStatement", name: "DESCRIBE INPUT" }],
    ["EXPLAIN (TYPE LOGICAL, FORMAT JSON) SELECT 1", { kind: "Explain", type: "LOGICAL", format: "JSON" }],
    ["EXPLAIN (SELECT 1)", { kind: "Explain" }],
    ["EXPLAIN ANALYZE VERBOSE SELECT 1", { kind: "ExplainAnalyze" }],
    ["PREPARE p FROM SELECT ?", { kind: "Prepare" }],
    ["EXECUTE p USING 1, 'a'", { kind: "Execute", arguments: [{}, {}] }],
    ["EXECUTE IMMEDIATE 'SELECT ?' USING 1", { kind: "ExecuteImmediate" }],
    ["DELETE FROM t WHERE a = 1", { kind: "OtherStatement", name: "DELETE" }],
    ["UPDATE t SET a = 1, b = 2 WHERE c", { kind: "OtherStatement", name: "UPDATE" }],
    [
      "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)",
      { kind: "OtherStatement", name: "MERGE" },
    ],
    ["GRANT SELECT ON t TO ROLE admin", { kind: "OtherStatement", name: "GRANT" }],
    ["ALTER TABLE t ADD COLUMN c bigint", { kind: "OtherStatement", name: "ALTER TABLE" }],
    ["SET SESSION x = 1", { kind: "OtherStatement", name: "SET SESSION" }],
  ])("reads %s", (sql, tree) => {
    expect(parseStatement(sql).statement).toMatchObject(tree);
  });
});

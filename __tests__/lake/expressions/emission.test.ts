import { describe, expect, it } from "vitest";
import { Snapshot } from "../../../local/lake/catalog/snapshot";
import { emptyState } from "../../../local/lake/catalog/state";
import { GlueCatalog } from "../../../local/lake/engine/catalog";
import { bind, emit } from "../../../local/lake/trino/compile";
import { parseStatement } from "../../../local/lake/trino/parse";
import { TrinoError } from "../../../local/lake/trino/types/errors";
import { recorded, tables } from "../recorded/statements";

const snapshot = new Snapshot({ tables: tables() }, emptyState);
const catalog = new GlueCatalog(snapshot, "/nowhere", () => new Date());
const session = { zone: "UTC", startMicros: 0n, user: "test" };

/** The statement in DuckDB's words, or undefined where it's refused. */
function emitted(sql: string): string | undefined {
  try {
    const { statement } = parseStatement(sql);
    if (statement.kind !== "Query") return undefined;
    const bound = bind(statement, { catalog, schema: "lake", session, parameters: [] });
    return emit(bound, session, () => ({ sql: '"source"' })).sql;
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

/** SQL without its texts and quoted names. */
const bare = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "''").replace(/"(?:[^"]|"")*"/g, '""');

describe("what reaches DuckDB", () => {
  it("has no name of the statement's outside of quotes: tables, columns, aliases and WITH are numbered", () => {
    const sql = emitted(
      `WITH zz_with AS (SELECT id AS zz_alias, kind FROM events AS zz_table WHERE kind LIKE 'zz%')
       SELECT zz_alias + 1 AS zz_sum, count(*) OVER zz_window, transform(ARRAY[1], zz_item -> zz_item + 1)
       FROM zz_with CROSS JOIN UNNEST(ARRAY[1, 2]) AS zz_unnest(zz_element)
       WINDOW zz_window AS (PARTITION BY kind) ORDER BY zz_sum`,
    );
    expect(sql).toBeDefined();
    expect(bare(sql ?? "")).not.toMatch(/zz_/);
  });

  it("has none of the recorded statements' comments, names or layout", () => {
    const statements = [...recorded("people"), ...recorded("types").filter((_, index) => index % 10 === 0)];
    let count = 0;
    for (const { sql } of statements) {
      const marked = `/* zz_mark */ ${sql} -- zz_mark`;
      const text = emitted(marked);
      if (text === undefined) continue;
      count++;
      expect(text).not.toContain("zz_mark");
      for (const name of ["sensor_data", "events", "lineitem", "nation"])
        expect(bare(text).includes(name) && `${name} in ${text}`).toBe(false);
    }
    expect(count).toBeGreaterThan(500);
  });

  it("is no function of DuckDB's own that Trino has not", () => {
    for (const call of [
      "read_text('/etc/hosts')",
      "getenv('HOME')",
      "current_setting('threads')",
      "list_value(1)",
      "struct_pack(1)",
      "error('x')",
      "pragma_version()",
    ]) {
      expect(() => parseStatement(`SELECT ${call}`)).not.toThrow();
      expect(emitted(`SELECT ${call}`), call).toBeUndefined();
    }
  });
});

describe("a statement of an odd size or shape", () => {
  const refusal = (sql: string) => {
    const started = performance.now();
    try {
      parseStatement(sql);
      return { name: "accepted", milliseconds: performance.now() - started };
    } catch (error) {
      if (!(error instanceof TrinoError)) throw error;
      return { name: error.code, milliseconds: performance.now() - started };
    }
  };

  it.each([
    ["nothing", ""],
    ["only a comment", "-- SELECT 1"],
    ["two statements", "SELECT 1; SELECT 2"],
    ["10,000 nested parentheses", `SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["a megabyte of letters", "x".repeat(1_000_000)],
    ["unknown characters", "SELECT 1 § 2"],
    ["NUL", "SELECT \0"],
  ])("is refused in under a second: %s", (_, sql) => {
    const { name, milliseconds } = refusal(sql);
    expect(name).toMatch(/^(?:SYNTAX_ERROR|QUERY_TEXT_TOO_LARGE)$/);
    expect(milliseconds).toBeLessThan(1000);
  });

  it("may have 5,000 columns", () => {
    const items = Array.from({ length: 5000 }, (_, index) => `id + ${index} AS c${index}`);
    expect(emitted(`SELECT ${items.join(", ")} FROM events`)).toBeDefined();
  });

  it("is written in proportion to its depth where calls that may fail alternate with arithmetic", () => {
    const nested = (levels: number): string =>
      levels === 0 ? "id" : `bitwise_and(${nested(levels - 1)} + 1, 10 / id)`;
    const size = (levels: number) => emitted(`SELECT ${nested(levels)} FROM events`)?.length ?? 0;
    const started = performance.now();
    const [one, two, three] = [size(30), size(60), size(90)];
    expect(performance.now() - started).toBeLessThan(1000);
    expect(three - two).toBeLessThan(1.2 * (two - one));
  });

  it("names the operands of a division of decimals at most three times", () => {
    const sql =
      emitted("SELECT CAST(id AS decimal(12,2)) / (CAST(id AS decimal(12,2)) + 1) FROM events") ?? "";
    expect(sql.length).toBeLessThan(900);
  });
});

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Lake, openLake } from "@streaming-data-lake/lake";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { LAKE_FOLDER, recorded, tables } from "../__tests__/lake/recorded/statements";
import { Snapshot } from "../local/lake/catalog/snapshot";
import { emptyState } from "../local/lake/catalog/state";
import { GlueCatalog } from "../local/lake/engine/catalog";
import { bind, type CompileOptions, emit } from "../local/lake/trino/compile";
import { parseStatement } from "../local/lake/trino/parse";
import { atMost, type Measurement, median } from "./measurement";
import { againstDuckDb } from "./sql/against-duckdb";
import { createTableAs } from "./sql/ctas";
import { tpcds } from "./sql/tpcds";
import { questions } from "./sql/tpch";

/**
 * Measures what Trino's semantics cost in addition to DuckDB: at loading, per statement, for many rows and in memory.
 */
export async function run(): Promise<readonly Measurement[]> {
  const parts = [
    compiling,
    loading,
    largeCatalog,
    () => tpch("TPC-H over 60,000 rows", 1, 1.2),
    () => tpch("TPC-H over 1,000,000 rows", 17, 1.1),
    tpcds,
    createTableAs,
    () => manyStatements(100_000),
  ];
  const measurements: Measurement[] = [];
  for (const part of parts) {
    const some = await part();
    // Results are also printed as they come, because the last part takes minutes.
    for (const { what, value, unit } of some) process.stderr.write(`${what}: ${value.toFixed(2)} ${unit}\n`);
    measurements.push(...some);
  }
  return measurements;
}

/**
 * Measures parsing, binding and emitting every recorded query that people write, after each has been compiled once. The
 * best of five times counts, because other work on the machine strongly affects a time of a millisecond.
 */
function compiling(): Measurement[] {
  const options: CompileOptions = {
    catalog: new GlueCatalog(new Snapshot({ tables: tables() }, emptyState), LAKE_FOLDER, () => new Date()),
    schema: "lake",
    session: { zone: "UTC", startMicros: BigInt(Date.now()) * 1000n, user: "bench" },
    parameters: [],
  };
  const compile = (sql: string) => {
    const { statement } = parseStatement(sql);
    if (statement.kind !== "Query") return;
    emit(bind(statement, options), options.session, () => ({ sql: "(SELECT 1)" }));
  };
  const compiles = (sql: string) => {
    try {
      compile(sql);
      return true;
    } catch {
      return false;
    }
  };
  const statements = recorded("people")
    .map(({ sql }) => sql)
    .filter(compiles);
  const best = (sql: string) => Math.min(...Array.from({ length: 5 }, () => timed(() => compile(sql))));
  const times = statements.map(best).sort((a, b) => a - b);
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  return [
    atMost(`parse, bind and emit of ${statements.length} statements: median`, median(times), "ms", 2),
    atMost("  99th percentile", p99, "ms", 10),
  ];
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Measures loading and the first statement, in separate processes that are started as `npm run query` is. */
function loading(): Measurement[] {
  const root = join(__dirname, "..");
  const first = (what: string) =>
    timed(() =>
      execFileSync(process.execPath, ["scripts/run.cjs", "bench/sql/first.ts", what], { cwd: root }),
    );
  // The very first start makes the bundle, so it is not measured.
  first("lake");
  const pairs = Array.from({ length: 7 }, () => [first("lake"), first("duckdb")] as const);
  const [ours, duckdb] = [median(pairs.map(([lake]) => lake)), median(pairs.map(([, alone]) => alone))];
  return [
    { what: "a process that asks DuckDB alone one statement", value: duckdb, unit: "ms" },
    atMost("  added by the lake", ours - duckdb, "ms", 100),
  ];
}

async function largeCatalog(): Promise<Measurement[]> {
  const [template] = tables();
  if (!template) throw new Error("no recorded table");
  const many = Array.from(
    { length: 1000 },
    (_, index): GlueTable => ({ ...template, name: `table_${index}`, location: `s3://lake/table_${index}/` }),
  );
  return withLake(many, async (lake) => {
    const timeOf = async (sql: string, repeats: number) => {
      await lake.query(sql);
      const times: number[] = [];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const started = performance.now();
        await lake.query(sql);
        times.push(performance.now() - started);
      }
      return median(times);
    };
    return [
      atMost("SELECT 1 with 1,000 tables", await timeOf("SELECT 1", 200), "ms", 2),
      {
        what: "  information_schema.columns",
        value: await timeOf("SELECT * FROM information_schema.columns", 5),
        unit: "ms",
      },
      {
        what: "  the columns of one table",
        value: await timeOf("SELECT * FROM information_schema.columns WHERE table_name = 'table_7'", 5),
        unit: "ms",
      },
    ];
  });
}

async function withLake<Result>(
  glueTables: readonly GlueTable[],
  use: (lake: Lake, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bench-sql-")));
  const lake = await openLake({ tables: glueTables }, folder);
  try {
    return await use(lake, folder);
  } finally {
    lake.close();
    rmSync(folder, { recursive: true });
  }
}

/** Measures TPC-H's queries over the recorded tables, or over several times as many orders. */
function tpch(name: string, copies: number, limit: number): Promise<readonly Measurement[]> {
  return withLake(tables(), async (lake, folder) => {
    const duckdb = await (await DuckDBInstance.create()).connect();
    await copyTables(duckdb, folder, copies);
    const repeats = copies === 1 ? 25 : 9;
    const measurements = await againstDuckDb(name, { lake, duckdb }, questions, { repeats, limit });
    duckdb.closeSync();
    return measurements;
  });
}

/**
 * The tables, with their keys and how far a copy's keys are from those of the copy before. All copies share the nations
 * and regions, as in TPC-H at a larger scale.
 */
const keys = { orderkey: 100_000, custkey: 1_500, partkey: 2_000, suppkey: 100 };
const keysOf: Readonly<Record<string, readonly (keyof typeof keys)[]>> = {
  lineitem: ["orderkey", "partkey", "suppkey"],
  orders: ["orderkey", "custkey"],
  customer: ["custkey"],
  nation: [],
  part: ["partkey"],
  partsupp: ["partkey", "suppkey"],
  region: [],
  supplier: ["suppkey"],
};

/** Writes TPC-H's tables as objects for both engines. What has keys of its own is copied several times with new keys. */
async function copyTables(duckdb: DuckDBConnection, folder: string, copies: number): Promise<void> {
  for (const [table, columns] of Object.entries(keysOf)) {
    const target = join(folder, "lake", table);
    const objects = join(LAKE_FOLDER, "lake", table);
    mkdirSync(target, { recursive: true });
    if (copies > 1 && columns.length > 0) {
      const shifted = columns.map((column) => `${column} + n * ${keys[column]} AS ${column}`);
      await duckdb.run(
        `COPY (SELECT * REPLACE (${shifted}) FROM read_parquet('${objects}/*'), range(${copies}) AS c(n))
           TO '${target}/00.parquet' (FORMAT parquet, ROW_GROUP_SIZE 122880)`,
      );
    } else cpSync(objects, target, { recursive: true });
    await duckdb.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet('${target}/*')`);
  }
}

/** Measures the memory that stays in use after many statements with different texts. */
async function manyStatements(count: number): Promise<Measurement[]> {
  return withLake([], async (lake) => {
    let before = 0;
    const started = performance.now();
    for (let index = 0; index < count; index++) {
      await lake.query(`SELECT ${index} + length(format('%d', ${index % 97})) AS n`);
      if (index === count / 10) before = process.memoryUsage().rss;
    }
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    return [
      {
        what: `${count.toLocaleString("en-US")} statements: each`,
        value: (performance.now() - started) / count,
        unit: "ms",
      },
      atMost("  memory that they leave, of the last nine tenths", grown, "MB", 50),
    ];
  });
}

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openLake } from "@streaming-data-lake/lake";
import { tablesIn } from "../../__tests__/lake/recorded/statements";
import type { Measurement } from "../measurement";
import { againstDuckDb, type Questions } from "./against-duckdb";

const limit = 1.2;
const repeats = 7;

const needed = `BENCH_TPCDS names a folder with
  queries/*.sql          a query each in Trino's SQL, with tables named without a schema, such as those of Trino's or
                         Presto's benchmarks (sql/presto/tpcds) without "\${database}.\${schema}."
  tables.json            {"store_sales": {"columns": [["ss_item_sk", "bigint"], …], "partitionKeys": []}, …} in Hive's types
  store_sales/*.parquet  … the objects of each of the 24 tables, such as a Trino server with the connectors tpcds and hive
                         writes with CREATE TABLE hive.tiny.store_sales AS SELECT * FROM tpcds.tiny.store_sales`;

/**
 * Compares TPC-DS with DuckDB, if its tables are available. This project can't include them or the queries, because it
 * has no right to distribute them. Queries are left out if DuckDB does not accept them as they are written for Trino,
 * or if they fail because of the data, such as by a division by zero.
 */
export async function tpcds(): Promise<readonly Measurement[]> {
  const source = process.env.BENCH_TPCDS;
  if (source === undefined) {
    process.stderr.write(`TPC-DS is left out. To run it, ${needed}\n`);
    return [];
  }
  const missing = ["tables.json", "queries"].filter((name) => !existsSync(join(source, name)));
  if (missing.length > 0) throw new Error(`${source} has no ${missing.join(" and no ")}. ${needed}`);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bench-tpcds-")));
  const tables = tablesIn(source, "tpcds");
  const lake = await openLake({ tables }, folder);
  const duckdb = await (await DuckDBInstance.create()).connect();
  try {
    for (const { name, columns } of tables) {
      const objects = join(folder, "tpcds", name);
      cpSync(join(source, name), objects, { recursive: true });
      await duckdb.run(
        `CREATE VIEW ${name} AS SELECT ${columns.map(read)} FROM read_parquet('${objects}/*')`,
      );
    }
    const all = questionsIn(join(source, "queries"));
    const here = await taken(all, (sql) => lake.query(sql));
    const both = await taken(here, (sql) => duckdb.runAndReadAll(sql));
    const size = (some: object) => Object.keys(some).length;
    return [
      { what: `TPC-DS: answered of ${size(all)} questions`, value: size(here), unit: "questions" },
      ...(await againstDuckDb(`  ${size(both)} of them that DuckDB takes too`, { lake, duckdb }, both, {
        repeats,
        limit,
      })),
    ];
  } finally {
    lake.close();
    duckdb.closeSync();
    rmSync(folder, { recursive: true });
  }
}

/** A column for DuckDB. A char(n) is padded, because the queries compare it with texts of its full length. */
const read = ({ name, type }: { readonly name: string; readonly type: string }): string => {
  const [, length] = /^char\((\d+)\)$/.exec(type) ?? [];
  return length === undefined ? name : `rpad(${name}, ${length}, ' ') AS ${name}`;
};

const questionsIn = (folder: string): Questions =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith(".sql"))
      .sort()
      .map((name) => [
        basename(name, ".sql"),
        readFileSync(join(folder, name), "utf8").trim().replace(/;$/, ""),
      ]),
  );

/** Runs each query once, and returns those that succeed. */
async function taken(questions: Questions, ask: (sql: string) => Promise<unknown>): Promise<Questions> {
  const answered: Record<string, string> = {};
  for (const [name, sql] of Object.entries(questions))
    try {
      await ask(sql);
      answered[name] = sql;
    } catch (error) {
      process.stderr.write(`  ${name} is left out: ${String(error).split("\n")[0]}\n`);
    }
  return answered;
}

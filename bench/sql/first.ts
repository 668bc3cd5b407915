/**
 * Loads an engine and runs one statement on it. The argument `lake` means this project's engine, and `duckdb` means
 * DuckDB alone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const statement = "SELECT upper(a), count(*) FROM (VALUES ('a', 1), ('b', 2)) AS t (a, b) GROUP BY upper(a)";

async function lake(): Promise<void> {
  const { openLake } = await import("@streaming-data-lake/lake");
  const folder = mkdtempSync(join(tmpdir(), "bench-first-"));
  const opened = await openLake({ tables: [] }, folder);
  await opened.query(statement);
  opened.close();
  rmSync(folder, { recursive: true });
}

async function duckdb(): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.runAndReadAll(statement);
}

void (process.argv[2] === "lake" ? lake() : duckdb());

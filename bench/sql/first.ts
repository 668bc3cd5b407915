/**
 * Loads what a statement needs, asks the first one, and prints the milliseconds that both took:
 * `lake` is this project's engine with a table, `duckdb` DuckDB alone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

async function lake(): Promise<void> {
  const { openLake } = await import("@streaming-data-lake/lake");
  const folder = mkdtempSync(join(tmpdir(), "bench-first-"));
  const opened = await openLake({ tables: [] }, folder);
  await opened.query("SELECT 1");
  opened.close();
  rmSync(folder, { recursive: true });
}

async function duckdb(): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.runAndReadAll("SELECT 1");
}

const started = performance.now();
void (process.argv[2] === "lake" ? lake() : duckdb()).then(() => {
  console.log(performance.now() - started);
});

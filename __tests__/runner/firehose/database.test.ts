import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import { expect, it, onTestFinished, vi } from "vitest";
import { ConversionDatabase } from "../../../local/runner/firehose/database";
import { temporaryFolder } from "../../support/folders";

function open() {
  const folder = temporaryFolder();
  const abort = new AbortController();
  const database = new ConversionDatabase(join(folder, "spill"), abort.signal);
  onTestFinished(() => database.close());
  return { database, abort, file: join(folder, "one.parquet") };
}

it("a DuckDB that is lost fails one statement and is replaced for the next", async () => {
  const { database, file } = open();
  await database.run("SELECT 1");
  const connections = vi.spyOn(DuckDBConnection.prototype, "run");
  onTestFinished(() => connections.mockRestore());
  connections.mockImplementationOnce(function (this: DuckDBConnection) {
    this.closeSync();
    return this.run("SELECT 1");
  });
  await expect(database.run(`COPY (SELECT 1 AS a) TO '${file}'`)).rejects.toThrow("disconnected");
  await database.run(`COPY (SELECT 1 AS a) TO '${file}'`);
  expect(existsSync(file)).toBe(true);
});

it("a statement that fails leaves the others alone", async () => {
  const { database } = open();
  const [first, second] = await Promise.allSettled([database.run("SELECT nope"), database.run("SELECT 1")]);
  expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
});

it("the abort ends the statement that is under way, and those behind it", async () => {
  const { database, abort } = open();
  const endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";
  const both = Promise.allSettled([database.run(endless), database.run(endless)]);
  setTimeout(() => abort.abort(), 300);
  const started = performance.now();
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(performance.now() - started).toBeLessThan(10_000);
});

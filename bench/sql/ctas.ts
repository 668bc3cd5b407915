import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Lake, openLake } from "@streaming-data-lake/lake";
import { atMost, type Measurement, median } from "../measurement";

const rows = 1_000_000;
const repeats = 7;

/**
 * Compares CREATE TABLE AS with a million rows to DuckDB's own COPY over the same Parquet objects, and measures the
 * memory with ten times as many rows.
 */
export async function createTableAs(): Promise<readonly Measurement[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bench-ctas-")));
  const duckdb = await (await DuckDBInstance.create()).connect();
  const lake = await openLake({ tables: [] }, folder);
  try {
    for (const [name, count] of [["small", rows] as const, ["large", 10 * rows] as const])
      await makeSource(duckdb, lake, { folder, name, count });
    const ratio = await ratioToCopy(duckdb, lake, folder);
    const memory = await memoryOf(lake);
    return [
      atMost("CREATE TABLE AS of 1,000,000 rows by DuckDB's COPY", ratio, "times", 1.3),
      atMost("  memory of ten times the rows by that of one", memory, "times", 1.3),
    ];
  } finally {
    lake.close();
    duckdb.closeSync();
    rmSync(folder, { recursive: true });
  }
}

const columns = ["id", "sensor", "temperature", "moment"];

async function makeSource(
  duckdb: DuckDBConnection,
  lake: Lake,
  { folder, name, count }: { readonly folder: string; readonly name: string; readonly count: number },
): Promise<void> {
  await lake.query(
    `CREATE EXTERNAL TABLE ${name} (id bigint, sensor string, temperature double, moment timestamp) STORED AS PARQUET LOCATION 's3://lake/${name}/'`,
  );
  // All rows are in one object.
  await duckdb.run(
    `COPY (SELECT i AS id, 'sensor-' || (i % 1000) AS sensor, (i * 7919 % 10000) / 100 AS temperature, TIMESTAMP '2024-01-15' + to_seconds(i) AS moment FROM range(${count}) AS r(i)) TO '${objectOf(folder, name)}' (FORMAT parquet)`,
  );
}

function objectOf(folder: string, name: string): string {
  const path = join(folder, "lake", name);
  mkdirSync(path, { recursive: true });
  return join(path, "a.parquet");
}

async function ratioToCopy(duckdb: DuckDBConnection, lake: Lake, folder: string): Promise<number> {
  const source = join(folder, "lake/small/a.parquet");
  const ours: number[] = [];
  const plain: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const started = performance.now();
    await lake.query(
      `CREATE TABLE made_${repeat} WITH (write_compression = 'SNAPPY') AS SELECT ${columns.join(", ")} FROM small`,
    );
    const between = performance.now();
    await duckdb.run(
      `COPY (SELECT ${columns.join(", ")} FROM '${source}') TO '${join(folder, `plain_${repeat}`)}' (FORMAT parquet, COMPRESSION snappy, PER_THREAD_OUTPUT true)`,
    );
    plain.push(performance.now() - between);
    ours.push(between - started);
  }
  return median(ours) / median(plain);
}

/** The peak resident memory while ten million rows are written, relative to the peak while one million are. */
async function memoryOf(lake: Lake): Promise<number> {
  const peakOf = async (name: string) => {
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    await lake.query(`CREATE TABLE peak_${name} AS SELECT ${columns.join(", ")} FROM ${name}`);
    clearInterval(timer);
    return peak;
  };
  const one = await peakOf("small");
  return (await peakOf("large")) / one;
}

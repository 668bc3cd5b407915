import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openLake } from "@streaming-data-lake/lake";
const main = async () => {
  const folder = realpathSync(mkdtempSync("/tmp/ctas-"));
  const duckdb = await (await DuckDBInstance.create()).connect();
  const lake = await openLake({ tables: [] }, folder);
  await lake.query(`CREATE EXTERNAL TABLE small (id bigint, sensor string, temperature double, moment timestamp) STORED AS PARQUET LOCATION 's3://lake/small/'`);
  const path = join(folder, "lake/small"); mkdirSync(path, { recursive: true });
  await duckdb.run(`COPY (SELECT i AS id, 'sensor-' || (i % 1000) AS sensor, (i * 7919 % 10000) / 100 AS temperature, TIMESTAMP '2024-01-15' + to_seconds(i) AS moment FROM range(1000000) AS r(i)) TO '${path}/a.parquet' (FORMAT parquet)`);
  const src = `'${path}/a.parquet'`;
  const ms = `CASE WHEN epoch_us(CAST(moment AS TIMESTAMP)) % 1000 = 0 THEN CAST(moment AS TIMESTAMP) ELSE make_timestamp(CAST(floor((epoch_us(CAST(moment AS TIMESTAMP)) + 500) / 1000) AS BIGINT) * 1000) END`;
  let n = 0;
  const copy = (q: string, o: string) => () => duckdb.run(`COPY (${q}) TO '${join(folder, `p_${n++}`)}' (FORMAT parquet, COMPRESSION snappy, ${o})`);
  const ways: Record<string, () => Promise<unknown>> = {
    plain: copy(`SELECT id, sensor, temperature, moment FROM ${src}`, "PER_THREAD_OUTPUT true"),
    ms: copy(`SELECT id, sensor, temperature, ${ms} AS moment FROM ${src}`, "PER_THREAD_OUTPUT true"),
    ms2: copy(`SELECT id, sensor, temperature, CASE WHEN epoch_us(moment) % 1000 = 0 THEN moment ELSE make_timestamp(0) END AS moment FROM ${src}`, "PER_THREAD_OUTPUT true"),
    filename: copy(`SELECT id, sensor, temperature, moment FROM read_parquet([${src}], hive_partitioning=false, filename='lake_object')`, "PER_THREAD_OUTPUT true"),
    pattern: copy(`SELECT id, sensor, temperature, moment FROM ${src}`, "PER_THREAD_OUTPUT true, OVERWRITE_OR_IGNORE true, FILENAME_PATTERN 'x_{uuid}'"),
    single: copy(`SELECT id, sensor, temperature, moment FROM ${src}`, "PRESERVE_ORDER false"),
    both: copy(`SELECT id, sensor, temperature, ${ms} AS moment FROM read_parquet([${src}], hive_partitioning=false, filename='lake_object')`, "PER_THREAD_OUTPUT true"),
    ours: () => lake.query(`CREATE TABLE made_${n++} WITH (write_compression = 'SNAPPY') AS SELECT id, sensor, temperature, moment FROM small`),
  };
  const cpu: Record<string, number[]> = {}, wall: Record<string, number[]> = {};
  for (let i = 0; i < 12; i++)
    for (const [k, f] of Object.entries(ways).filter(([k]) => k === "ours")) {
      const a = process.cpuUsage(), t = performance.now();
      await f();
      const c = process.cpuUsage(a);
      (cpu[k] ??= []).push((c.user + c.system) / 1000); (wall[k] ??= []).push(performance.now() - t);
    }
  const med = (x: number[]) => x.sort((p, q) => p - q)[Math.floor(x.length / 2)]!.toFixed(0);
  for (const k of ["ours"]) console.log(k.padEnd(10), "cpu", med(cpu[k]!), "min", cpu[k]![0]!.toFixed(0), "wall", med(wall[k]!), "min", wall[k]![0]!.toFixed(0));
  lake.close(); duckdb.closeSync(); rmSync(folder, { recursive: true });
};
void main();

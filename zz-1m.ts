import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { LAKE_FOLDER, tables } from "./__tests__/lake/recorded/statements";
import { questions } from "./bench/sql/tpch";
import { openLake } from "./local/lake";

const keys: any = { orderkey: 100_000, custkey: 1_500, partkey: 2_000, suppkey: 100 };
const keysOf: any = {
  lineitem: ["orderkey", "partkey", "suppkey"],
  orders: ["orderkey", "custkey"],
  customer: ["custkey"],
  nation: [],
  part: ["partkey"],
  partsupp: ["partkey", "suppkey"],
  region: [],
  supplier: ["suppkey"],
};
const folder = "/tmp/s20/lake1m";
(async () => {
  const duckdb = await (await DuckDBInstance.create()).connect();
  const first = !existsSync(folder);
  for (const [table, columns] of Object.entries<any>(keysOf)) {
    const target = join(folder, "lake", table),
      objects = join(LAKE_FOLDER, "lake", table);
    if (first) {
      mkdirSync(target, { recursive: true });
      if (columns.length) {
        const sh = columns.map((c: string) => `${c} + n * ${keys[c]} AS ${c}`);
        await duckdb.run(
          `COPY (SELECT * REPLACE (${sh}) FROM read_parquet('${objects}/*'), range(17) AS c(n)) TO '${target}/00.parquet' (FORMAT parquet, ROW_GROUP_SIZE 122880)`,
        );
      } else cpSync(objects, target, { recursive: true });
    }
    await duckdb.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet('${target}/*')`);
  }
  let texts: string[] = [];
  let inside = 0;
  let t0 = 0;
  for (const m of ["run", "stream", "runAndReadAll"] as const) {
    const o = (DuckDBConnection.prototype as any)[m];
    (DuckDBConnection.prototype as any)[m] = async function (sql: string, ...r: any[]) {
      if (this === duckdb) return o.call(this, sql, ...r);
      texts.push(sql);
      const s = performance.now();
      if (!t0) t0 = s;
      const x = await o.call(this, sql, ...r);
      inside += performance.now() - s;
      return x;
    };
  }
  const lake = await openLake({ tables: tables() }, folder);
  {
    const small = await openLake({ tables: tables() }, LAKE_FOLDER);
    for (let i = 0; i < 30; i++) for (const sql of Object.values(questions)) await small.query(sql);
    small.close();
  }
  const only = process.argv[2]?.split(",");
  const N = +(process.env.N ?? 11);
  for (const sql of Object.values(questions)) await lake.query(sql);
  const rs: number[] = [];
  for (const [q, sql] of Object.entries(questions)) {
    if (only && !only.includes(q)) continue;
    const b = { ours: 1e9, before: 1e9, duck: 1e9, plain: 1e9, emitted: 1e9 };
    let text = "";
    for (let i = 0; i < N; i++) {
      texts = [];
      inside = 0;
      t0 = 0;
      let s = performance.now();
      await lake.query(sql);
      const e = performance.now();
      if (e - s < b.ours) {
        b.ours = e - s;
        b.before = t0 - s;
        b.duck = inside;
      }
      text = texts.at(-1)!;
      s = performance.now();
      (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
      b.plain = Math.min(b.plain, performance.now() - s);
      s = performance.now();
      await duckdb.runAndReadAll(text).catch(() => {});
      b.emitted = Math.min(b.emitted, performance.now() - s);
    }
    writeFileSync(`/tmp/s20/e-${q}.sql`, text);
    writeFileSync(`/tmp/s20/p-${q}.sql`, sql);
    rs.push(b.ours / b.plain);
    console.log(
      q,
      "ours",
      b.ours.toFixed(1),
      "plain",
      b.plain.toFixed(1),
      (b.ours / b.plain).toFixed(2),
      "| before duck",
      b.before.toFixed(2),
      "in duck",
      b.duck.toFixed(1),
      "rest",
      (b.ours - b.before - b.duck).toFixed(2),
      "| emitted on plain conn",
      b.emitted.toFixed(1),
      "n",
      texts.length,
    );
  }
  rs.sort((a, b) => a - b);
  console.log(
    "median",
    ((rs[Math.floor((rs.length - 1) / 2)]! + rs[Math.ceil((rs.length - 1) / 2)]!) / 2).toFixed(3),
  );
  process.exit(0);
})();

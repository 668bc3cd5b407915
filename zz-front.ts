import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { DuckDBConnection } from "@duckdb/node-api";
import { tables } from "./__tests__/lake/recorded/statements";
import { questions } from "./bench/sql/tpch";
import { openLake } from "./local/lake";

(async () => {
  let stub = false;
  const o = (DuckDBConnection.prototype as any).run,
    os = (DuckDBConnection.prototype as any).stream;
  const empty: any = {
    async *yieldRowObjects() {},
    async fetchChunk() {
      return null;
    },
    async fetchAllChunks() {
      return [];
    },
    columnCount: 0,
  };
  (DuckDBConnection.prototype as any).run = async function (sql: string, ...r: any[]) {
    return stub ? empty : o.call(this, sql, ...r);
  };
  (DuckDBConnection.prototype as any).stream = async function (sql: string, ...r: any[]) {
    return stub ? empty : os.call(this, sql, ...r);
  };
  const lake = await openLake({ tables: tables() }, "/tmp/s20/lake1m");
  for (const sql of Object.values(questions)) await lake.query(sql);
  stub = true;
  const N = +(process.env.N ?? 100);
  const round = async () => {
    for (const sql of Object.values(questions)) await lake.query(sql);
  };
  for (let i = 0; i < 30; i++) await round();
  const ses = new Session();
  ses.connect();
  if (process.env.PROF) {
    await ses.post("Profiler.enable");
    await ses.post("Profiler.setSamplingInterval", { interval: 200 });
    await ses.post("Profiler.start");
  }
  const per: Record<string, number> = {};
  const s = process.cpuUsage();
  for (let i = 0; i < N; i++)
    for (const [q, sql] of Object.entries(questions)) {
      const t = performance.now();
      await lake.query(sql);
      per[q] = Math.min(per[q] ?? 1e9, performance.now() - t);
    }
  const u = process.cpuUsage(s);
  console.log(
    "cpu ms/statement",
    ((u.user + u.system) / 1e3 / N / 22).toFixed(3),
    "best wall mean",
    (Object.values(per).reduce((a, b) => a + b) / 22).toFixed(3),
  );
  console.log(
    Object.entries(per)
      .map(([q, t]) => q + " " + t.toFixed(2))
      .join("  "),
  );
  if (process.env.PROF) {
    const { profile } = await ses.post("Profiler.stop");
    writeFileSync("/tmp/s20/front.cpuprofile", JSON.stringify(profile));
  }
  process.exit(0);
})();

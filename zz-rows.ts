import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { tables } from "./__tests__/lake/recorded/statements";
import { openLake } from "./local/lake";

(async () => {
  const duckdb = await (await DuckDBInstance.create()).connect();
  for (const t of ["lineitem", "orders"])
    await duckdb.run(`CREATE VIEW ${t} AS SELECT * FROM read_parquet('/tmp/s20/lake1m/lake/${t}/*')`);
  const lake = await openLake({ tables: tables() }, "/tmp/s20/lake1m");
  const ses = new Session();
  ses.connect();
  await ses.post("Profiler.enable");
  for (const [name, sql] of [
    ["numbers", "SELECT orderkey, extendedprice FROM lineitem LIMIT 200000"],
    ["strings", "SELECT returnflag, comment FROM lineitem LIMIT 200000"],
    ["dates", "SELECT shipdate, commitdate FROM lineitem LIMIT 200000"],
    ["wide", "SELECT * FROM lineitem LIMIT 100000"],
    ["arrays", "SELECT orderkey, ARRAY[partkey, suppkey] AS a FROM lineitem LIMIT 100000"],
    ["ordered", "SELECT orderkey, extendedprice FROM (SELECT * FROM lineitem LIMIT 200000) ORDER BY 1"],
  ] as const) {
    let ours = 1e9,
      cpu = 1e9,
      plain = 1e9,
      pcpu = 1e9,
      text = 1e9;
    if (process.env.PROF === name) await ses.post("Profiler.start");
    for (let i = 0; i < 5; i++) {
      let u = process.cpuUsage(),
        s = performance.now();
      await lake.query(sql);
      ours = Math.min(ours, performance.now() - s);
      let d = process.cpuUsage(u);
      cpu = Math.min(cpu, (d.user + d.system) / 1e3);
      u = process.cpuUsage();
      s = performance.now();
      (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
      plain = Math.min(plain, performance.now() - s);
      d = process.cpuUsage(u);
      pcpu = Math.min(pcpu, (d.user + d.system) / 1e3);
      u = process.cpuUsage();
      await lake.query(sql, [], { values: "text" } as any);
      d = process.cpuUsage(u);
      text = Math.min(text, (d.user + d.system) / 1e3);
    }
    if (process.env.PROF === name) {
      const { profile } = await ses.post("Profiler.stop");
      writeFileSync("/tmp/s20/rows.cpuprofile", JSON.stringify(profile));
    }
    console.log(
      name.padEnd(10),
      "ours",
      ours.toFixed(0),
      "cpu",
      cpu.toFixed(0),
      "text cpu",
      text.toFixed(0),
      "| plain",
      plain.toFixed(0),
      "cpu",
      pcpu.toFixed(0),
    );
  }
  process.exit(0);
})();

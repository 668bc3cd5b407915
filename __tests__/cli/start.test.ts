import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { type Ended, ended, leftProcesses, rowsOf, start } from "./start-process";
import { runCli } from "./support";

const folder = temporaryFolder();
let dir: string;

beforeAll(async () => {
  dir = join(folder, "lake");
});

describe("npm start", () => {
  let child: ChildProcess;
  let first: Ended;

  beforeAll(async () => {
    child = start(folder, "--json", "--dir", dir);
    first = await ended(child);
  }, 60_000);

  it("ends well and warns of nothing", () => {
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).not.toMatch(/warning|deprecat/i);
  });

  it("sums up with counts that add up", () => {
    const { produced, lambda, delivery, queries, seconds } = JSON.parse(first.stdout);
    expect(produced).toBe(100);
    expect(lambda).toEqual({ processed: 100, invalid: 0, failed: 0, alerts: 4 });
    expect(delivery).toMatchObject({ records: 100, parquetObjects: 1, rawObjects: 1, errorObjects: 0 });
    expect(queries).toEqual({
      "latest-readings": { rows: 10 },
      "average-temperature-by-sensor": { rows: 10 },
      "high-temperature-readings": { rows: 4 },
    });
    expect(seconds).toBeGreaterThan(0);
  });

  it("writes each reading to Parquet, with the columns of the table, in the day's partition", async () => {
    const rows = await rowsOf(
      `SELECT count(*)::INT AS readings, count(DISTINCT sensor_id)::INT AS sensors, typeof(any_value("timestamp")) AS time,
         min(dt) = max(dt) AND min(dt) >= strftime(now() - INTERVAL 1 DAY, '%Y-%m-%d') AS recent
       FROM read_parquet('${dir}/lake/*/processed/sensor_data/*/*.parquet', hive_partitioning = true, hive_types = {dt: VARCHAR})`,
    );
    expect(rows).toEqual([{ readings: 100, sensors: 10, time: "TIMESTAMP", recent: true }]);
  });

  it("keeps the readings as they were sent, one JSON object a line", async () => {
    const rows = await rowsOf(
      `SELECT count(*)::INT AS readings, count(temperature)::INT AS temperatures
       FROM read_ndjson('${dir}/lake/*/raw/sensor_data/*/*.gz')`,
    );
    expect(rows).toEqual([{ readings: 100, temperatures: 100 }]);
  });

  it("writes nothing outside its folder and the synthesized stack", async () => {
    expect((await readdir(folder)).sort()).toEqual(["cdktf.out", "lake"]);
  });

  it("leaves no runner and no process behind", async () => {
    await expect.poll(() => leftProcesses(child), { timeout: 3_000 }).toBe(false);
    expect(existsSync(join(dir, "runtime.json"))).toBe(false);
  });
});

describe("npm start with bad input", () => {
  it("says in one line what is wrong, with an exit code of its own", async () => {
    const message = "start: unknown option --cuont; did you mean --count?\n";
    expect(await runCli(["start", "--cuont", "5"])).toEqual({ code: 2, stdout: "", stderr: message });
  });

  it.each([
    [["--count", "abc"], '--count is "abc"; it must be a whole number from 1 to 1,000,000'],
    [["--count", "0"], '--count is "0"; it must be a whole number from 1 to 1,000,000'],
    [["--count", "1.5"], '--count is "1.5"; it must be a whole number from 1 to 1,000,000'],
    [["--count", "1000001"], '--count is "1000001"; it must be a whole number from 1 to 1,000,000'],
    [["--count"], "--count needs a value; --help lists what there is"],
    [["--json=yes"], "unknown option --json=yes; --help lists what there is"],
    [["100"], "it takes no arguments, only flags; --help lists them"],
  ])("refuses %j", async (args, message) => {
    expect(await runCli(["start", ...args])).toEqual({ code: 2, stdout: "", stderr: `start: ${message}\n` });
  });

  it("explains itself", async () => {
    const { code, stdout } = await runCli(["start", "--help"]);
    expect(code).toBe(0);
    for (const option of ["--count", "--dir", "--json"]) expect(stdout).toContain(option);
  });
});

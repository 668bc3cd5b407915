import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { ended, leftProcesses, rowsOf, start } from "./start-process";

it("works the same a second time; the lake grows, and of a long answer ten rows are printed", async () => {
  const folder = temporaryFolder();
  const dir = join(folder, "lake");
  expect((await ended(start(folder, "--count", "400", "--dir", dir))).code).toBe(0);
  const { code, stdout, stderr } = await ended(start(folder, "--count", "50", "--dir", dir));
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/✓ produce\s+50 readings sent to sensor-lake-dev-readings/);
  expect(stdout).toMatch(/✓ process\s+50 processed, 0 invalid, 0 failed/);
  expect(stdout).toMatch(/✓ deliver\s+50 readings/);
  expect(stdout).toMatch(/✓ rollup\s+\d+ rows by sensor and hour/);
  expect(stdout).toContain("The ten latest readings (latest-readings)");
  expect(stdout).toContain(`The lake in ${dir} has 450 readings; 400 of them are from earlier runs.`);
  const [, rows = "", more] =
    /high-temperature-readings\)\n([\s\S]*?)\n(\d+) more rows: npm run query -- --name high-temperature-readings --dir /.exec(
      stdout,
    ) ?? [];
  expect(rows.match(/^│ sensor-/gm)).toHaveLength(10);
  const high = `SELECT count(*)::INT AS n FROM read_parquet('${dir}/lake/*/processed/sensor_data/*/*.parquet') WHERE temperature > 30`;
  expect(await rowsOf(high)).toEqual([{ n: Number(more) + 10 }]);
  expect(stdout).not.toContain("\u001b");
  const pattern = `${dir}/lake/*/processed/sensor_data/*/*.parquet`;
  expect(await rowsOf(`SELECT count(*)::INT AS readings FROM read_parquet('${pattern}')`)).toEqual([
    { readings: 450 },
  ]);
}, 120_000);

it("stopped by a signal, ends at once, with the signal's exit code and nothing left behind", async () => {
  const folder = temporaryFolder();
  const interrupted = join(folder, "interrupted");
  const child = start(folder, "--count", "200000", "--dir", interrupted);
  const end = ended(child);
  child.stdout?.on("data", (chunk) => {
    if (String(chunk).includes("✓ start")) child.kill("SIGINT");
  });
  const { code, stderr } = await end;
  expect({ code, stderr }).toEqual({ code: 130, stderr: "start: stopped\n" });
  await expect.poll(() => leftProcesses(child), { timeout: 3_000 }).toBe(false);
  expect(existsSync(join(interrupted, "runtime.json"))).toBe(false);
}, 60_000);

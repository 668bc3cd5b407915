import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Counters } from "../../local/runner/counters";
import { findRunner, getJson, type RuntimeFile } from "../../local/runner/runtime-file";
import { temporaryFolder } from "../support/folders";
import { synthesizeInto } from "../support/pipeline-folder";
import { program } from "../support/program";
import { runCli } from "./support";

async function acknowledged({ status }: RuntimeFile): Promise<number | undefined> {
  const { streams } = (await getJson(status)) as Counters;
  return streams[0]?.acknowledged;
}

describe("npm run verify", () => {
  it.each([
    ["sends", 100_000, 1],
    ["looks", 10, 10],
  ])("says in one line that the runner has ended while it %s", async (_, count, sent) => {
    const folder = temporaryFolder();
    const slow = synthesizeInto(join(folder, "slow"));
    const dir = join(folder, "ending");
    const runner = spawn(
      process.execPath,
      [...program("cli/main.ts"), "run", "--stack", slow, "--dir", dir, "--port", "0"],
      { cwd: join(__dirname, "../.."), stdio: "ignore" },
    );
    try {
      const runtime = await vi.waitUntil(() => findRunner(dir), { timeout: 60_000, interval: 200 });
      const verifying = runCli(["verify", "--stack", slow, "--dir", dir, "--count", String(count)]);
      await vi.waitUntil(async () => Number(await acknowledged(runtime)) >= sent, {
        timeout: 60_000,
        interval: 50,
      });
      runner.kill("SIGKILL");
      const { code, stderr } = await verifying;
      expect([code, stderr]).toEqual([1, `verify: the runner (pid ${runner.pid}) has ended\n`]);
    } finally {
      runner.kill("SIGKILL");
    }
  });
});

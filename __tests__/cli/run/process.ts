import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, onTestFinished } from "vitest";
import { type RuntimeFile, runtimePath } from "../../../local/runner/runtime-file";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";

/** The command line in a process of its own, which ends with the test. */
export function start(args: readonly string[], cwd = temporaryFolder()) {
  const child: ChildProcess = spawn(process.execPath, [...program("cli/main.ts"), ...args], { cwd });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((done) => {
    child.once("close", (code) => done({ code, out, err }));
  });
  return { child, ended, err: () => err };
}

/** What the runner of a folder has written of itself, as soon as it is ready. */
export async function runtimeOf(dir: string): Promise<RuntimeFile> {
  await expect.poll(() => existsSync(runtimePath(dir)), { timeout: 45_000 }).toBe(true);
  return JSON.parse(readFileSync(runtimePath(dir), "utf8"));
}

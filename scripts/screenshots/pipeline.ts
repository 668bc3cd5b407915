import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RunningPipeline {
  /** URL of the console, including its token. */
  readonly url: string;
  end(): void;
}

/** Runs the pipeline as `npm run local` does, in a temporary folder. */
export async function startPipeline(): Promise<RunningPipeline> {
  const dir = mkdtempSync(join(tmpdir(), "screenshots-"));
  const ports = ["--port", "0", "--aws-port", "0", "--console-port", "0"];
  const child = spawn(process.execPath, ["scripts/run.cjs", "cli/main.ts", "run", "--dir", dir, ...ports], {
    cwd: join(__dirname, "../.."),
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface(child.stderr)) {
    const [, url] = /^console: (\S+)$/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stderr.resume();
    return {
      url,
      end: () => {
        child.once("exit", () => rmSync(dir, { recursive: true, force: true }));
        child.kill("SIGINT");
      },
    };
  }
  throw new Error("the pipeline ended before it served its console");
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { program } from "../../support/program";

/** How to wait for what a command does. Milliseconds; no longer than a test may take. */
export const polling = { interval: 20, timeout: 60_000 };

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line in a folder, without AWS configuration. */
export function startCommand(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(process.execPath, [...program("producer/cli.ts"), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const finished = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, finished };
}

/** Runs the command line to its end. */
export function runCommand(
  cwd: string,
  args: readonly string[],
  input = "",
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const { child, finished } = startCommand(cwd, args, env);
  child.stdin?.end(input);
  return finished;
}

/** A reading as a line of a file. */
export const reading = (sensor: string, temperature: unknown = 21.5) =>
  JSON.stringify({
    sensor_id: sensor,
    temperature,
    humidity: 60.1,
    timestamp: "2024-01-15T10:30:00Z",
    location: "warehouse-A",
  });

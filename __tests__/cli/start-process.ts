import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { DuckDBInstance } from "@duckdb/node-api";
import { program } from "../support/program";

const root = join(__dirname, "../..");

/** `npm start -- …` in a process group of its own, synthesizing into a folder of its own. */
export function start(folder: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [...program("cli/main.ts"), "start", ...args], {
    cwd: root,
    env: { ...process.env, CDKTF_OUTDIR: join(folder, "cdktf.out"), NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** Whether any process of the group that the child began is alive. */
export function leftProcesses({ pid }: ChildProcess): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function ended(child: ChildProcess): Promise<Ended> {
  if (!child.stdout || !child.stderr) throw new Error("no pipes");
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, stdout, stderr };
}

export async function rowsOf(sql: string): Promise<unknown[]> {
  const database = await DuckDBInstance.create();
  const connection = await database.connect();
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

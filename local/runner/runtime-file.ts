import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { replaceFile } from "./state-file";

/** `.local/runtime.json`: what others need to know of the runner while it runs. */
export interface RuntimeFile {
  readonly pid: number;
  readonly region: string;
  /** Base URL of Kinesis. */
  readonly endpoint: string;
  readonly streams: readonly string[];
  /** Folder of each bucket, by name. */
  readonly buckets: Readonly<Record<string, string>>;
  /** URL that answers with the runner's status as JSON. */
  readonly status: string;
}

/** What the lock holds: who, and where that runner can be asked. */
interface Owner {
  readonly pid: number;
  readonly status: string;
}

export const runtimePath = (dir: string): string => join(dir, "runtime.json");
const lockPath = (dir: string): string => join(dir, "runner.lock");

/**
 * Takes the folder for this runner. A lock that a killed runner left behind is recognized and replaced.
 *
 * @throws StackError when another runner works there.
 */
export async function lockFolder(dir: string, owner: Owner): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(lockPath(dir), "wx");
      writeSync(file, JSON.stringify(owner));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const other = readJson<Owner>(lockPath(dir));
      if (other && (await isRunning(other)))
        throw new StackError(
          `a runner (pid ${other.pid}) is already running on ${dir}: stop it, or use another --dir`,
        );
      rmSync(lockPath(dir), { force: true });
    }
  }
  throw new StackError(`another runner is starting on ${dir}`);
}

export function publish(dir: string, runtime: RuntimeFile): void {
  replaceFile(runtimePath(dir), `${JSON.stringify(runtime, null, 2)}\n`);
}

export function unlockFolder(dir: string): void {
  rmSync(runtimePath(dir), { force: true });
  rmSync(lockPath(dir), { force: true });
}

/** @returns undefined when no runner works in the folder, also when one was killed there. */
export async function findRunner(dir: string): Promise<RuntimeFile | undefined> {
  const runtime = readJson<RuntimeFile>(runtimePath(dir));
  return runtime && (await isRunning(runtime)) ? runtime : undefined;
}

/** A pid is used again some day; only a runner that answers under its own pid is that runner. */
async function isRunning({ pid, status }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const answer = await getJson(status).catch(() => undefined);
  return (answer as { pid?: unknown } | undefined)?.pid === pid;
}

/** @throws Error when nothing answers there within two seconds. */
export function getJson(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request(url, { timeout: 2_000, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error as Error);
      }
    });
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", reject);
    call.end();
  });
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

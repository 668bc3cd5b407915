import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

interface Owner {
  readonly pid: number;
  /** When that process started, in the system's words: a pid is used again some day. */
  readonly started: string;
}

/**
 * Takes a folder for this process. A lock that a killed process left behind is recognized and replaced.
 *
 * @returns what gives the folder back.
 * @throws Error when another process, or another store of this one, works in it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock");
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, "wx");
      writeSync(file, JSON.stringify(owner));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const other = readOwner(path);
      if (other && isRunning(other))
        throw new Error(`${folder} is in use by process ${other.pid}: stop it, or choose another folder`);
      rmSync(path, { force: true });
    }
  }
  throw new Error(`another process is starting on ${folder}`);
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return startOf(pid) === started;
}

/** @returns "" where the system does not tell. */
function startOf(pid: number): string {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the command in parentheses and may hold anything.
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    }
    if (process.platform === "darwin")
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    // The process is gone, or its start can't be asked for.
  }
  return "";
}

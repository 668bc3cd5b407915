import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Owner {
  readonly pid: number;
  /** When that process started, in the system's words: a pid is used again some day. */
  readonly started: string;
  /** Whose lock it is, among those of one process too. */
  readonly token: string;
}

/**
 * Takes a folder for this process. The lock of a process that has ended is replaced; that of a stopped one is not.
 *
 * @returns what gives the folder back, if it is still this one's.
 * @throws Error when another process, or another store of this one, works in it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock");
  const owner: Owner = { pid: process.pid, started: startOf(process.pid), token: randomUUID() };
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path, owner)) return () => remove(path, owner);
    const other = readOwner(path);
    if (other && isRunning(other))
      throw new Error(`${folder} is in use by process ${other.pid}: stop it, or choose another folder`);
    remove(path, other);
  }
  throw new Error(`another process is starting on ${folder}`);
}

/** Makes the lock at once with its content, so that a reader never sees half of one. */
function create(path: string, owner: Owner): boolean {
  const temporary = `${path}.${owner.token}`;
  try {
    writeFileSync(temporary, JSON.stringify(owner));
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // A file system without hard links.
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) return createAlone(path, owner);
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function createAlone(path: string, owner: Owner): boolean {
  try {
    writeFileSync(path, JSON.stringify(owner), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock, unless it has become another's by now. */
function remove(path: string, owner: Owner | undefined): void {
  const found = readOwner(path);
  if (found?.pid === owner?.pid && found?.token === owner?.token) rmSync(path, { force: true });
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
      const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // One that has ended and that its parent has not asked for yet.
      return state === "Z" ? "" : (fields[18] ?? "");
    }
    if (process.platform === "darwin")
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    // The process is gone, or its start can't be asked for.
  }
  return "";
}

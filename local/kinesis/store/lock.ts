import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity";

interface Owner extends ProcessIdentity {
  /** Identifies this lock, also among several locks of the same process. */
  readonly token: string;
}

/** Thrown when a running process holds the lock. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
  constructor(
    /** Process id of the holder, or undefined when several processes try to take the lock at the same moment. */
    readonly pid: number | undefined,
  ) {
    super(pid === undefined ? "another process is starting" : `process ${pid} holds the lock`);
  }
}

/**
 * Thrown when the lock file does not tell who holds the lock, such as after it was written to a full disk. A person has
 * to decide whether it may be deleted.
 */
export class LockUnreadable extends Error {
  override readonly name = "LockUnreadable";
  constructor(readonly path: string) {
    super(`${path} can't be read: delete it if no process works there`);
  }
}

/**
 * Takes a lock, which is a file, for this process. The lock of a process that has ended is replaced, but not the lock
 * of a process that is only suspended.
 *
 * @returns a function that releases the lock, if this process still holds it.
 * @throws LockHeld, LockUnreadable
 */
export function takeLock(path: string): () => void {
  const own: Owner = { ...ownIdentity(), token: randomUUID() };
  for (let attempt = 0; attempt < 20; attempt++) {
    if (create(path, own)) return () => release(path, own);
    const other = readOwner(path);
    if (!other) continue;
    if (isAlive(other)) throw new LockHeld(other.pid);
    removeLeft(path, other);
  }
  throw new LockHeld(undefined);
}

/** The running process that holds a lock, if any. @throws LockUnreadable */
export function lockOwner(path: string): ProcessIdentity | undefined {
  const owner = readOwner(path);
  return owner && isAlive(owner) ? owner : undefined;
}

/** Creates the lock file together with its content, so that a reader never sees an incomplete one. */
function create(path: string, own: Owner): boolean {
  const temporary = `${path}.${own.token}`;
  try {
    writeFileSync(temporary, JSON.stringify(own));
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // The file system does not support hard links.
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) return createAlone(path, own);
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function createAlone(path: string, own: Owner): boolean {
  try {
    writeFileSync(path, JSON.stringify(own), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a process that has ended. If another process has taken it meanwhile, the lock is put back. */
function removeLeft(path: string, left: Owner): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    // Another process has already removed it.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    if (!isSame(readOwner(aside), left)) linkSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(path: string, own: Owner): void {
  if (isSame(readOwner(path), own)) rmSync(path, { force: true });
}

function isSame(one: Owner | undefined, other: Owner): boolean {
  return one?.pid === other.pid && one.started === other.started && one.token === other.token;
}

/** @throws LockUnreadable */
function readOwner(path: string): Owner | undefined {
  let found: Partial<Owner>;
  try {
    found = JSON.parse(readFileSync(path, "utf8")) as Partial<Owner>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new LockUnreadable(path);
  }
  const { pid, started = "", token = "" } = found ?? {};
  if (typeof pid !== "number") throw new LockUnreadable(path);
  return { pid, started, token };
}

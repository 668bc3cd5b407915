import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity";

interface Owner extends ProcessIdentity {
  /** Whose lock this is, among those of one process too. */
  readonly token: string;
}

/** The lock is held by a process that is alive. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
  constructor(
    /** Undefined while others take the lock at the same moment. */
    readonly pid: number | undefined,
  ) {
    super(pid === undefined ? "another process is starting" : `process ${pid} holds the lock`);
  }
}

/** Whose a lock is can't be read, such as when its disk was full: somebody has to look. */
export class LockUnreadable extends Error {
  override readonly name = "LockUnreadable";
  constructor(readonly path: string) {
    super(`${path} can't be read: delete it if no process works there`);
  }
}

/**
 * Takes a lock, which is a file, for this process. The lock of a process that has ended is replaced; that of a stopped
 * one is not.
 *
 * @returns what removes the lock, if it is still this one's.
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

/** Makes the lock at once with its content, so that a reader never sees half of one. */
function create(path: string, own: Owner): boolean {
  const temporary = `${path}.${own.token}`;
  try {
    writeFileSync(temporary, JSON.stringify(own));
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // A file system without hard links.
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

/** Removes the lock of a process that has ended, and puts it back should it be another's by now. */
function removeLeft(path: string, left: Owner): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    // Someone else was faster.
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

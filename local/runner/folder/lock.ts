import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { z } from "zod";
import { isAlive, ownIdentity } from "./process-start";

const shape = z.object({
  pid: z.int().positive(),
  /** Absent in a lock of an earlier version. */
  started: z.string().default(""),
  /** Whose lock this is, among those of one process too. */
  token: z.string().default(""),
});
type Owner = z.infer<typeof shape>;

export interface FolderLock {
  /** Removes the lock if it is still this one's. */
  release(): void;
}

export const lockName = "runner.lock";

/**
 * Takes a folder for this process. The lock of a process that has ended is replaced; that of a stopped one is not.
 *
 * @throws StackError when another runner has the folder.
 */
export function lockFolder(dir: string): FolderLock {
  const path = join(dir, lockName);
  const own: Owner = { ...ownIdentity(), token: randomUUID() };
  for (let attempt = 0; attempt < 20; attempt++) {
    if (create(path, own)) return { release: () => release(path, own) };
    const other = readOwner(path);
    if (!other) continue;
    if (isAlive(other))
      throw new StackError(
        `a runner (pid ${other.pid}) is already running on ${dir}: stop it, or use another --dir`,
      );
    removeLeft(path, other);
  }
  throw new StackError(`another runner is starting on ${dir}`);
}

/** The running process that has a folder, if any. */
export function lockOwner(dir: string): { readonly pid: number } | undefined {
  const owner = readOwner(join(dir, lockName));
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
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // A file system without hard links.
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS")
      return createAlone(path, own);
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

/** @throws StackError when it can't be read. */
function readOwner(path: string): Owner | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new StackError(`${path} can't be read: delete it if no runner works there`);
  }
}

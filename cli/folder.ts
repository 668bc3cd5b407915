import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError, UserError } from "@streaming-data-lake/command";
import { RunnerFolder } from "@streaming-data-lake/runner/folder/runner-folder";

type Kind = "folder" | "other" | "missing";

function kindOf(path: string): Kind {
  try {
    return statSync(path).isDirectory() ? "folder" : "other";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOTDIR means that a folder above is a file. That file is found when the folders above are looked at.
    if (code === "ENOENT" || code === "ENOTDIR") return "missing";
    throw error;
  }
}

/**
 * The folder of `--dir`, which is created if it does not exist.
 *
 * @returns Its absolute path.
 * @throws UsageError when it is a file or is below a file, UserError when it can't be written.
 */
export function writableFolder(dir: string): string {
  const path = resolve(dir);
  const missing: string[] = [];
  let there = path;
  for (let kind = kindOf(there); kind !== "folder"; kind = kindOf(there)) {
    if (kind === "other") throw new UsageError(`--dir ${dir}: ${there} is a file, not a folder`);
    missing.unshift(there);
    there = dirname(there);
  }
  try {
    // The folders are created one by one, because the recursive option of mkdir never ends below /proc.
    for (const folder of missing) mkdirSync(folder);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "EEXIST" ? "there is a link that leads nowhere" : code;
    throw new UserError(`--dir ${dir} can't be written: ${reason}`);
  }
  return path;
}

/**
 * The folder of `--dir`, which must exist.
 *
 * @returns Its absolute path.
 * @throws UsageError when it is a file, UserError when it does not exist.
 */
export function existingFolder(dir: string): string {
  const path = resolve(dir);
  const kind = kindOf(path);
  if (kind === "missing") throw new UserError(`--dir ${dir}: there is no such folder`);
  if (kind === "other") throw new UsageError(`--dir ${dir} is a file, not a folder`);
  return path;
}

/**
 * The folder of `--dir` for a statement, which can write to it. It must hold a lake, or be a folder that a runner can
 * use.
 *
 * @returns Its absolute path.
 * @throws StackError when the folder holds something else.
 */
export function folderWithLake(dir: string): string {
  const path = resolve(dir);
  if (kindOf(join(path, "lake")) !== "folder") RunnerFolder.find(path);
  return path;
}

/** Marks a folder as a runner's before a statement writes there, so that a runner later accepts what was written. */
export function claimForLake(path: string): void {
  if (kindOf(join(path, "lake")) !== "folder") RunnerFolder.claim(path);
}

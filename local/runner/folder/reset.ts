import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { lockFolder, lockName, runnerOf } from "./lock";
import { keptNames, RunnerFolder } from "./runner-folder";

/** What a reset would delete, so that the user can be asked first. */
export interface Reset {
  /** Absolute path of the folder. */
  readonly dir: string;
  /** Names in the folder that would be deleted. Everything else there stays. */
  readonly names: readonly string[];
  /**
   * Deletes these names.
   *
   * @throws StackError when a runner has started to work there, or something can't be deleted.
   */
  run(): void;
}

/**
 * Plans to delete what earlier runs have left in a folder.
 *
 * @returns undefined when there is nothing to delete.
 * @throws StackError when the folder is not a runner's, or a runner works there.
 */
export function planReset(dir: string): Reset | undefined {
  const path = RunnerFolder.find(dir);
  if (!path) return undefined;
  const running = runnerOf(path);
  if (running)
    throw new StackError(`a runner (pid ${running.pid}) is running on ${path}: stop it before --reset`);
  const names = keptNames.filter((name) => name !== lockName && existsSync(join(path, name)));
  return names.length === 0 ? undefined : { dir: path, names, run: () => remove(path, names) };
}

function remove(path: string, names: readonly string[]): void {
  const folder = RunnerFolder.claim(path);
  const unlock = lockFolder(path);
  try {
    for (const name of names) rmSync(join(path, name), { recursive: true, force: true });
    folder.forget();
  } catch (error) {
    throw new StackError(`${path} could not be deleted completely: ${(error as Error).message}`);
  } finally {
    unlock();
  }
}

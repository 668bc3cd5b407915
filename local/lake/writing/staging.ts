import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/**
 * Age after which a staging folder of another machine is removed. It is longer than any statement runs. Milliseconds.
 */
const life = 2 * 86_400_000;

/**
 * Creates a folder inside the lake's folder for objects that are not complete yet. It also removes the folders that
 * killed processes have left: those of this machine when the process has ended, and those of other machines after two
 * days.
 */
export async function stagingFolder(lakeFolder: string): Promise<string> {
  const all = join(lakeFolder, ".pending");
  await mkdir(all, { recursive: true });
  for (const name of await readdir(all))
    if (await isLeft(join(all, name), name)) await rm(join(all, name), { recursive: true, force: true });
  const folder = join(all, `${hostname()}.${process.pid}.${randomUUID()}`);
  await mkdir(folder);
  return folder;
}

async function isLeft(path: string, name: string): Promise<boolean> {
  const [, host, pid] = /^(.+)\.(\d+)\.[0-9a-f-]{36}$/.exec(name) ?? [];
  if (host === hostname()) return !isRunning(Number(pid));
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && Date.now() - status.mtimeMs > life;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

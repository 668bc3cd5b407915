import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { unzipSync } from "fflate";
import { makeFolder } from "../files/folders";

/**
 * Unpacks a function's deployed archive below a folder, under a name made of its contents.
 *
 * @returns the task root: the folder that holds the handler.
 * @throws StackError when there is no archive, or it is no zip file.
 */
export function unpackArchive(fn: LambdaFunction, folder: string): string {
  const { archive } = fn;
  const stat = statSync(archive, { throwIfNoEntry: false });
  if (!stat)
    throw new StackError(`${fn.address}: there is no archive at ${archive}: synthesize the stack first`);
  makeFolder(folder);
  const name = fileName(fn.name);
  const temporary = inside(folder, `${name}.unpacking`);
  rmSync(temporary, { recursive: true, force: true });
  if (stat.isDirectory() || !archive.endsWith(".zip")) {
    // A source that Terraform would zip (data.archive_file) stands for its archive.
    cpSync(archive, stat.isDirectory() ? temporary : join(temporary, basename(archive)), {
      recursive: true,
      dereference: true,
    });
    return place(temporary, inside(folder, `${name}-source`));
  }
  const bytes = readFileSync(archive);
  const target = inside(folder, `${name}-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`);
  if (existsSync(target)) return target;
  for (const [entry, content] of Object.entries(unzip(fn, bytes))) {
    if (entry.endsWith("/")) continue;
    const path = entryPath(fn, temporary, entry);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return place(temporary, target);
}

function entryPath({ address, archive }: LambdaFunction, folder: string, entry: string): string {
  try {
    return inside(folder, entry);
  } catch {
    throw new StackError(`${address}: ${archive} holds ${JSON.stringify(entry)}, which lies outside of it`);
  }
}

function unzip(fn: LambdaFunction, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (error) {
    throw new StackError(`${fn.address}: ${fn.archive} is no zip file: ${(error as Error).message}`);
  }
}

function place(temporary: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  renameSync(temporary, target);
  return target;
}

import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { Archive, LambdaFunction } from "@streaming-data-lake/terraform/types";
import { unzipSync } from "fflate";
import { makeFolder } from "../files/folders";

/** An archive, and whose it is. */
interface Owned extends Archive {
  readonly address: string;
}

/**
 * Unpacks a function's deployed archive below a folder, under a name made of its contents.
 *
 * @returns the task root: the folder that holds the handler.
 * @throws StackError when there is no archive, or it is not a zip file.
 */
export function unpackFunction(fn: LambdaFunction, folder: string): string {
  makeFolder(folder);
  const name = fileName(fn.name);
  const temporary = freshFolder(folder, `${name}.unpacking`);
  const digest = unpack(fn, temporary);
  return place(temporary, inside(folder, `${name}-${digest}`));
}

/** Unpacks a function's layers, the later over the earlier, into one folder; undefined when it has none. */
export function unpackLayers(fn: LambdaFunction, folder: string): string | undefined {
  if (fn.layers.length === 0) return undefined;
  const name = fileName(fn.name);
  const temporary = freshFolder(folder, `${name}.layers.unpacking`);
  for (const layer of fn.layers) unpack({ ...layer, address: fn.address }, temporary);
  return place(temporary, inside(folder, `${name}-layers`));
}

/** Packages that Lambda's runtimes for Node.js hold, as far as they are installed here. */
const runtimePackages = ["@aws-sdk", "@smithy"];

/** Puts them beside the functions, where Node.js looks for what a function does not bring itself. */
export function linkRuntimeModules(folder: string): void {
  const modules = join(folder, "node_modules");
  const installed = dirname(
    dirname(dirname(createRequire(__filename).resolve("@aws-sdk/client-kinesis/package.json"))),
  );
  makeFolder(modules);
  for (const name of runtimePackages) {
    const link = join(modules, name);
    const target = join(installed, name);
    // Another function may be loading from it.
    if (!existsSync(target) || (existsSync(link) && realpathSync(link) === realpathSync(target))) continue;
    if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: true });
    symlinkSync(target, link, "junction");
  }
}

function freshFolder(folder: string, name: string): string {
  const path = inside(folder, name);
  rmSync(path, { recursive: true, force: true });
  makeFolder(path);
  return path;
}

/** @returns what names the contents. */
function unpack(owned: Owned, to: string): string {
  const { address, archive, contents } = owned;
  if (contents) {
    for (const { name, text } of contents) writeEntry(owned, to, name, Buffer.from(text));
    return "source";
  }
  const stat = statSync(archive, { throwIfNoEntry: false });
  if (!stat)
    throw new StackError(`${address}: there is no archive at ${archive}: synthesize the stack first`);
  if (stat.isDirectory() || !/\.(?:zip|jar)$/.test(archive)) {
    // A source that Terraform would zip (data.archive_file) stands for its archive.
    copySource(owned, to, stat.isDirectory());
    return "source";
  }
  const bytes = readFileSync(archive);
  for (const [entry, content] of Object.entries(unzip(owned, bytes)))
    if (!entry.endsWith("/")) writeEntry(owned, to, entry, content);
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function copySource({ archive, excludes = [] }: Owned, to: string, isFolder: boolean): void {
  const left = excludes.map(globPattern);
  cpSync(archive, isFolder ? to : join(to, basename(archive)), {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const name = relative(archive, path).split(sep).join("/");
      return name === "" || !left.some((pattern) => pattern.test(name));
    },
  });
}

/** A path with `*` for a part of a name, and `**` for any folders. */
function globPattern(glob: string): RegExp {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?/g, (sign) => (sign === "*" ? "[^/]*" : sign === "?" ? "[^/]" : ".*"));
  return new RegExp(`^${pattern}(?:/.*)?$`);
}

function writeEntry({ address, archive }: Owned, folder: string, entry: string, content: Uint8Array): void {
  let path: string;
  try {
    path = inside(folder, entry);
  } catch {
    throw new StackError(`${address}: ${archive} holds ${JSON.stringify(entry)}, which lies outside of it`);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function unzip({ address, archive }: Owned, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (error) {
    throw new StackError(`${address}: ${archive} is not a zip file: ${(error as Error).message}`);
  }
}

function place(temporary: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  renameSync(temporary, target);
  return target;
}

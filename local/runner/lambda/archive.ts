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
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { globSource } from "@streaming-data-lake/terraform/glob";
import type { Archive, LambdaFunction, Stack } from "@streaming-data-lake/terraform/types";
import { type UnzipOptions, unzipSync } from "fflate";
import { makeFolder } from "../files/folders";
import { isInvoked } from "./is-invoked";

/** An archive and the resource that it belongs to. */
interface Owned extends Archive {
  readonly address: string;
}

/**
 * Unpacks a function's deployment package into a folder that is named after its contents.
 *
 * @returns the task root, which is the folder that contains the handler.
 * @throws StackError when there is no package, or it is not a zip file.
 */
export function unpackFunction(fn: LambdaFunction, folder: string): string {
  makeFolder(folder);
  const name = fileName(fn.name);
  const temporary = freshFolder(folder, `${name}.unpacking`);
  const digest = unpack(fn, temporary);
  return place(temporary, inside(folder, `${name}-${digest}`));
}

/**
 * Checks the current archives of all functions that a stack invokes.
 *
 * @throws StackError when one of them cannot be unpacked.
 */
export function checkArchives(stack: Pick<Stack, "functions" | "mappings" | "deliveryStreams">): void {
  for (const fn of stack.functions.filter((one) => isInvoked(stack, one)))
    for (const one of [fn, ...fn.layers]) {
      if (one.contents) continue;
      const owned = { ...one, address: fn.address };
      const stat = statSync(owned.archive, { throwIfNoEntry: false });
      if (!stat) throw missing(owned);
      if (!isZip(owned, stat)) continue;
      unzip(owned, readFileSync(owned.archive), {
        filter: ({ name }) => {
          entryPath(owned, "archive", name);
          return false;
        },
      });
    }
}

/**
 * Unpacks a function's layers into one folder, where later layers overwrite earlier ones; undefined when there are
 * none.
 */
export function unpackLayers(fn: LambdaFunction, folder: string): string | undefined {
  if (fn.layers.length === 0) return undefined;
  const name = fileName(fn.name);
  const temporary = freshFolder(folder, `${name}.layers.unpacking`);
  for (const layer of fn.layers) unpack({ ...layer, address: fn.address }, temporary);
  return place(temporary, inside(folder, `${name}-layers`));
}

/** Packages that Lambda's runtimes for Node.js include. They are provided if they are installed here. */
const runtimePackages = ["@aws-sdk", "@smithy"];

/**
 * Links the runtime's packages next to the functions, where Node.js looks for modules that a function does not include.
 */
export function linkRuntimeModules(folder: string): void {
  const modules = join(folder, "node_modules");
  const installed = dirname(
    dirname(dirname(createRequire(__filename).resolve("@aws-sdk/client-kinesis/package.json"))),
  );
  makeFolder(modules);
  for (const name of runtimePackages) {
    const link = join(modules, name);
    const target = join(installed, name);
    // An existing link is not replaced, because another function may be loading modules through it.
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

/** @returns a name for the contents: a hash of the archive, or "source" for files that are not in an archive. */
function unpack(owned: Owned, to: string): string {
  const { archive, contents } = owned;
  if (contents) {
    for (const { name, text } of contents) writeEntry(owned, to, name, Buffer.from(text));
    return "source";
  }
  const stat = statSync(archive, { throwIfNoEntry: false });
  if (!stat) throw missing(owned);
  if (!isZip(owned, stat)) {
    // A source folder or file that Terraform would zip (data.archive_file) is used in place of its archive.
    copySource(owned, to, stat.isDirectory());
    return "source";
  }
  const bytes = readFileSync(archive);
  for (const [entry, content] of Object.entries(unzip(owned, bytes)))
    if (!entry.endsWith("/")) writeEntry(owned, to, entry, content);
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

const missing = ({ address, archive }: Owned): StackError =>
  new StackError(`${address}: there is no archive at ${archive}`);

const isZip = ({ archive }: Owned, stat: Stats): boolean =>
  !stat.isDirectory() && /\.(?:zip|jar)$/.test(archive);

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

/** A pattern for an exclude. It also matches everything inside a folder with a matching name. */
const globPattern = (glob: string): RegExp => new RegExp(`^${globSource(glob)}(?:/.*)?$`, "u");

function writeEntry(owned: Owned, folder: string, entry: string, content: Uint8Array): void {
  const path = entryPath(owned, folder, entry);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function entryPath({ address, archive }: Owned, folder: string, entry: string): string {
  try {
    return inside(folder, entry);
  } catch {
    throw new StackError(`${address}: ${archive} holds ${JSON.stringify(entry)}, which lies outside of it`);
  }
}

function unzip(
  { address, archive }: Owned,
  bytes: Uint8Array,
  options?: UnzipOptions,
): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, options);
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError(`${address}: ${archive} is not a zip file: ${(error as Error).message}`);
  }
}

function place(temporary: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  renameSync(temporary, target);
  return target;
}

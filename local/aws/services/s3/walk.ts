import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

export interface WalkOptions {
  /** Folder of the bucket. */
  readonly folder: string;
  readonly prefix: string;
  /** Keys up to this one, itself included, are left out. */
  readonly after: string;
  /** Keys that are the same up to it, behind the prefix, are one. */
  readonly delimiter: string;
  /** The part of a key that a file's name stands for. */
  readonly partOf: (name: string) => string;
}

export type Found = { readonly key: string; readonly path: string } | { readonly commonPrefix: string };

/** What the runner has under way beside its objects. */
const isTemporary = (name: string): boolean => name.startsWith(".") && name.endsWith(".tmp");

/** Walks the keys of a bucket in the order of their bytes, without looking into folders that can have none. */
export function* walk(options: WalkOptions): Generator<Found, void> {
  const { prefix, delimiter, after } = options;
  let last = "";
  for (const found of keysBelow(options, options.folder, "")) {
    const { key } = found;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      if (compare(key, after) > 0) yield found;
      continue;
    }
    const commonPrefix = key.slice(0, end + delimiter.length);
    if (commonPrefix === last) continue;
    last = commonPrefix;
    // A page that ended with it goes on behind all of its keys.
    if (compare(commonPrefix, after) > 0 && !after.startsWith(commonPrefix)) yield { commonPrefix };
  }
}

function* keysBelow(
  options: WalkOptions,
  folder: string,
  above: string,
): Generator<{ readonly key: string; readonly path: string }, boolean> {
  const { prefix, after, delimiter, partOf } = options;
  const entries = entriesOf(folder)
    .filter(({ name }) => !isTemporary(name))
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { name: entry.name, isFolder, key: above + partOf(entry.name) + (isFolder ? "/" : "") };
    })
    .sort((a, b) => compare(a.key, b.key));
  let any = false;
  for (const { name, isFolder, key } of entries) {
    const path = join(folder, name);
    if (!isFolder) {
      if (!key.startsWith(prefix)) continue;
      any = true;
      yield { key, path };
      continue;
    }
    const isWithin = key.startsWith(prefix);
    if (!isWithin && !prefix.startsWith(key)) continue;
    // All of its keys are before: they begin as the marker does not.
    if (compare(key, after) < 0 && !after.startsWith(key)) continue;
    for (const found of keysBelow(options, path, key)) {
      any = true;
      yield found;
      // One key stands for the folder, where it is one common prefix.
      if (delimiter === "/" && isWithin && key.length > prefix.length) break;
    }
  }
  return any;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

const ascii = /^[\x20-\x7e]*$/;

/** As S3 orders keys: by the bytes of UTF-8. */
export function compare(a: string, b: string): number {
  if (ascii.test(a) && ascii.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

export interface WalkOptions {
  /** Folder with the bucket's objects. */
  readonly folder: string;
  readonly prefix: string;
  /** Only keys after this one are listed. */
  readonly after: string;
  /** Keys that are equal up to the first delimiter after the prefix are combined into one common prefix. */
  readonly delimiter: string;
  /** Returns the part of a key that a file's name represents. */
  readonly partOf: (name: string) => string;
}

export type FoundKey = { readonly key: string; readonly path: string } | { readonly commonPrefix: string };

/** Whether a file is a temporary one that the runner is still writing. */
const isTemporary = (name: string): boolean => name.startsWith(".") && name.endsWith(".tmp");

/** Lists the keys of a bucket in the order of their bytes. Folders that cannot contain matching keys are not read. */
export function* walk(options: WalkOptions): Generator<FoundKey, void> {
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
    // When the previous page ended with this prefix, none of its keys may be listed again.
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
    // All keys in the folder sort before the marker, since the folder does and the marker is not inside it.
    if (compare(key, after) < 0 && !after.startsWith(key)) continue;
    for (const found of keysBelow(options, path, key)) {
      any = true;
      yield found;
      // The folder is one common prefix, for which its first key is enough.
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

/** Compares keys in S3's order, which is that of their UTF-8 bytes. */
export function compare(a: string, b: string): number {
  if (ascii.test(a) && ascii.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

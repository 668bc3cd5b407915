import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { QueryError } from "../errors";
import { objectPath } from "../paths";
import { quoteText } from "../quote";

/** An object of a table, as it lies on this machine. */
export interface LakeObject {
  readonly path: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970. */
  readonly modified: number;
}

/** Whether a bucket of this name can be a folder; S3 has rules of its own for new ones. */
const isBucket = (name: string): boolean => /^[A-Za-z0-9][\w.-]{0,254}$/.test(name);

const address = /^s3[an]?:\/\/([^/]+)(?:\/(.*?)\/?)?$/s;

/** The bucket of a location; undefined where it is not an address of S3. */
export function bucketOfLocation(location: string): string | undefined {
  const [, bucket] = address.exec(location) ?? [];
  return bucket !== undefined && isBucket(bucket) ? bucket : undefined;
}

/** The folder in which the objects of a location lie. */
export function locationFolder(location: string, lakeFolder: string, what: string): string {
  const [, , prefix = ""] = address.exec(location) ?? [];
  const bucket = bucketOfLocation(location);
  if (bucket === undefined) throw new QueryError(`${what}: location "${location}" is not an s3:// address`);
  return objectPath(lakeFolder, bucket, prefix);
}

/** What is hidden to Hive: names that begin with an underscore or a dot, and all that lies in such a folder. */
const isHidden = (name: string) => name.startsWith("_") || name.startsWith(".");

/** The objects below a folder that Athena reads, in the order of their paths. */
export function listObjects(folder: string): LakeObject[] {
  const objects: LakeObject[] = [];
  const pending = [folder];
  for (let one = pending.pop(); one !== undefined; one = pending.pop())
    for (const name of namesIn(one)) {
      if (isHidden(name)) continue;
      const path = join(one, name);
      const status = statusOf(path);
      if (status?.isDirectory()) pending.push(path);
      else if (status?.isFile()) objects.push({ path, bytes: status.size, modified: status.mtimeMs });
    }
  return objects.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** None when there is no such folder yet. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** Undefined for what was removed meanwhile. */
function statusOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** A path that DuckDB takes by the letter, though it may hold a glob's characters. */
const literalPath = (path: string) => quoteText(path.replace(/[*?[]/g, "[$&]"));

/** The objects as DuckDB's list of files. */
export const pathList = (objects: readonly Pick<LakeObject, "path">[]): string =>
  `[${objects.map(({ path }) => literalPath(path)).join(", ")}]`;

import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { QueryError } from "../errors";
import { objectPath } from "../paths";
import { quoteText } from "../quote";

/** An object of a table, as a file on this machine. */
export interface LakeObject {
  readonly path: string;
  readonly bytes: number;
  /** When the file was written. Milliseconds since 1970. */
  readonly modified: number;
}

/** Whether a bucket's name can be the name of a folder. S3 has stricter rules for new buckets. */
const isBucket = (name: string): boolean => /^[A-Za-z0-9][\w.-]{0,254}$/.test(name);

const address = /^s3[an]?:\/\/([^/]+)(?:\/(.*?)\/?)?$/s;

/** The bucket of a location. Undefined when the location is not an address in S3. */
export function bucketOfLocation(location: string): string | undefined {
  const [, bucket] = address.exec(location) ?? [];
  return bucket !== undefined && isBucket(bucket) ? bucket : undefined;
}

/** The folder that holds the objects of a location. */
export function locationFolder(location: string, lakeFolder: string, what: string): string {
  const [, , prefix = ""] = address.exec(location) ?? [];
  const bucket = bucketOfLocation(location);
  if (bucket === undefined) throw new QueryError(`${what}: location "${location}" is not an s3:// address`);
  return objectPath(lakeFolder, bucket, prefix);
}

/** The folder of a location of a table: its own, or that of a partition. */
export const tableFolder = (
  { name, location }: Pick<GlueTable, "name" | "location">,
  lakeFolder: string,
  at = location,
): string => locationFolder(at, lakeFolder, `table ${name}`);

/** Names that Hive ignores: those that begin with an underscore or a dot, and everything in folders with such names. */
const isHidden = (name: string) => name.startsWith("_") || name.startsWith(".");

/** The objects below a folder that Athena reads, ordered by their paths. */
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

/** The names in a folder. Empty when the folder does not exist yet. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** The status of a file. Undefined when it was removed in the meantime. */
function statusOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** A path that DuckDB takes literally, even when it contains characters of a glob pattern. */
const literalPath = (path: string) => quoteText(path.replace(/[*?[]/g, "[$&]"));

/** The objects as a list of files in DuckDB's SQL. */
export const pathList = (objects: readonly Pick<LakeObject, "path">[]): string =>
  `[${objects.map(({ path }) => literalPath(path)).join(", ")}]`;

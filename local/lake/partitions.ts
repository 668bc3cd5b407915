import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { existingBucketName } from "@streaming-data-lake/terraform/names";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { QueryError } from "./errors";
import { objectPath } from "./paths";
import { projectionOf } from "./projection";
import { quoteText } from "./quote";

/** A folder of a table's objects and the partition values that its path says, by key. */
export interface Partition {
  readonly folder: string;
  readonly values: Readonly<Record<string, string>>;
}

/** An object of a table, as it lies on this machine. */
export interface LakeObject {
  readonly path: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970. */
  readonly modified: number;
}

/** The folder under which a table's objects lie. */
export function tableFolder(table: GlueTable, lakeFolder: string): string {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)(?:\/(.*?)\/?)?$/s.exec(table.location) ?? [];
  if (!bucket || !existingBucketName.allows(bucket))
    throw new QueryError(`table ${table.name}: location "${table.location}" is no s3:// address`);
  return objectPath(lakeFolder, bucket, prefix);
}

/** The names in a folder; none when there is no such folder yet. */
async function namesIn(folder: string, options: { recursive: boolean }): Promise<string[]> {
  try {
    return await readdir(folder, options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/**
 * The partitions of a table: `dt=2024-01-15/` folders below its location, one level a key, that lie in the projected
 * range. A table without partition keys is one partition.
 *
 * @throws QueryError when the table's `storage.location.template` is not of that layout.
 */
export async function listPartitions(table: GlueTable, lakeFolder: string, now: Date): Promise<Partition[]> {
  const template = table.parameters["storage.location.template"];
  const layout = table.partitionKeys.map(({ name }) => `${name}=\${${name}}`).join("/");
  if (template && template.replace(/\/$/, "") !== `${table.location.replace(/\/$/, "")}/${layout}`)
    throw new QueryError(
      `table ${table.name}: storage.location.template "${template}" is not <location>/${layout}, the layout that can be read here`,
    );
  let partitions: Partition[] = [{ folder: tableFolder(table, lakeFolder), values: {} }];
  for (const { name: key } of table.partitionKeys) {
    const projects = projectionOf(table.name, key, table.parameters, now);
    const deeper = partitions.map(async ({ folder, values }) =>
      (await namesIn(folder, { recursive: false })).flatMap((name) => {
        if (!name.startsWith(`${key}=`)) return [];
        const value = unescapeValue(name.slice(key.length + 1));
        return projects(value) ? [{ folder: join(folder, name), values: { ...values, [key]: value } }] : [];
      }),
    );
    partitions = (await Promise.all(deeper)).flat();
  }
  return partitions;
}

/** The value that a folder's name says. As in Hive, a percent sign that begins no escape stands for itself. */
const unescapeValue = (text: string) =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** The objects of a partition that Athena reads: not those whose name starts with an underscore or a dot. */
export async function listObjects(partition: Partition): Promise<LakeObject[]> {
  const names = await namesIn(partition.folder, { recursive: true });
  const visible = names.filter((name) => !/(?:^|[/\\])[._][^/\\]*$/.test(name)).sort();
  const objects = await Promise.all(
    visible.map(async (name) => {
      const path = join(partition.folder, name);
      const status = await stat(path);
      return status.isFile() ? [{ path, bytes: status.size, modified: status.mtimeMs }] : [];
    }),
  );
  return objects.flat();
}

/** A path that DuckDB takes by the letter, though it may hold a glob's characters. */
const literalPath = (path: string) => quoteText(path.replace(/[*?[]/g, "[$&]"));

/** The objects as DuckDB's list of files. */
export const pathList = (objects: readonly LakeObject[]): string =>
  `[${objects.map(({ path }) => literalPath(path)).join(", ")}]`;

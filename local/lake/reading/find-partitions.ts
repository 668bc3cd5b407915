import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { asFolder, unescapeValue } from "../catalog/partition-names";
import type { RegisteredPartition } from "../catalog/state";
import { tableFolder } from "./objects";

/** The `key=value` folders below a table's location that hold an object. */
export const findPartitions = (table: GlueTable, lakeFolder: string): Promise<RegisteredPartition[]> =>
  folders(table, tableFolder(table, lakeFolder), 0);

/** The partition folders, from the given depth on, that hold an object. */
async function folders(table: GlueTable, folder: string, depth: number): Promise<RegisteredPartition[]> {
  const key = table.partitionKeys[depth]?.name.toLowerCase();
  if (key === undefined) {
    if (!(await holdsObject(folder))) return [];
    return [{ values: [], location: "" }];
  }
  const found: RegisteredPartition[] = [];
  for (const entry of await entries(folder)) {
    if (!entry.isDirectory() || !entry.name.startsWith(`${key}=`)) continue;
    const value = unescapeValue(entry.name.slice(key.length + 1));
    for (const { values, location } of await folders(table, join(folder, entry.name), depth + 1)) {
      // The name in the folder is used, since it may be escaped differently from how Hive escapes it.
      const written = `${entry.name}/${location}`;
      found.push({
        values: [value, ...values],
        location: depth === 0 ? `${asFolder(table.location)}${written}` : written,
      });
    }
  }
  return found;
}

/** Whether a folder holds an object at any depth. */
export async function holdsObject(folder: string): Promise<boolean> {
  for (const entry of await entries(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() ? await holdsObject(path) : (await stat(path)).isFile()) return true;
  }
  return false;
}

async function entries(folder: string) {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

import { join } from "node:path";
import { unescapeValue } from "../catalog/partition-names";
import type { CatalogEntry } from "../catalog/snapshot";
import { holdsObject } from "./find-partitions";
import { namesIn, tableFolder } from "./objects";
import { isProjected } from "./projection";

/**
 * A note about a table that has objects outside of its partitions. Athena reads only partitions that are registered or
 * projected. Only the folders of the first key are examined.
 *
 * @param all Number of the table's partitions.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partitions.html
 */
export async function unregisteredNote(
  { table, partitions }: CatalogEntry,
  all: number,
  lakeFolder: string,
): Promise<string | undefined> {
  const key = table.partitionKeys[0]?.name.toLowerCase();
  if (key === undefined || (isProjected(table) && all > 0)) return undefined;
  const folder = tableFolder(table, lakeFolder);
  const name = `${table.database}.${table.name}`;
  if (isProjected(table))
    return (await holdsObject(folder))
      ? `table ${name} has objects at its location, and none in the projected partitions that are asked for`
      : undefined;
  const known = new Set(partitions.map(({ values }) => values[0]));
  for (const entry of namesIn(folder)) {
    if (!entry.startsWith(`${key}=`) || known.has(unescapeValue(entry.slice(key.length + 1)))) continue;
    if (await holdsObject(join(folder, entry)))
      return `table ${name} has partitions in its folder that are not registered: MSCK REPAIR TABLE ${name}`;
  }
  if (partitions.length > 0 || !(await holdsObject(folder))) return undefined;
  return `table ${name} has objects at its location, and no partition: ALTER TABLE ${name} ADD PARTITION (…) LOCATION '…' registers one`;
}

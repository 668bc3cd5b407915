import { rm } from "node:fs/promises";
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type LakeCatalog, withTable } from "../../catalog/catalog";
import { partitionLocation, partitionName } from "../../catalog/partition-names";
import type { CatalogEntry } from "../../catalog/snapshot";
import { listObjects, tableFolder } from "../../reading/objects";
import {
  everyPartition,
  listPartitions,
  type PartitionFilter,
  projectedLocation,
} from "../../reading/partitions";
import { isProjected } from "../../reading/projection";
import type { OutputColumn } from "../../trino/bind/tree";
import { TrinoError } from "../../trino/types/errors";
import type { Type } from "../../trino/types/types";
import { formatOfTable } from "../../writing/formats";
import { publishObjects, stage } from "../../writing/write";

export interface Insertion {
  readonly entry: CatalogEntry;
  /** DuckDB's SQL for the rows. `outputs` names its columns. */
  readonly sql: string;
  readonly outputs: readonly OutputColumn[];
  /** The types of the table's columns, in their order. */
  readonly types: readonly Type[];
  /** Prefix of the objects' names, as the query execution's id is on Athena. */
  readonly executionId: string;
  readonly now: Date;
}

/** The places that a write uses: the database connection, the catalog and the lake's folder. */
export interface Destination {
  readonly connection: DuckDBConnection;
  readonly catalog: LakeCatalog;
  readonly lakeFolder: string;
}

/**
 * Writes rows as Athena's INSERT INTO does: the rows become new objects in their partitions, existing objects stay
 * unchanged, and new partitions are registered. All objects appear together, after all rows have been written.
 *
 * @returns The number of rows, and notes about written rows that no query will see.
 * @throws TrinoError NOT_SUPPORTED for a bucketed table or a format that cannot be written here,
 * HIVE_TOO_MANY_OPEN_PARTITIONS above 100 partitions.
 */
export async function insertInto(
  { entry, sql, outputs, types, executionId, now }: Insertion,
  { connection, catalog, lakeFolder }: Destination,
): Promise<{ readonly rows: number; readonly notes: readonly string[] }> {
  const { table } = entry;
  if (table.buckets)
    throw new TrinoError("NOT_SUPPORTED", `INSERT INTO is not supported on bucketed tables: ${table.name}`);
  const names = [...table.columns, ...table.partitionKeys].map(({ name }) => name);
  const columns = outputs.map(({ type }, index) => ({
    name: names[index] ?? "",
    type: types[index] ?? type,
  }));
  const keys = table.partitionKeys.length;
  const rows = { sql, outputs, columns, keys, format: formatOfTable(table), executionId };
  const staged = await stage(connection, rows, lakeFolder);
  try {
    const known = new Map(
      entry.partitions.map(({ values, location }) => [partitionName(table, values), location]),
    );
    const projected = isProjected(table) ? projectedLocation(table) : undefined;
    const added = [];
    for (const { values, files } of staged.partitions) {
      const location =
        keys === 0
          ? table.location
          : (projected?.(values) ??
            known.get(partitionName(table, values)) ??
            partitionLocation(table, values));
      await publishObjects(files, tableFolder(table, lakeFolder, location));
      if (keys > 0 && !projected && !known.has(partitionName(table, values)))
        added.push({ values, location });
    }
    if (added.length > 0) await register(entry, added, catalog);
    const values = staged.partitions.map((partition) => partition.values);
    const notes = projected ? await unseenNotes(entry, values, { lakeFolder, now }) : [];
    return { rows: staged.rows, notes };
  } finally {
    await staged.remove();
  }
}

/** Notes about written partitions that lie outside of the table's partition projection. */
async function unseenNotes(
  entry: CatalogEntry,
  written: readonly (readonly string[])[],
  { lakeFolder, now }: { readonly lakeFolder: string; readonly now: Date },
): Promise<string[]> {
  const { table } = entry;
  const filter: PartitionFilter = {
    keep: async (partitions, known) => {
      const starts = new Set(written.map((values) => JSON.stringify(values.slice(0, known))));
      return partitions.filter((one) => starts.has(JSON.stringify(one)));
    },
    valuesOf: async (key) => [...new Set(written.map((values) => values[key] ?? ""))],
  };
  const { partitions } = await listPartitions(entry, { lakeFolder, now, filter });
  const seen = new Set(partitions.map(({ name }) => name));
  const unseen = written.map((values) => partitionName(table, values)).filter((name) => !seen.has(name));
  if (unseen.length === 0) return [];
  const some = `${unseen.slice(0, 3).join(", ")}${unseen.length > 3 ? ", …" : ""}`;
  return [
    `table ${table.database}.${table.name} does not project ${some}: queries do not see the rows that were written there`,
  ];
}

/** Registers partitions, except those that another statement has registered in the meantime. */
async function register(
  { table }: CatalogEntry,
  added: CatalogEntry["partitions"],
  catalog: LakeCatalog,
): Promise<void> {
  await catalog.change((snapshot) => {
    const entry = snapshot.find(table.database, table.name);
    // The table was dropped in the meantime.
    if (!entry) return { state: snapshot.state, result: undefined };
    const { partitions } = entry;
    const names = new Set(partitions.map(({ values }) => partitionName(table, values)));
    const missing = added.filter(({ values }) => !names.has(partitionName(table, values)));
    if (missing.length === 0) return { state: snapshot.state, result: undefined };
    const change = { partitions: [...partitions, ...missing] };
    return { state: withTable(snapshot, table.database, table.name, change), result: undefined };
  });
}

/** Removes the objects of a table whose names begin with an execution id, and returns their number. */
export async function removeObjects(
  entry: CatalogEntry,
  { lakeFolder, now }: { readonly lakeFolder: string; readonly now: Date },
  executionId: string,
): Promise<number> {
  const { partitions } = await listPartitions(entry, { lakeFolder, now, filter: everyPartition });
  const objects = partitions.flatMap(({ folder }) => listObjects(folder));
  const written = objects.filter(({ path }) => basename(path).startsWith(`${executionId}_`));
  for (const { path } of written) await rm(path);
  return written.length;
}

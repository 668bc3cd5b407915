import { basename, dirname } from "node:path";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { escapeValue, nullPartition, partitionName } from "../catalog/partition-names";
import type { CatalogEntry } from "../catalog/snapshot";
import type { Plain } from "../trino/functions/javascript/values";
import { errorAt, TrinoError } from "../trino/types/errors";
import { ofHiveType } from "../trino/types/hive";
import { varchar } from "../trino/types/types";
import { namesIn, tableFolder } from "./objects";
import { partitionValue } from "./partition-values";
import { isProjected, projectedValues } from "./projection";

/** A partition that a statement may read. */
export interface Partition {
  readonly folder: string;
  /** The partition's name, such as `dt=2024-01-15/hour=07`. Empty for a table without partition keys. */
  readonly name: string;
  /** The keys' values as text, in the order of the keys. */
  readonly texts: readonly string[];
  /** The keys' values in the plain form of their types. */
  readonly values: readonly Plain[];
}

/** What a statement's conditions say about partitions. */
export interface PartitionFilter {
  /**
   * Returns the partitions that can hold a matching row, judged by the conditions on the first `known` keys alone.
   *
   * @param partitions Values of the first `known` keys, as text.
   */
  keep(partitions: readonly (readonly string[])[], known: number): Promise<readonly (readonly string[])[]>;
  /** The values to which the conditions limit a key. Undefined when they do not list its values. */
  valuesOf(key: number): Promise<readonly string[] | undefined>;
}

/** Keeps every partition. */
export const everyPartition: PartitionFilter = {
  keep: async (partitions) => partitions,
  valuesOf: async () => undefined,
};

export interface PartitionList {
  readonly partitions: readonly Partition[];
  /** Number of partitions without the conditions. Projected partitions are counted only if they have a folder. */
  readonly all: number;
}

/**
 * The partitions of a table: those that its parameters project, or otherwise those that are registered in the catalog,
 * whether or not they have folders. A table without partition keys has a single partition.
 *
 * @throws TrinoError when the parameters are not a valid projection, or a value does not have its key's type.
 */
export async function listPartitions(
  { table, partitions: registered }: CatalogEntry,
  {
    lakeFolder,
    now,
    filter,
  }: { readonly lakeFolder: string; readonly now: Date; readonly filter: PartitionFilter },
): Promise<PartitionList> {
  const keys = table.partitionKeys;
  if (keys.length === 0)
    return {
      partitions: [{ folder: tableFolder(table, lakeFolder), name: "", texts: [], values: [] }],
      all: 1,
    };
  const partitionOf = (texts: readonly string[], location: string): Partition => {
    const name = partitionName(table, texts);
    return {
      folder: tableFolder(table, lakeFolder, location),
      name,
      texts,
      values: valuesOf(table, texts, name),
    };
  };
  if (isProjected(table)) {
    const { texts, values } = await project(table, now, filter);
    const locationOf = projectedLocation(table);
    const folders = new Folders();
    const exists = (one: readonly string[]) => folders.has(tableFolder(table, lakeFolder, locationOf(one)));
    const all = (combinations(values) ?? texts).filter(exists).length;
    return { partitions: texts.map((one) => partitionOf(one, locationOf(one))), all };
  }
  const all = registered.map(({ values, location }) => partitionOf(values, location));
  const matching = new Set(
    await filter.keep(
      all.map(({ texts }) => texts),
      keys.length,
    ),
  );
  return { partitions: all.filter(({ texts }) => matching.has(texts)), all: all.length };
}

function valuesOf(table: GlueTable, texts: readonly string[], name: string): Plain[] {
  return table.partitionKeys.map(({ type }, index) =>
    partitionValue(texts[index] ?? nullPartition, ofHiveType(type) ?? varchar, name),
  );
}

/**
 * The keys are projected one after the other, so that the conditions on each key reduce the number of combinations
 * early.
 */
async function project(
  table: GlueTable,
  now: Date,
  filter: PartitionFilter,
): Promise<{
  readonly texts: readonly (readonly string[])[];
  readonly values: readonly (readonly string[])[];
}> {
  let texts: readonly (readonly string[])[] = [[]];
  const values: (readonly string[])[] = [];
  for (const [index, key] of table.partitionKeys.entries()) {
    const projected = projectedValues(table, key, now);
    const own = projected === "injected" ? await injected(filter, index, key.name) : projected;
    values.push(own);
    const longer = texts.flatMap((before) => own.map((value) => [...before, value]));
    texts = await filter.keep(longer, index + 1);
  }
  return { texts, values };
}

/** Largest number of combinations that are counted one by one. */
const mostCombinations = 5_000;

function combinations(values: readonly (readonly string[])[]): string[][] | undefined {
  if (values.reduce((product, own) => product * own.length, 1) > mostCombinations) return undefined;
  return values.reduce<string[][]>(
    (before, own) => before.flatMap((one) => own.map((value) => [...one, value])),
    [[]],
  );
}

/** Looks up which folders exist. Each folder is listed once. */
class Folders {
  private readonly listed = new Map<string, ReadonlySet<string>>();

  has(folder: string): boolean {
    const parent = dirname(folder);
    let names = this.listed.get(parent);
    if (!names) {
      names = new Set(parent === dirname(parent) || this.hasAbove(parent) ? namesIn(parent) : []);
      this.listed.set(parent, names);
    }
    return names.has(basename(folder));
  }

  /** Whether a folder can exist, judged by what is known of its parent. */
  private hasAbove(folder: string): boolean {
    return this.listed.get(dirname(folder))?.has(basename(folder)) ?? true;
  }
}

/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html */
async function injected(filter: PartitionFilter, index: number, name: string): Promise<readonly string[]> {
  const values = await filter.valuesOf(index);
  if (values) return values;
  throw errorAt(
    undefined,
    "CONSTRAINT_VIOLATION",
    `For the injected projected partition column ${name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    `write the values that are asked for: WHERE ${name} = '…', or ${name} IN (…)`,
  );
}

/**
 * The location of a projected partition.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
 */
export function projectedLocation(table: GlueTable): (texts: readonly string[]) => string {
  const template = table.parameters["storage.location.template"]?.trim();
  const names = table.partitionKeys.map(({ name }) => name.toLowerCase());
  if (!template) {
    const base = table.location.replace(/\/?$/, "/");
    return (texts) =>
      `${base}${names.map((name, index) => `${name}=${escapeValue(texts[index] ?? "")}`).join("/")}/`;
  }
  const unknown = [...template.matchAll(/\$\{([^}]*)\}/g)].find(
    ([, key = ""]) => !names.includes(key.toLowerCase()),
  );
  if (unknown)
    throw new TrinoError(
      "HIVE_INVALID_METADATA",
      `table ${table.name}: storage.location.template "${template}" names ${unknown[0]}, which is not a partition key`,
    );
  return (texts) =>
    template.replace(/\$\{([^}]*)\}/g, (_, key: string) => texts[names.indexOf(key.toLowerCase())] ?? "");
}

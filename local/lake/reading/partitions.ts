import { basename, dirname } from "node:path";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { escapeValue, nullPartition, partitionName } from "../catalog/partition-names";
import type { CatalogEntry } from "../catalog/snapshot";
import type { Plain } from "../trino/functions/javascript/values";
import { TrinoError } from "../trino/types/errors";
import { ofHiveType } from "../trino/types/hive";
import { varchar } from "../trino/types/types";
import { locationFolder, namesIn } from "./objects";
import { partitionValue } from "./partition-values";
import { isProjected, projectedValues } from "./projection";

/** A partition that a statement may read. */
export interface Partition {
  readonly folder: string;
  /** `dt=2024-01-15/hour=07`; empty for a table without keys. */
  readonly name: string;
  /** The keys' values as text, in the keys' order. */
  readonly texts: readonly string[];
  /** The same in their types' plain form. */
  readonly values: readonly Plain[];
}

/** What a statement's conditions say of partitions. */
export interface PartitionFilter {
  /**
   * Leaves the partitions in which a row can be found, by the conditions over the first keys alone.
   *
   * @param partitions Texts of the first `known` keys.
   */
  keep(partitions: readonly (readonly string[])[], known: number): Promise<readonly (readonly string[])[]>;
  /** The values that the conditions give a key; undefined where they give it no list of values. */
  valuesOf(key: number): Promise<readonly string[] | undefined>;
}

/** Takes every partition. */
export const everyPartition: PartitionFilter = {
  keep: async (partitions) => partitions,
  valuesOf: async () => undefined,
};

export interface PartitionList {
  readonly partitions: readonly Partition[];
  /** How many there are without the conditions; of projected ones those that have a folder. */
  readonly all: number;
}

/**
 * The partitions of a table: those that its parameters project, else those that are registered in the catalog, whatever
 * folders there are. A table without partition keys is one partition.
 *
 * @throws TrinoError where the parameters make no projection, or a value is none of its key's type.
 */
export async function listPartitions(
  { table, partitions: registered }: CatalogEntry,
  {
    lakeFolder,
    now,
    filter,
  }: { readonly lakeFolder: string; readonly now: Date; readonly filter: PartitionFilter },
): Promise<PartitionList> {
  const folderOf = (location: string) => locationFolder(location, lakeFolder, `table ${table.name}`);
  const keys = table.partitionKeys;
  if (keys.length === 0)
    return { partitions: [{ folder: folderOf(table.location), name: "", texts: [], values: [] }], all: 1 };
  const partitionOf = (texts: readonly string[], location: string): Partition => {
    const name = partitionName(table, texts);
    return { folder: folderOf(location), name, texts, values: valuesOf(table, texts, name) };
  };
  if (isProjected(table)) {
    const { texts, values } = await project(table, now, filter);
    const locationOf = projectedLocation(table);
    const folders = new Folders();
    const exists = (one: readonly string[]) => folders.has(folderOf(locationOf(one)));
    const all = (combinations(values) ?? texts).filter(exists).length;
    return { partitions: texts.map((one) => partitionOf(one, locationOf(one))), all };
  }
  const all = registered.map(({ values, location }) => partitionOf(values, location));
  const kept = new Set(
    await filter.keep(
      all.map(({ texts }) => texts),
      keys.length,
    ),
  );
  return { partitions: all.filter(({ texts }) => kept.has(texts)), all: all.length };
}

function valuesOf(table: GlueTable, texts: readonly string[], name: string): Plain[] {
  return table.partitionKeys.map(({ type }, index) =>
    partitionValue(texts[index] ?? nullPartition, ofHiveType(type) ?? varchar, name),
  );
}

/** Key by key, so that conditions leave few of what would be many together. */
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

/** More combinations than these are not counted one by one. */
const mostCombinations = 5_000;

function combinations(values: readonly (readonly string[])[]): string[][] | undefined {
  if (values.reduce((product, own) => product * own.length, 1) > mostCombinations) return undefined;
  return values.reduce<string[][]>(
    (before, own) => before.flatMap((one) => own.map((value) => [...one, value])),
    [[]],
  );
}

/** Which folders there are; each one is listed once. */
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

  /** Whether a folder can be there, by what is known of the one above it. */
  private hasAbove(folder: string): boolean {
    return this.listed.get(dirname(folder))?.has(basename(folder)) ?? true;
  }
}

/** https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html */
async function injected(filter: PartitionFilter, index: number, name: string): Promise<readonly string[]> {
  const values = await filter.valuesOf(index);
  if (values) return values;
  throw new TrinoError(
    "CONSTRAINT_VIOLATION",
    `For the injected projected partition column ${name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    undefined,
    undefined,
    { hint: `write the values that are asked for: WHERE ${name} = '…', or ${name} IN (…)` },
  );
}

/** Where a projected partition lies. https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html */
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

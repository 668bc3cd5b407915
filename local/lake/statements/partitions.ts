import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { withTable } from "../catalog/catalog";
import { escapeValue, partitionLocation, partitionName } from "../catalog/partition-names";
import type { RegisteredPartition } from "../catalog/state";
import type { AlterTable, HiveTableName, PartitionConditions, PartitionSpec } from "../hive/ast";
import { executionFailure, semanticFailure } from "../hive/errors";
import { findPartitions } from "../reading/find-partitions";
import { partitionValue } from "../reading/partition-values";
import { ofHiveType } from "../trino/types/hive";
import { isInOrder } from "../trino/types/orders";
import { varchar } from "../trino/types/types";
import { checkLocation, type NamedTable, type StatementContext, tableOf } from "./context";

type PartitionAction = Extract<
  AlterTable,
  { readonly action: "add partitions" | "drop partitions" | "rename partition" }
>;

/** The partitions of a table after the statement. */
export function alterPartitions(
  statement: PartitionAction,
  { table, partitions }: NamedTable,
  context: StatementContext,
): readonly RegisteredPartition[] | undefined {
  switch (statement.action) {
    case "add partitions":
      return added(statement, table, partitions, context);
    case "drop partitions": {
      const gone = new Set<RegisteredPartition>();
      for (const filter of statement.filters) {
        const matches = filterOf(table, filter);
        const found = partitions.filter(matches);
        if (found.length === 0 && !statement.ifExists)
          throw semanticFailure(
            `[Error 10006]: Partition not found (${filter.map(({ key, operator, value }) => `${key} ${operator} '${value}'`).join(", ")})`,
          );
        for (const one of found) gone.add(one);
      }
      return partitions.filter((one) => !gone.has(one));
    }
    case "rename partition": {
      const from = valuesOf(table, statement.from);
      const to = valuesOf(table, statement.to);
      checkTypes(table, to);
      const found = partitions.find(({ values }) => sameValues(values, from));
      if (!found) throw semanticFailure(`[Error 10006]: Partition not found {${specText(statement.from)}}`);
      if (partitions.some(({ values }) => sameValues(values, to)))
        throw executionFailure(
          `Rename partition failed: the target partition ${partitionName(table, to)} already exists`,
        );
      return partitions.map((one) => (one === found ? { ...one, values: to } : one));
    }
  }
}

function added(
  { ifNotExists, partitions: specs }: Extract<PartitionAction, { readonly action: "add partitions" }>,
  table: GlueTable,
  before: readonly RegisteredPartition[],
  context: StatementContext,
): readonly RegisteredPartition[] {
  const names = new Set(before.map(({ values }) => partitionName(table, values)));
  const after = [...before];
  for (const { spec, location } of specs) {
    const values = valuesOf(table, spec);
    checkTypes(table, values);
    if (location !== undefined) checkLocation(location, context);
    const name = partitionName(table, values);
    if (names.has(name)) {
      if (ifNotExists) continue;
      throw executionFailure(`AlreadyExistsException(message:Partition already exists: ${name})`);
    }
    names.add(name);
    after.push({ values, location: location ?? partitionLocation(table, values) });
  }
  return after;
}

const sameValues = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((value, index) => value === other[index]);

const specText = (spec: PartitionSpec) => spec.map(({ key, value }) => `${key}=${value}`).join(", ");

/** The values of the partition keys, in the order of the keys. */
function valuesOf(table: GlueTable, spec: PartitionSpec): string[] {
  checkKeys(table, spec);
  if (spec.length !== table.partitionKeys.length)
    throw semanticFailure(
      `partition spec {${specText(spec)}} doesn't contain all (${table.partitionKeys.length}) partition columns`,
    );
  return table.partitionKeys.map(
    ({ name }) => spec.find(({ key }) => key === name.toLowerCase())?.value ?? "",
  );
}

/** @throws TrinoError when a value does not have its key's type. Hive checks this too. */
function checkTypes(table: GlueTable, values: readonly string[]): void {
  for (const [index, { name, type }] of table.partitionKeys.entries()) {
    try {
      partitionValue(values[index] ?? "", ofHiveType(type) ?? varchar, name);
    } catch {
      throw semanticFailure(
        `[Error 10248]: Cannot add partition column ${name} of type string as it cannot be converted to type ${type}`,
        `the value is '${values[index]}'`,
      );
    }
  }
}

function checkKeys(table: GlueTable, spec: PartitionSpec | PartitionConditions): void {
  if (table.partitionKeys.length === 0)
    throw semanticFailure(`table is not partitioned but partition spec exists: {${specText(spec)}}`);
  const names = table.partitionKeys.map(({ name }) => name.toLowerCase());
  if (spec.some(({ key }) => !names.includes(key)))
    throw semanticFailure(`Partition spec {${specText(spec)}} contains non-partition columns`);
}

/** Returns a function that tests whether a partition matches a specification, which may leave out keys. */
export const matchOf = (table: GlueTable, spec: PartitionSpec) =>
  filterOf(
    table,
    spec.map((one) => ({ ...one, operator: "=" as const })),
  );

const numeric = /^(?:tinyint|smallint|int|integer|bigint|float|double|decimal.*)$/i;

function filterOf(
  table: GlueTable,
  filter: PartitionConditions,
): (partition: RegisteredPartition) => boolean {
  checkKeys(table, filter);
  const conditions = filter.map(({ key, operator, value }) => {
    const index = table.partitionKeys.findIndex(({ name }) => name.toLowerCase() === key);
    const isNumber = numeric.test(table.partitionKeys[index]?.type ?? "");
    return ({ values }: RegisteredPartition) => {
      const own = values[index] ?? "";
      const order = isNumber ? Number(own) - Number(value) : own < value ? -1 : own > value ? 1 : 0;
      return isInOrder(order, operator);
    };
  });
  return (partition) => conditions.every((condition) => condition(partition));
}

/**
 * Runs MSCK REPAIR TABLE: registers the `key=value` folders below the table's location that are not partitions yet.
 *
 * @returns The lines of output.
 * @see https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html
 */
export async function repair(name: HiveTableName, context: StatementContext): Promise<string[]> {
  const { catalog, lakeFolder } = context;
  const { table } = tableOf(await catalog.snapshot(), name, context);
  if (table.partitionKeys.length === 0) return [];
  const found = await findPartitions(table, lakeFolder);
  return catalog.change((snapshot) => {
    const named = tableOf(snapshot, name, context);
    const known = new Set(named.partitions.map(({ values }) => partitionName(table, values)));
    const added = found.filter(({ values }) => !known.has(partitionName(table, values)));
    if (added.length === 0) return { state: snapshot.state, result: [] };
    const names = added.map(({ values }) => `${named.name}:${partitionName(table, values)}`);
    const partitions = [...named.partitions, ...added];
    return {
      state: withTable(snapshot, named.database, named.name, { partitions }),
      result: [
        `Partitions not in metastore:\t${names.join("\t")}`,
        ...added.map(
          ({ values }) =>
            `Repair: Added partition to metastore ${named.name}:${partitionName(table, values)}`,
        ),
      ],
    };
  });
}

/** The output lines of SHOW PARTITIONS, one for each partition. */
export function showPartitions({ table, partitions }: NamedTable, spec: PartitionSpec | undefined): string[] {
  if (table.partitionKeys.length === 0)
    throw executionFailure(`Table ${table.name} is not a partitioned table`);
  const wanted = spec ? partitions.filter(matchOf(table, spec)) : partitions;
  return wanted
    .map(({ values }) =>
      table.partitionKeys.map((key, index) => `${key.name}=${escapeValue(values[index] ?? "")}`).join("/"),
    )
    .sort();
}

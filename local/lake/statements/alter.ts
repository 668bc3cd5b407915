import type { GlueColumn, GlueTable } from "@streaming-data-lake/terraform/types";
import { withTable } from "../catalog/catalog";
import type { AlterTable } from "../hive/ast";
import { executionFailure, semanticFailure } from "../hive/errors";
import { checkLocation, type NamedTable, type StatementContext, tableOf } from "./context";
import { alterPartitions, matchOf } from "./partitions";
import { checkDuplicates } from "./tables";

/** https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html */
export async function alterTable(statement: AlterTable, context: StatementContext): Promise<void> {
  await context.catalog.change((snapshot) => {
    const named = tableOf(snapshot, statement.name, context);
    const change = changeOf(statement, named, context);
    if (!change) return { state: snapshot.state, result: undefined };
    return { state: withTable(snapshot, named.database, named.name, change), result: undefined };
  });
}

function changeOf(
  statement: AlterTable,
  named: NamedTable,
  context: StatementContext,
): Parameters<typeof withTable>[3] | undefined {
  const { table } = named;
  switch (statement.action) {
    case "add partitions":
    case "drop partitions":
    case "rename partition": {
      const partitions = alterPartitions(statement, named, context);
      return partitions && { partitions };
    }
    case "add columns":
      return { table: withColumns(table, [...table.columns, ...statement.columns]) };
    case "replace columns":
      return { table: withColumns(table, statement.columns) };
    case "change column":
      return { table: withColumns(table, changed(table, statement)) };
    case "set properties":
      return { table: { ...table, parameters: { ...table.parameters, ...statement.properties } } };
    case "set location": {
      const { location, partition } = statement;
      checkLocation(location, context);
      if (!partition) return { table: { ...table, location } };
      const matches = matchOf(table, partition);
      if (!named.partitions.some(matches)) throw semanticFailure("[Error 10006]: Partition not found");
      return { partitions: named.partitions.map((one) => (matches(one) ? { ...one, location } : one)) };
    }
  }
}

function withColumns(table: GlueTable, columns: readonly GlueColumn[]): GlueTable {
  checkDuplicates([...columns, ...table.partitionKeys].map(({ name, type }) => ({ name, type })));
  return { ...table, columns };
}

function changed(
  table: GlueTable,
  { from, to, place }: Extract<AlterTable, { readonly action: "change column" }>,
): GlueColumn[] {
  const index = table.columns.findIndex(({ name }) => name.toLowerCase() === from);
  if (index < 0) throw semanticFailure(`[Error 10002]: Invalid column reference ${from}`);
  if (!place) return table.columns.map((column, at) => (at === index ? to : column));
  const others = table.columns.filter((_, at) => at !== index);
  if (place === "first") return [to, ...others];
  const after = others.findIndex(({ name }) => name.toLowerCase() === place.after);
  if (after < 0) throw executionFailure(`Invalid column reference ${place.after}`);
  return others.toSpliced(after + 1, 0, to);
}

import type { GlueTable, Schedule } from "@streaming-data-lake/terraform/types";
import { Snapshot, type StackCatalog } from "./catalog/snapshot";
import { emptyState } from "./catalog/state";
import { type TableName, tablesNamed } from "./trino/parse/tables";

/** The tables of a stack that a statement names. */
export interface StackTables {
  readonly reads: readonly GlueTable[];
  /** The table that an INSERT fills. */
  readonly writes?: GlueTable;
}

/**
 * The tables of a stack that a statement reads and writes.
 *
 * @param database The database of names without one. @default the one that the lake has for statements of this stack
 */
export function tablesOfStatement(stack: StackCatalog, sql: string, database?: string): StackTables {
  const snapshot = new Snapshot(stack, emptyState);
  const find = (name: TableName) => snapshot.ofStack(name.database, name.table);
  const named = tablesNamed(sql, database ?? snapshot.usualDatabase);
  const writes = named.writes && find(named.writes);
  return { reads: named.reads.flatMap((name) => find(name) ?? []), ...(writes && { writes }) };
}

/** The tables of a stack that a scheduled query reads and writes. */
export const tablesOfSchedule = (stack: StackCatalog, { sql, database }: Schedule): StackTables =>
  tablesOfStatement(stack, sql, database);

import type { CatalogEntry, Snapshot } from "../catalog/snapshot";
import type { HiveStatement, HiveTableName } from "../hive/ast";
import type { DefinitionAccess, StatementAccess } from "../result";
import { TrinoError } from "../trino/types/errors";

type TableAccess = Extract<DefinitionAccess, { readonly table: string }>;
type DatabaseAccess = Extract<DefinitionAccess, { readonly database: string }>["does"] & string;

/** What a statement of Athena's DDL does with the catalog, and where it lists objects. */
export function accessOf(statement: HiveStatement, snapshot: Snapshot, otherwise: string): StatementAccess {
  const table = (does: TableAccess["does"], name: HiveTableName): StatementAccess => {
    const database = name.database ?? otherwise;
    const entry = entryOf(snapshot, database, name.table);
    const isPartitioned = entry && entry.table.partitionKeys.length > 0;
    const access = {
      does,
      database,
      table: name.table,
      ...(isPartitioned !== undefined && { isPartitioned }),
    };
    return {
      reads: [],
      definitions: [access],
      ...(does === "repair partitions" && entry && { lists: entry.table.location }),
    };
  };
  const database = (does: Exclude<DatabaseAccess, TableAccess["does"]>, name: string): StatementAccess => ({
    reads: [],
    definitions: [{ does, database: name }],
  });
  switch (statement.kind) {
    case "CreateDatabase":
      return database("create database", statement.name);
    case "AlterDatabase":
      return database("alter database", statement.name);
    case "DropDatabase":
      return database("drop database", statement.name);
    case "ShowDatabases":
      return { reads: [], definitions: [{ does: "list databases" }] };
    case "ShowTables":
    case "ShowViews":
      return database("list tables", statement.database ?? otherwise);
    case "CreateTable":
      return table("create table", statement.name);
    case "DropTable":
      return table("drop table", statement.name);
    case "AlterTable":
      switch (statement.action) {
        case "add partitions":
        case "drop partitions":
          return table(statement.action, statement.name);
        case "rename partition":
          return table("alter partitions", statement.name);
        case "set location":
          return table(statement.partition ? "alter partitions" : "alter table", statement.name);
        default:
          return table("alter table", statement.name);
      }
    case "Repair":
      return table("repair partitions", statement.name);
    case "ShowPartitions":
      return table("list partitions", statement.name);
    case "Describe":
      return table(statement.partition ? "list partitions" : "show table", statement.name);
    case "ShowColumns":
    case "ShowProperties":
    case "ShowCreateTable":
      return table("show table", statement.name);
  }
}

/**
 * The table of a name. Undefined also when the name conflicts with a table of the stack, because the statement itself
 * reports that.
 */
function entryOf(snapshot: Snapshot, database: string, name: string): CatalogEntry | undefined {
  try {
    return snapshot.find(database, name);
  } catch (error) {
    if (error instanceof TrinoError && error.code === "TABLE_CONFLICT") return undefined;
    throw error;
  }
}

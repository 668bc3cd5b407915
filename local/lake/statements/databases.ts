import { defaultDatabase, type Snapshot, tableKey } from "../catalog/snapshot";
import { type CatalogState, without } from "../catalog/state";
import type { HiveStatement } from "../hive/ast";
import { executionFailure, semanticFailure } from "../hive/errors";
import { checkLocation, type StatementContext } from "./context";

type Of<Kind extends HiveStatement["kind"]> = Extract<HiveStatement, { readonly kind: Kind }>;

/** https://docs.aws.amazon.com/athena/latest/ug/create-database.html */
export async function createDatabase(
  { name, ifNotExists, comment, location, properties }: Of<"CreateDatabase">,
  context: StatementContext,
): Promise<void> {
  if (!/^\w+$/.test(name))
    throw executionFailure(`InvalidObjectException(message:${name} is not a valid database name)`);
  if (location !== undefined) checkLocation(location, context);
  await context.catalog.change((snapshot) => {
    const { state } = snapshot;
    if (snapshot.hasDatabase(name)) {
      if (ifNotExists) return { state, result: undefined };
      throw executionFailure(`Database ${name} already exists`);
    }
    const database = {
      name,
      ...(comment !== undefined && { comment }),
      ...(location !== undefined && { location }),
      parameters: properties,
    };
    return { state: { ...state, databases: { ...state.databases, [name]: database } }, result: undefined };
  });
}

/** https://docs.aws.amazon.com/athena/latest/ug/drop-database.html */
export async function dropDatabase(
  { name, ifExists, cascade }: Of<"DropDatabase">,
  { catalog }: StatementContext,
): Promise<void> {
  await catalog.change((snapshot) => {
    const { state } = snapshot;
    if (!snapshot.hasDatabase(name)) {
      if (ifExists) return { state, result: undefined };
      throw semanticFailure(`[Error 10072]: Database does not exist: ${name}`);
    }
    if (!cascade && snapshot.tables(name).length > 0)
      throw executionFailure(
        `InvalidOperationException(message:Database ${name} is not empty. One or more tables exist.)`,
      );
    if (name === defaultDatabase)
      throw executionFailure("MetaException(message:Can not drop default database)");
    return { state: withoutTables(snapshot, name), result: undefined };
  });
}

/**
 * The state in which a database has no tables. The stack's tables are hidden only in this catalog, and return when it
 * is reset.
 */
function withoutTables(snapshot: Snapshot, database: string): CatalogState {
  const { state } = snapshot;
  const tables = Object.fromEntries(
    Object.entries(state.tables).filter(([key]) => !key.startsWith(`${database}.`)),
  );
  for (const { table, ofStack } of snapshot.tables(database))
    if (ofStack) tables[tableKey(database, table.name)] = { dropped: true, partitions: [] };
  return { ...state, databases: without(state.databases, database), tables };
}

/** https://docs.aws.amazon.com/athena/latest/ug/alter-database-set-dbproperties.html */
export async function alterDatabase(
  { name, properties }: Of<"AlterDatabase">,
  { catalog }: StatementContext,
): Promise<void> {
  await catalog.change((snapshot) => {
    const { state } = snapshot;
    const database = snapshot.database(name);
    if (!database) throw semanticFailure(`[Error 10072]: Database does not exist: ${name}`);
    const changed = { ...database, parameters: { ...database.parameters, ...properties } };
    return { state: { ...state, databases: { ...state.databases, [name]: changed } }, result: undefined };
  });
}

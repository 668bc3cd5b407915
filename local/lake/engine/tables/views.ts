import type { LakeCatalog } from "../../catalog/catalog";
import { withRecord } from "../../catalog/catalog";
import { definitionText, isView, type Snapshot, tableKey } from "../../catalog/snapshot";
import { viewOf, viewTable } from "../../catalog/views";
import type { BoundQuery } from "../../trino/bind/tree";
import { parseStatement } from "../../trino/parse";
import type { CreateView, DropView, ShowCreate } from "../../trino/parse/ast";
import { errorAt } from "../../trino/types/errors";
import { namedIn } from "../scans";
import { targetOf } from "./create-table-as";

interface ViewContext {
  readonly catalog: LakeCatalog;
  readonly database: string;
  readonly now: () => Date;
}

/**
 * Creates a view, for CREATE VIEW.
 *
 * @param sql The text of the view's query.
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-view.html
 */
export async function createView(
  statement: CreateView,
  sql: string,
  query: BoundQuery,
  { catalog, database: otherwise, now }: ViewContext,
): Promise<void> {
  // The query's text is stored without parameter values.
  if (parseStatement(sql).parameters > 0)
    throw errorAt(statement, "NOT_SUPPORTED", "A view has no parameters: its query is kept as it is written");
  const { database, name } = targetOf(statement.name, otherwise);
  if ([...namedIn(query).views].some((view) => view.schema === database && view.name === name))
    throw errorAt(statement, "VIEW_IS_RECURSIVE", "Statement would create a recursive view");
  const seen = new Set<string>();
  const columns = query.outputs.map((output, index) => {
    const column = output.name?.toLowerCase();
    if (column === undefined)
      throw errorAt(statement, "MISSING_COLUMN_NAME", `Column name not specified at position ${index + 1}`);
    if (seen.has(column))
      throw errorAt(statement, "DUPLICATE_COLUMN_NAME", `Column name '${column}' specified more than once`);
    seen.add(column);
    if (output.type.kind === "unknown")
      throw errorAt(statement, "COLUMN_TYPE_UNKNOWN", `Column type is unknown at position ${index + 1}`);
    return { name: column, type: output.type };
  });
  await catalog.change((snapshot) => {
    if (!snapshot.hasDatabase(database))
      throw errorAt(statement, "SCHEMA_NOT_FOUND", `Schema '${database}' does not exist`);
    const existing = snapshot.find(database, name);
    const full = `awsdatacatalog.${database}.${name}`;
    if (existing && !isView(existing.table))
      throw errorAt(statement, "TABLE_ALREADY_EXISTS", `Table already exists: '${full}'`);
    if (existing && !statement.orReplace)
      throw errorAt(statement, "TABLE_ALREADY_EXISTS", `View already exists: '${full}'`);
    const inStack = snapshot.ofStack(database, name);
    const record = {
      ...(inStack && { stackDefinition: definitionText(inStack) }),
      definition: viewTable(database, name, { sql, schema: otherwise, columns }),
      partitions: [],
      createTime: Math.floor(now().getTime() / 1000),
    };
    return { state: withRecord(snapshot.state, tableKey(database, name), record), result: undefined };
  });
}

/** Drops a view, for DROP VIEW. https://docs.aws.amazon.com/athena/latest/ug/drop-view.html */
export async function dropView(
  statement: DropView,
  { catalog, database: otherwise }: ViewContext,
): Promise<void> {
  const { database, name } = targetOf(statement.name, otherwise);
  await catalog.change((snapshot) => {
    const entry = snapshot.find(database, name);
    const full = `awsdatacatalog.${database}.${name}`;
    if (entry && !isView(entry.table))
      throw errorAt(
        statement,
        "GENERIC_USER_ERROR",
        `View '${full}' does not exist, but a table with that name exists. Did you mean DROP TABLE ${name}?`,
      );
    if (!entry) {
      if (statement.ifExists) return { state: snapshot.state, result: undefined };
      throw errorAt(statement, "TABLE_NOT_FOUND", `View '${full}' does not exist`);
    }
    const record = snapshot.ofStack(database, name) && ({ dropped: true, partitions: [] } as const);
    return { state: withRecord(snapshot.state, tableKey(database, name), record), result: undefined };
  });
}

/** The output lines of SHOW CREATE VIEW. https://docs.aws.amazon.com/athena/latest/ug/show-create-view.html */
export function showCreateView(statement: ShowCreate, snapshot: Snapshot, otherwise: string): string[] {
  const { database, name } = targetOf(statement.name, otherwise);
  const entry = snapshot.find(database, name);
  const full = `awsdatacatalog.${database}.${name}`;
  if (!entry) throw errorAt(statement, "TABLE_NOT_FOUND", `View '${full}' does not exist`);
  if (!isView(entry.table))
    throw errorAt(statement, "NOT_SUPPORTED", `Relation '${full}' is a table, not a view`);
  const { sql } = viewOf(entry.table);
  return [`CREATE VIEW ${name} AS `, ...sql.split("\n")];
}

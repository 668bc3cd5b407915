import type { BoundCatalog, CatalogTable } from "../../trino/bind/tree";
import type {
  Identifier,
  QualifiedName,
  ShowColumns,
  ShowCreate,
  ShowPattern,
  Statement,
} from "../../trino/parse/ast";
import type { TextPosition } from "../../trino/types/errors";
import { errorAt } from "../../trino/types/errors";
import { formatType } from "../../trino/types/format";
import { varchar } from "../../trino/types/types";
import type { StatementAnswer } from "../answer";

/** Answers the statements that only need the catalog. Undefined for all other statements. */
export function answerShow(
  statement: Statement,
  catalog: BoundCatalog,
  schema: string,
): StatementAnswer | undefined {
  switch (statement.kind) {
    case "ShowCatalogs":
      return list("catalog_name", [catalog.name], statement.like);
    case "ShowSchemas":
      checkCatalog(catalog, statement.catalog);
      return list("database_name", catalog.schemas, statement.like);
    case "ShowTables": {
      const name = schemaOf(statement.schema, catalog, schema, statement);
      const tables = catalog.tables(name).map((table) => table.name);
      return list("tab_name", tables, statement.like);
    }
    case "ShowColumns":
      return describe(statement, catalog, schema);
    case "ShowCreate":
      return refuseCreate(statement, catalog, schema);
    default:
      return undefined;
  }
}

/** A result with one column that lists the names in their order. */
const list = (column: string, names: readonly string[], like: ShowPattern | undefined): StatementAnswer => ({
  columns: [{ name: column, type: varchar }],
  rows: names
    .filter(matcher(like))
    .toSorted()
    .map((name) => [name]),
});

/** The columns of a table with their types. The third result column marks partition keys with `partition key`. */
function describe(statement: ShowColumns, catalog: BoundCatalog, schema: string): StatementAnswer {
  const table = tableOf(statement.table, catalog, schema, statement);
  const columns = table.columns.filter(({ hidden, name }) => !hidden && matcher(statement.like)(name));
  return {
    columns: ["col_name", "data_type", "extra"].map((name) => ({ name, type: varchar })),
    rows: columns.map(({ name, type, partitionKey }) => [
      name,
      formatType(type),
      partitionKey ? "partition key" : "",
    ]),
  };
}

function refuseCreate(statement: ShowCreate, catalog: BoundCatalog, schema: string): never {
  const { object, name } = statement;
  if (object === "VIEW" || object === "MATERIALIZED VIEW") {
    const table = tableOf(name, catalog, schema, statement);
    const relation = `${catalog.name}.${table.schema}.${table.name}`;
    throw errorAt(statement, "NOT_SUPPORTED", `Relation '${relation}' is a table, not a view`);
  }
  throw errorAt(statement, "NOT_SUPPORTED", `SHOW CREATE ${object} is not supported here`);
}

function checkCatalog(catalog: BoundCatalog, name: Identifier | undefined): void {
  if (name && name.value.toLowerCase() !== catalog.name)
    throw errorAt(name, "CATALOG_NOT_FOUND", `Catalog '${name.value.toLowerCase()}' not found`);
}

function schemaOf(
  name: QualifiedName | undefined,
  catalog: BoundCatalog,
  otherwise: string,
  at: TextPosition,
): string {
  if (!name) return otherwise;
  const schema = name.parts.at(-1)?.value.toLowerCase() ?? otherwise;
  if (name.parts.length > 1) checkCatalog(catalog, name.parts.at(-2));
  if (!catalog.schemas.includes(schema))
    throw errorAt(at, "SCHEMA_NOT_FOUND", `Schema '${schema}' does not exist`);
  return schema;
}

function tableOf(
  name: QualifiedName,
  catalog: BoundCatalog,
  otherwise: string,
  at: TextPosition,
): CatalogTable {
  const parts = name.parts.map(({ value }) => value.toLowerCase());
  const [table = "", schema = otherwise] = parts.toReversed();
  if (parts.length > 2) checkCatalog(catalog, name.parts.at(-3));
  const found = catalog.find(schema, table);
  if (found) return found;
  if (!catalog.schemas.includes(schema))
    throw errorAt(at, "SCHEMA_NOT_FOUND", `Schema '${schema}' does not exist`);
  throw errorAt(at, "TABLE_NOT_FOUND", `Table '${catalog.name}.${schema}.${table}' does not exist`);
}

/** Returns a function that tests whether a name matches a LIKE pattern. */
function matcher(like: ShowPattern | undefined): (name: string) => boolean {
  if (!like) return () => true;
  let source = "";
  for (let i = 0; i < like.pattern.length; i++) {
    const character = like.pattern[i] ?? "";
    if (character === like.escape) source += literal(like.pattern[++i] ?? "");
    else if (character === "%") source += ".*";
    else if (character === "_") source += ".";
    else source += literal(character);
  }
  const pattern = new RegExp(`^${source}$`, "s");
  return (name) => pattern.test(name);
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

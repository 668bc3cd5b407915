import type * as ast from "../../parse/ast";
import { commonType, isCoercible } from "../../types/coercion";
import { errorAt } from "../../types/errors";
import { formatType } from "../../types/format";
import type { Type } from "../../types/types";
import { bindQuery, type Env } from "../context";
import { coerce } from "../expressions/coerce";
import { constant } from "../expressions/literals";
import type { BoundQuery, CatalogColumn, CatalogTable, OutputColumn } from "../tree";
import { columnOf, selectFrom } from "./outputs";

export interface BoundInsert {
  readonly table: CatalogTable;
  /**
   * Returns the rows to write, with a value for each column of the table, in the table's order and types. A string may
   * still be too long for its column.
   */
  readonly query: BoundQuery;
}

/**
 * Binds an INSERT INTO. Columns that the statement does not list are NULL, and numbers and times are cast to their
 * columns' types.
 *
 * @see https://trino.io/docs/current/sql/insert.html
 */
export function bindInsert(node: ast.Insert, env: Env): BoundInsert {
  const source = bindQuery(node.query, env);
  const table = targetOf(node, env);
  const columns = table.columns.filter(({ hidden }) => !hidden);
  const listed = node.columns ? listedColumns(node, node.columns, columns) : columns;
  const matches =
    source.outputs.length === listed.length &&
    source.outputs.every(({ type }, index) => {
      const column = listed[index];
      return column !== undefined && fits(type, column.type);
    });
  if (!matches)
    throw errorAt(
      node,
      "TYPE_MISMATCH",
      `Insert query has mismatched column types: Table: [${typesOf(listed)}], Query: [${typesOf(source.outputs)}]`,
    );
  const items = columns.map(({ name, type }) => {
    const from = source.outputs[listed.findIndex((column) => column.name === name)];
    const output: OutputColumn = { id: env.context.nextId(), name, type };
    if (!from) return { expr: constant(type, null), output };
    if (isText(from.type) && isText(type))
      return { expr: columnOf(from), output: { ...output, type: from.type } };
    return { expr: coerce(columnOf(from), type), output };
  });
  const query = selectFrom(source, items);
  return { table, query };
}

/**
 * Whether a value can be inserted into a column. Types with a common type are cast. Types that contain strings of
 * limited length have to be coercible.
 */
const fits = (from: Type, to: Type): boolean =>
  holdsBoundedText(to) ? isCoercible(from, to) : commonType(from, to) !== undefined;

function holdsBoundedText(type: Type): boolean {
  const isBounded = (inner: Type): boolean =>
    inner.kind === "char" ||
    (inner.kind === "varchar" && inner.length !== undefined) ||
    holdsBoundedText(inner);
  switch (type.kind) {
    case "array":
      return isBounded(type.element);
    case "map":
      return isBounded(type.key) || isBounded(type.value);
    case "row":
      return type.fields.some((field) => isBounded(field.type));
    default:
      return false;
  }
}

const isText = ({ kind }: Type): boolean => kind === "varchar" || kind === "char";

const typesOf = (columns: readonly { readonly type: OutputColumn["type"] }[]): string =>
  columns.map(({ type }) => formatType(type)).join(", ");

function targetOf(node: ast.Insert, { context }: Env): CatalogTable {
  const { catalog } = context;
  const parts = node.target.parts.map(({ value }) => value.toLowerCase());
  const [name = "", schema = context.schema, catalogName = catalog.name] = parts.reverse();
  if (catalogName !== catalog.name)
    throw errorAt(node, "CATALOG_NOT_FOUND", `Destination catalog '${catalogName}' not found`);
  if (!catalog.schemas.includes(schema))
    throw errorAt(node, "SCHEMA_NOT_FOUND", `Destination schema '${schema}' does not exist`);
  const table = catalog.find(schema, name);
  if (!table)
    throw errorAt(node, "TABLE_NOT_FOUND", `Table '${catalog.name}.${schema}.${name}' does not exist`);
  if (table.view) throw errorAt(node, "NOT_SUPPORTED", "Inserting into views is not supported");
  return table;
}

function listedColumns(
  node: ast.Insert,
  names: readonly ast.Identifier[],
  columns: readonly CatalogColumn[],
): CatalogColumn[] {
  const seen = new Set<string>();
  return names.map(({ value }) => {
    const wanted = value.toLowerCase();
    const column = columns.find(({ name }) => name === wanted);
    if (!column)
      throw errorAt(node, "COLUMN_NOT_FOUND", `Insert column name does not exist in target table: ${wanted}`);
    if (seen.has(wanted))
      throw errorAt(
        node,
        "DUPLICATE_COLUMN_NAME",
        `Insert column name is specified more than once: ${wanted}`,
      );
    seen.add(wanted);
    return column;
  });
}

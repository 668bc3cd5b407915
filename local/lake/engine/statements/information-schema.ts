import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { quoteName, quoteText } from "../../quote";
import type { BoundCatalog, CatalogTable } from "../../trino/bind/tree";
import { duckdbTypeText } from "../../trino/types/duckdb";
import { formatType } from "../../trino/types/format";
import { bigint, type Type, varchar } from "../../trino/types/types";

export const INFORMATION_SCHEMA = "information_schema";

/** A table whose rows come from the catalog. `sql` returns a query that produces them. */
export class VirtualTable {
  /** @param partitionsOf The table whose partitions are the rows. */
  constructor(
    readonly sql: () => string | Promise<string>,
    readonly partitionsOf?: GlueTable,
  ) {}
}

type Cell = string | number | null;

interface Description {
  readonly columns: readonly (readonly [name: string, type: Type])[];
  readonly rows: (catalog: BoundCatalog) => readonly (readonly Cell[])[];
}

const text = (...names: readonly string[]) => names.map((name) => [name, varchar] as const);

/** https://trino.io/docs/current/connector/information-schema. As on Athena, the tables about roles are empty. */
const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  columns: {
    columns: [
      ...text("table_catalog", "table_schema", "table_name", "column_name"),
      ["ordinal_position", bigint],
      ...text("column_default", "is_nullable", "data_type"),
    ],
    rows: (catalog) =>
      everyTable(catalog).flatMap(({ schema, name, columns }) =>
        columns
          .filter(({ hidden }) => !hidden)
          .map((column, index) => [
            catalog.name,
            schema,
            name,
            column.name,
            index + 1,
            null,
            "YES",
            formatType(column.type),
          ]),
      ),
  },
  tables: {
    columns: text("table_catalog", "table_schema", "table_name", "table_type"),
    rows: (catalog) =>
      everyTable(catalog).map(({ schema, name, view }) => [
        catalog.name,
        schema,
        name,
        view ? "VIEW" : "BASE TABLE",
      ]),
  },
  views: {
    columns: text("table_catalog", "table_schema", "table_name", "view_definition"),
    rows: (catalog) =>
      everyTable(catalog).flatMap(({ schema, name, view }) =>
        view ? [[catalog.name, schema, name, view.sql]] : [],
      ),
  },
  schemata: {
    columns: text("catalog_name", "schema_name"),
    rows: (catalog) => catalog.schemas.map((schema) => [catalog.name, schema]),
  },
  table_privileges: {
    columns: text(
      "grantor",
      "grantor_type",
      "grantee",
      "grantee_type",
      "table_catalog",
      "table_schema",
      "table_name",
      "privilege_type",
      "is_grantable",
      "with_hierarchy",
    ),
    rows: () => [],
  },
  roles: { columns: text("role_name"), rows: () => [] },
  applicable_roles: {
    columns: text("grantee", "grantee_type", "role_name", "is_grantable"),
    rows: () => [],
  },
  enabled_roles: { columns: text("role_name"), rows: () => [] },
};

const everyTable = (catalog: BoundCatalog): readonly CatalogTable[] =>
  catalog.schemas.flatMap((schema) => catalog.tables(schema));

/** The tables of `information_schema`. Their rows are produced when a statement reads them. */
export function informationSchema(catalog: BoundCatalog): ReadonlyMap<string, CatalogTable> {
  const tables = Object.entries(DESCRIPTIONS).map(
    ([name, { columns, rows }]): CatalogTable => ({
      schema: INFORMATION_SCHEMA,
      name,
      columns: columns.map(([column, type]) => ({
        name: column,
        type,
        partitionKey: false,
        hidden: false,
      })),
      source: new VirtualTable(() => valuesSql(columns, rows(catalog))),
    }),
  );
  return new Map(tables.map((table) => [table.name, table]));
}

/**
 * A query that returns these rows. The values of each column are one text that DuckDB splits, because parsing thousands
 * of separate constants is slow.
 */
export function valuesSql(columns: Description["columns"], rows: readonly (readonly Cell[])[]): string {
  const separator = unusedIn(rows, "\u001f");
  const missing = unusedIn(rows, "\u001e");
  const items = columns.map(
    ([name, type], index) =>
      `CAST(nullif(v${index}, ${quoteText(missing)}) AS ${duckdbTypeText(type)}) AS ${quoteName(name)}`,
  );
  const lists = columns.map((_, index) => {
    const cells = rows.map((row) => row[index] ?? missing).join(separator);
    return `unnest(string_split(${quoteText(cells)}, ${quoteText(separator)})) AS v${index}`;
  });
  const filter = rows.length === 0 ? " WHERE false" : "";
  return `SELECT ${items.join(", ")} FROM (SELECT ${lists.join(", ")}) AS v${filter}`;
}

/** A separator, made by repeating the given character, that no cell contains. */
function unusedIn(rows: readonly (readonly Cell[])[], sign: string): string {
  const isUsed = rows.some((row) => row.some((cell) => typeof cell === "string" && cell.includes(sign)));
  if (!isUsed) return sign;
  const longest = Math.max(...rows.flat().map((cell) => String(cell).length));
  return sign.repeat(longest + 1);
}

import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { isObject } from "@streaming-data-lake/terraform/values";
import { typeOf } from "../trino/bind/expressions/names";
import { parseType } from "../trino/parse";
import { TrinoError } from "../trino/types/errors";
import { formatType } from "../trino/types/format";
import type { Type } from "../trino/types/types";
import { toHiveType } from "./hive-type";

export interface View {
  readonly sql: string;
  /** The database of table names in the view's query that have no database. */
  readonly schema: string;
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
}

/** The form in which Trino's Hive connector and Athena store a view in Glue. */
interface StoredView {
  readonly originalSql: string;
  readonly catalog?: string;
  readonly schema?: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const isStored = (value: unknown): value is StoredView =>
  isObject(value) &&
  typeof value.originalSql === "string" &&
  Array.isArray(value.columns) &&
  value.columns.every((one) => isObject(one) && typeof one.name === "string" && typeof one.type === "string");

/**
 * Reads the view that a table in Glue represents.
 *
 * @throws TrinoError HIVE_INVALID_VIEW_DATA when the text is not a view in Athena's form.
 */
export function viewOf(table: GlueTable): View {
  const invalid = (why: string) =>
    new TrinoError("HIVE_INVALID_VIEW_DATA", `view ${table.database}.${table.name} ${why}`);
  const [, encoded] = /^\/\* Presto View: (\S+) \*\/$/.exec(table.viewText?.trim() ?? "") ?? [];
  if (encoded === undefined) throw invalid("is not one of Athena's: its text is not /* Presto View: … */");
  try {
    const stored = JSON.parse(Buffer.from(encoded, "base64").toString()) as unknown;
    if (!isStored(stored))
      throw new Error("it must have originalSql, and columns with a name and a type each");
    return {
      sql: stored.originalSql,
      schema: (stored.schema ?? table.database).toLowerCase(),
      columns: stored.columns.map(({ name, type }) => {
        const parsed = parseType(type);
        return { name: name.toLowerCase(), type: typeOf(parsed, parsed) };
      }),
    };
  } catch (error) {
    throw invalid(`cannot be read: ${(error as Error).message}`);
  }
}

/** A view as a table in Glue. */
export function viewTable(database: string, name: string, view: View): GlueTable {
  const stored = {
    originalSql: view.sql,
    catalog: "awsdatacatalog",
    schema: view.schema,
    columns: view.columns.map((column) => ({ name: column.name, type: formatType(column.type) })),
    runAsInvoker: true,
    properties: {},
  };
  const encoded = Buffer.from(JSON.stringify(stored)).toString("base64");
  return {
    address: "",
    database,
    name,
    location: "",
    columns: view.columns.map((column) => ({ name: column.name, type: toHiveType(column.type) ?? "string" })),
    partitionKeys: [],
    serializationLibrary: "",
    serdeParameters: {},
    parameters: { presto_view: "true", comment: "Presto View" },
    tableType: "VIRTUAL_VIEW",
    viewText: `/* Presto View: ${encoded} */`,
  };
}

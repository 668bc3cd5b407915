import type { GlueColumn, GlueTable } from "@streaming-data-lake/terraform/types";
import { QueryError } from "./errors";
import type { Footers } from "./footers";
import { duckdbType } from "./hive-types";
import { type LakeObject, pathList } from "./partitions";
import { quoteName, quoteText } from "./quote";
import { failure } from "./trino/emit/failure";

const openxSerde = "org.openx.data.jsonserde.JsonSerDe";
const parquetSerde = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

/** Athena's hidden column: the object a row comes from. */
export const pathColumn = "$path";

export type TableFormat = "parquet" | "json";

/** @throws QueryError naming the SerDe, when tables of it can't be read here. */
export function formatOf(table: GlueTable): TableFormat {
  if (table.serializationLibrary === parquetSerde) return "parquet";
  if (table.serializationLibrary === openxSerde) return "json";
  throw new QueryError(
    `table ${table.name}: objects of SerDe ${table.serializationLibrary} can't be read here, only ${parquetSerde} and ${openxSerde}`,
  );
}

/** All columns of a table, the partition keys last, with their DuckDB types. */
export function columnsOf(table: GlueTable): { name: string; type: string }[] {
  return [...table.columns, ...table.partitionKeys].map(({ name, type }) => ({
    name,
    type: duckdbType(type),
  }));
}

function hiveOptions(table: GlueTable): string {
  if (table.partitionKeys.length === 0) return "hive_partitioning = false";
  const types = table.partitionKeys.map(({ name, type }) => `${quoteText(name)}: ${duckdbType(type)}`);
  return `hive_partitioning = true, hive_types = {${types.join(", ")}}`;
}

function parquetSource(table: GlueTable, objects: readonly LakeObject[], footers: Footers) {
  const present = footers.columnsIn(objects);
  const select = table.columns.map(({ name, type }) =>
    present.has(name.toLowerCase())
      ? `CAST(${quoteName(name)} AS ${duckdbType(type)}) AS ${quoteName(name)}`
      : `CAST(NULL AS ${duckdbType(type)}) AS ${quoteName(name)}`,
  );
  // Objects written before a column was added to the table lack it.
  const from = `read_parquet(${pathList(objects)}, union_by_name = ${!footers.areAlike(objects)}, filename = ${quoteText(pathColumn)}, ${hiveOptions(table)})`;
  return { select, from };
}

/** The expression that reads a column from the text of its JSON value. */
function openxExpression(text: string, type: string): string {
  switch (type) {
    case "VARCHAR":
      return text;
    case "TIMESTAMP":
    case "DOUBLE":
    case "BIGINT":
    case "BOOLEAN":
      return `memory.main.openx_${type.toLowerCase()}(${text})`;
    case "TINYINT":
    case "SMALLINT":
    case "INTEGER":
      return `TRY_CAST(memory.main.openx_bigint(${text}) AS ${type})`;
    default:
      return `TRY_CAST(${text} AS ${type})`;
  }
}

/** A value of another type ends the query, as on Athena, with what would read it. */
function orFail(read: string, duckdbTypeText: string, text: string, { name, type }: GlueColumn): string {
  const advice = `set use.null.for.invalid.data to "true" in the table's SerDe parameters to read such values as NULL`;
  const detail = `${text} || ${quoteText(`' for field ${name}, which is ${type}; ${advice}`)}`;
  const failing = failure(duckdbTypeText, "HIVE_BAD_DATA", "Error parsing field value '", detail);
  return `CASE WHEN ${read} IS NULL AND ${text} IS NOT NULL THEN ${failing} ELSE ${read} END`;
}

const isNested = (type: string) => /[[(]/.test(type) && !type.startsWith("DECIMAL");

function jsonSource(table: GlueTable, objects: readonly LakeObject[]) {
  const keyOf = ({ name }: GlueColumn) => table.serdeParameters[`mapping.${name}`] ?? name;
  const types = table.columns.map((column) => duckdbType(column.type));
  const columns = table.columns.map(
    (column, index) =>
      `${quoteText(keyOf(column))}: ${quoteText(isNested(types[index] ?? "") ? (types[index] ?? "") : "VARCHAR")}`,
  );
  // https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
  const forgives = isOn(table, "use.null.for.invalid.data");
  const select = table.columns.map((column, index) => {
    const type = types[index] ?? "";
    const value = quoteName(keyOf(column));
    const read = isNested(type) ? value : openxExpression(value, type);
    const kept = forgives || isNested(type) ? read : orFail(read, type, value, column);
    return `${kept} AS ${quoteName(column.name)}`;
  });
  // With the errors ignored a line that is not a JSON object is a row of NULL, as with the SerDe's own setting.
  const lenient = isOn(table, "ignore.malformed.json");
  const from = `read_json(${pathList(objects)}, format = 'newline_delimited', columns = {${columns.join(", ")}}, ignore_errors = ${lenient}, filename = ${quoteText(pathColumn)}, ${hiveOptions(table)})`;
  return { select, from };
}

const isOn = ({ serdeParameters }: GlueTable, parameter: string) =>
  serdeParameters[parameter]?.toLowerCase() === "true";

export interface RelationOptions {
  readonly objects: readonly LakeObject[];
  readonly footers: Footers;
  readonly lakeFolder: string;
  /** Whether the hidden column `$path` is there. */
  readonly withPath: boolean;
}

/** A SELECT over the objects that has exactly the table's columns and types. */
export function relationOf(table: GlueTable, options: RelationOptions): string {
  const { objects, footers, lakeFolder, withPath } = options;
  const format = formatOf(table);
  if (objects.length === 0) {
    const nulls = columnsOf(table).map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`);
    if (withPath) nulls.push(`CAST(NULL AS VARCHAR) AS ${quoteName(pathColumn)}`);
    return `SELECT ${nulls.join(", ")} WHERE false`;
  }
  const { select, from } =
    format === "parquet" ? parquetSource(table, objects, footers) : jsonSource(table, objects);
  const keys = table.partitionKeys.map(({ name }) => quoteName(name));
  const path = withPath
    ? [
        `replace(replace(${quoteName(pathColumn)}, ${quoteText(`${lakeFolder}/`)}, 's3://'), '\\', '/') AS ${quoteName(pathColumn)}`,
      ]
    : [];
  return `SELECT ${[...select, ...keys, ...path].join(", ")} FROM ${from}`;
}

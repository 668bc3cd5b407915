import { quoteName, quoteText } from "../../quote";
import { duckdbTypeText } from "../../trino/types/duckdb";
import { TrinoError } from "../../trino/types/errors";
import { varchar } from "../../trino/types/types";
import { pathList } from "../objects";
import { type PartitionObject, type ReadColumn, unstoredValueOf } from "../scan";
import { coerced } from "./coerce";
import { constantSql } from "./constants";
import type { FileColumn, Footers } from "./footers";

/** A column with the path of a row's object. No table can have a column of this name. */
const fileColumn = "(object)";

/**
 * A query over Parquet objects that returns exactly the given columns, each with the table's type. Objects of one shape
 * are read together. A column that an object lacks is NULL, and a column of another type is converted where Athena
 * converts it.
 */
export function parquetRelation(
  columns: readonly ReadColumn[],
  objects: readonly PartitionObject[],
  footers: Footers,
): string {
  const shapes = new Map<string, PartitionObject[]>();
  for (const object of objects) {
    const { shape, rows, codecs } = footers.footerOf(object);
    // An object without rows has no values that could disagree with the table.
    if (rows === 0) continue;
    if (codecs.includes("BROTLI"))
      throw new TrinoError(
        "HIVE_BAD_DATA",
        `Malformed Parquet file. Brotli is not supported [${object.address}]`,
      );
    shapes.set(shape, [...(shapes.get(shape) ?? []), object]);
  }
  const parts = [...shapes.values()].map((alike) => shapeQuery(columns, alike, footers));
  return parts.length > 0 ? parts.join(" UNION ALL ") : emptyQuery(columns);
}

export function emptyQuery(columns: readonly ReadColumn[]): string {
  const items = columns.flatMap((column) =>
    readNamesOf(column).map((name) => `CAST(NULL AS ${duckdbTypeText(column.type)}) AS ${name}`),
  );
  return `SELECT ${listed(items)} WHERE false`;
}

/** The names under which a column is read. */
export const readNamesOf = (column: ReadColumn): string[] =>
  column.origin === "object" && column.wholeAs !== undefined ? [column.as, column.wholeAs] : [column.as];

const listed = (items: readonly string[]) => (items.length > 0 ? items.join(", ") : "true AS one");

function shapeQuery(
  columns: readonly ReadColumn[],
  objects: readonly PartitionObject[],
  footers: Footers,
): string {
  const [first] = objects;
  const written = first ? footers.footerOf(first).columns : [];
  const constants = columns.filter((column) => column.origin !== "object");
  const items = columns.flatMap((column) => {
    if (column.origin !== "object") return `o.${quoteName(column.name)} AS ${column.as}`;
    const item = `${dataSql(column, written)} AS ${column.as}`;
    return column.wholeAs === undefined
      ? item
      : [item, `${dataSql({ ...column, type: varchar }, written)} AS ${column.wholeAs}`];
  });
  const files = [...new Map(objects.map(({ object }) => [object.path, object])).values()];
  // Partitions may share a folder. Its objects are read once, and joined with each of the partitions.
  const isJoined = constants.length > 0 || files.length < objects.length;
  const named = isJoined ? `, filename = ${quoteText(fileColumn)}` : "";
  const from = `read_parquet(${pathList(files)}, hive_partitioning = false${named}) AS f`;
  const about = isJoined
    ? ` JOIN ${aboutObjects(constants, objects)} ON o.${quoteName(fileColumn)} = f.${quoteName(fileColumn)}`
    : "";
  return `SELECT ${listed(items)} FROM ${from}${about}`;
}

function dataSql(column: ReadColumn, written: readonly FileColumn[]): string {
  const own = written.find(({ name }) => name.toLowerCase() === column.name);
  return own
    ? coerced(`f.${quoteName(own.readName)}`, own.type, column.type, own)
    : `CAST(NULL AS ${duckdbTypeText(column.type)})`;
}

/** The values that are the same for all rows of an object, by the object's path. */
function aboutObjects(
  columns: readonly Exclude<ReadColumn, { readonly origin: "object" }>[],
  objects: readonly PartitionObject[],
): string {
  const names = columns.map(({ name }) => quoteName(name));
  const rows = objects.map((from) => {
    const values = columns.map((column) => constantSql(unstoredValueOf(column, from), column.type));
    return `(${[quoteText(from.object.path), ...values].join(", ")})`;
  });
  return `(VALUES ${rows.join(", ")}) AS o(${[quoteName(fileColumn), ...names].join(", ")})`;
}

import {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import { item, quoteText } from "../../quote";
import { duckdbTypeText, fieldOf } from "../../trino/types/duckdb";
import { TrinoError } from "../../trino/types/errors";
import { formatType } from "../../trino/types/format";
import type { Type } from "../../trino/types/types";

/** What a Parquet object says of a column, besides the type with which DuckDB reads it. */
export interface Written {
  readonly name: string;
  readonly physical: string;
  readonly annotation: string;
}

const whole: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
]);

const timestamps: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_S,
]);

/**
 * The SQL that converts a column of a Parquet object to the type of the table, in the engine's representation. It
 * accepts exactly the types that Athena's Parquet reader accepts.
 *
 * @throws TrinoError NOT_SUPPORTED when the object's type cannot be read as the table's type.
 * @see https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
 */
export function coerced(sql: string, from: DuckDBType, to: Type, written: Written): string {
  const refuse = (): never => {
    throw new TrinoError(
      "NOT_SUPPORTED",
      `Unsupported Trino column type (${formatType(to)}) for Parquet column ([${written.name}] ${from})`,
    );
  };
  const cast = (value = sql) => `CAST(${value} AS ${duckdbTypeText(to)})`;
  switch (to.kind) {
    case "array":
      if (!(from instanceof DuckDBListType)) return refuse();
      return isAsIs(from.valueType, to.element)
        ? sql
        : `list_transform(${sql}, lambda ${item}: ${coerced(item, from.valueType, to.element, written)})`;
    case "map":
      if (!(from instanceof DuckDBMapType)) return refuse();
      if (isAsIs(from.keyType, to.key) && isAsIs(from.valueType, to.value)) return sql;
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${item}: struct_pack(key := ${coerced(`${item}.key`, from.keyType, to.key, written)}, value := ${coerced(`${item}.value`, from.valueType, to.value, written)})))`;
    case "row": {
      if (!(from instanceof DuckDBStructType)) return refuse();
      const names = from.entryNames.map((name) => name.toLowerCase());
      const fields = to.fields.map(({ name = "", type }, index) => {
        const at = names.indexOf(name.toLowerCase());
        const inner = from.entryTypes[at];
        const value = inner
          ? coerced(`struct_extract(${sql}, ${quoteText(from.entryNames[at] ?? "")})`, inner, type, written)
          : `CAST(NULL AS ${duckdbTypeText(type)})`;
        return `${fieldOf(index)} := ${value}`;
      });
      return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    case "boolean":
      return from.typeId === DuckDBTypeId.BOOLEAN ? sql : refuse();
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      if (whole.has(from.typeId)) return isAsIs(from, to) ? sql : cast();
      if (from instanceof DuckDBDecimalType && from.scale === 0) return cast();
      return to.kind === "bigint" ? (ticks(sql, from, written) ?? refuse()) : refuse();
    case "real":
      return from.typeId === DuckDBTypeId.FLOAT ? sql : refuse();
    case "double":
      if (from.typeId === DuckDBTypeId.DOUBLE) return sql;
      return from.typeId === DuckDBTypeId.FLOAT ? cast() : refuse();
    case "decimal":
      return from instanceof DuckDBDecimalType || whole.has(from.typeId) ? cast() : refuse();
    case "varchar":
    case "char":
      return text(sql, from, to) ?? refuse();
    case "varbinary":
      if (from.typeId === DuckDBTypeId.VARCHAR) return `encode(${sql})`;
      return from.typeId === DuckDBTypeId.BLOB ? sql : refuse();
    case "date":
      if (from.typeId === DuckDBTypeId.DATE) return sql;
      return from.typeId === DuckDBTypeId.INTEGER ? `(DATE '1970-01-01' + ${sql})` : refuse();
    case "timestamp":
      return timestamps.has(from.typeId) ? rounded(sql, written) : refuse();
    default:
      return refuse();
  }
}

const sameIds: Readonly<Partial<Record<Type["kind"], DuckDBTypeId>>> = {
  boolean: DuckDBTypeId.BOOLEAN,
  tinyint: DuckDBTypeId.TINYINT,
  smallint: DuckDBTypeId.SMALLINT,
  integer: DuckDBTypeId.INTEGER,
  bigint: DuckDBTypeId.BIGINT,
  real: DuckDBTypeId.FLOAT,
  double: DuckDBTypeId.DOUBLE,
  date: DuckDBTypeId.DATE,
  varbinary: DuckDBTypeId.BLOB,
};

/** Whether a value can be used without conversion. */
function isAsIs(from: DuckDBType, to: Type): boolean {
  if (to.kind === "varchar") return to.length === undefined && from.typeId === DuckDBTypeId.VARCHAR;
  if (to.kind === "array") return from instanceof DuckDBListType && isAsIs(from.valueType, to.element);
  return sameIds[to.kind] === from.typeId;
}

function text(
  sql: string,
  from: DuckDBType,
  to: Type & { readonly kind: "varchar" | "char" },
): string | undefined {
  const value =
    from.typeId === DuckDBTypeId.VARCHAR || from.typeId === DuckDBTypeId.ENUM
      ? sql
      : from.typeId === DuckDBTypeId.BLOB
        ? `decode(${sql})`
        : whole.has(from.typeId)
          ? `CAST(${sql} AS VARCHAR)`
          : undefined;
  if (value === undefined || to.length === undefined) return value;
  // Most strings are not too long. Testing the length first costs almost nothing compared with making every string
  // again.
  return to.kind === "char"
    ? `CASE WHEN length(${value}) <> ${to.length} THEN rpad(${value}, ${to.length}, ' ') ELSE ${value} END`
    : `CASE WHEN strlen(${value}) > ${to.length} THEN left(${value}, ${to.length}) ELSE ${value} END`;
}

/** The integer that the object stores for a time. Undefined when it does not store one. */
function ticks(sql: string, from: DuckDBType, { physical, annotation }: Written): string | undefined {
  if (physical !== "INT64") return undefined;
  const isTime = from.typeId === DuckDBTypeId.TIME;
  if (!isTime && !timestamps.has(from.typeId)) return undefined;
  const unit = unitOf(annotation);
  const value = from.typeId === DuckDBTypeId.TIMESTAMP_TZ ? `CAST(${sql} AS TIMESTAMP)` : sql;
  if (isTime) return unit === "MICROS" ? `epoch_us(${sql})` : undefined;
  return { MILLIS: `epoch_ms(${value})`, MICROS: `epoch_us(${value})`, NANOS: `epoch_ns(${value})` }[unit];
}

function unitOf(annotation: string): "MILLIS" | "MICROS" | "NANOS" {
  if (/MILLIS=Milli|MILLIS$/.test(annotation)) return "MILLIS";
  return /NANOS=Nano|NANOS$/.test(annotation) ? "NANOS" : "MICROS";
}

/** A timestamp in milliseconds. Finer timestamps are rounded, as in Trino. */
function rounded(sql: string, { physical, annotation }: Written): string {
  const value = `CAST(${sql} AS TIMESTAMP)`;
  if (physical === "INT64" && unitOf(annotation) === "MILLIS") return value;
  // Most timestamps are whole milliseconds. Testing that first costs almost nothing compared with making every
  // timestamp again.
  return `CASE WHEN epoch_us(${value}) % 1000 = 0 THEN ${value} ELSE make_timestamp(CAST(floor((epoch_us(${value}) + 500) / 1000) AS BIGINT) * 1000) END`;
}

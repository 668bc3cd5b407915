import {
  DuckDBArrayValue,
  DuckDBBitValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";

/**
 * A value of a result. Times are text as Athena writes them: `2024-01-15 10:30:00.000`, with ` UTC` when they have
 * a zone; dates `2024-01-15`. Integers beyond 2^53, infinities and NaN are text.
 */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const athenaTypes: Partial<Record<DuckDBTypeId, string>> = {
  [DuckDBTypeId.FLOAT]: "real",
  [DuckDBTypeId.HUGEINT]: "bigint",
  [DuckDBTypeId.UBIGINT]: "bigint",
  [DuckDBTypeId.BLOB]: "varbinary",
  [DuckDBTypeId.LIST]: "array",
  [DuckDBTypeId.ARRAY]: "array",
  [DuckDBTypeId.STRUCT]: "row",
  [DuckDBTypeId.TIMESTAMP_TZ]: "timestamp with time zone",
  [DuckDBTypeId.INTERVAL]: "interval day to second",
  [DuckDBTypeId.SQLNULL]: "unknown",
};

/** The type as Athena names it in a result's columns: `varchar`, `double`, `bigint`, `timestamp`, … */
export function athenaType(type: DuckDBType): string {
  return athenaTypes[type.typeId] ?? DuckDBTypeId[type.typeId].toLowerCase();
}

const isoOf = (micros: bigint) =>
  new Date(Number(micros / 1000n - (micros % 1000n < 0n ? 1n : 0n)))
    .toISOString()
    .replace("T", " ")
    .replace("Z", "");

const dayMilliseconds = 86_400_000;

/** A DuckDB value as a result holds it. */
export function toValue(value: DuckDBValue): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return value;
  if (value instanceof DuckDBTimestampValue) return isoOf(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return `${isoOf(value.micros)} UTC`;
  if (value instanceof DuckDBDateValue)
    return new Date(value.days * dayMilliseconds).toISOString().slice(0, 10);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, entry]) => [key, toValue(entry)]));
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(
      value.entries.map(({ key, value: entry }) => [String(toValue(key)), toValue(entry)]),
    );
  if (
    value instanceof DuckDBBlobValue ||
    value instanceof DuckDBBitValue ||
    value instanceof DuckDBIntervalValue
  )
    return value.toString();
  return String(value);
}

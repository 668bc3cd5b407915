import { quoteText } from "../../quote";
import { textOf } from "../../trino/casts/text";
import type { Plain, Zoned } from "../../trino/functions/javascript/values";
import { duckdbTypeText } from "../../trino/types/duckdb";
import type { Type } from "../../trino/types/types";

/** A value as a constant in DuckDB's SQL. */
export function constantSql(value: Plain, type: Type): string {
  const typeText = duckdbTypeText(type);
  if (value === null) return `CAST(NULL AS ${typeText})`;
  if (type.kind === "timestamp with time zone") {
    const { instant, zone } = value as Zoned;
    return `struct_pack(instant := make_timestamp(CAST(${instant} AS BIGINT)), zone := ${quoteText(zone)})`;
  }
  return `CAST(${quoteText(type.kind === "varchar" || type.kind === "char" ? (value as string) : textOf(type)(value))} AS ${typeText})`;
}

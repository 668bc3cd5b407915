import { quoteText } from "../../quote";
import type { Constant, ConstantValue } from "../bind/tree";
import { duckdbTypeText } from "../types/duckdb";
import { formatDecimal } from "../types/text/numbers";
import { formatDate, formatTime, formatTimestamp } from "../types/text/times";
import type { Type } from "../types/types";

/** Writes a constant with its type. */
export function emitConstant({ type, value }: Constant): string {
  if (value === null) return `CAST(NULL AS ${duckdbTypeText(type)})`;
  if (typeof value === "boolean") return value ? "true" : "false";
  return literal(type, value);
}

const cast = (text: string, type: Type) => `CAST(${text} AS ${duckdbTypeText(type)})`;

function literal(type: Type, value: Exclude<ConstantValue, null | boolean>): string {
  switch (type.kind) {
    case "decimal":
      return cast(quoteText(formatDecimal(value as bigint, type.scale)), type);
    case "real":
    case "double":
      return cast(quoteText(Object.is(value, -0) ? "-0" : String(value)), type);
    case "varchar":
    case "json":
      return quoteText(value as string);
    case "char":
      return quoteText(padded(value as string, type.length));
    case "varbinary":
    case "ipaddress":
      return binary(value as Uint8Array);
    case "date":
      return date(value as number);
    case "time":
      return cast(quoteText(formatTime(value as bigint, 6)), type);
    case "timestamp":
      return timestamp(value as bigint);
    case "timestamp with time zone": {
      const { instant, zone } = value as { instant: bigint; zone: string };
      return `{'instant': ${timestamp(instant)}, 'zone': ${quoteText(zone)}}`;
    }
    case "time with time zone": {
      const { instant, offset } = value as { instant: bigint; offset: number };
      return `{'instant': CAST(${quoteText(formatTime(instant, 6))} AS TIME), 'offset': CAST(${offset} AS INTEGER)}`;
    }
    case "uuid":
      return cast(quoteText(value as string), type);
    default:
      return cast(String(value), type);
  }
}

/** DuckDB reads only years of four digits. */
const date = (days: number): string => {
  const text = formatDate(days);
  return /^\d{4}-/.test(text) && !text.startsWith("0000")
    ? `CAST(${quoteText(text)} AS DATE)`
    : `(CAST('1970-01-01' AS DATE) + CAST(${days} AS INTEGER))`;
};

const timestamp = (micros: bigint): string => {
  const text = formatTimestamp(micros, 6);
  return /^\d{4}-/.test(text)
    ? `CAST(${quoteText(text)} AS TIMESTAMP)`
    : `make_timestamp(CAST(${micros} AS BIGINT))`;
};

const padded = (text: string, length: number) => text + " ".repeat(Math.max(0, length - [...text].length));

function binary(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return `unhex(${quoteText(hex)})`;
}

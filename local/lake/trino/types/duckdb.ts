import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBType,
  FLOAT,
  INTEGER,
  LIST,
  MAP,
  SMALLINT,
  STRUCT,
  TIME,
  TIMESTAMP,
  TINYINT,
  UUID,
  VARCHAR,
} from "@duckdb/node-api";
import { errorAt, type TextPosition } from "./errors";
import { formatType } from "./format";
import type { Type } from "./types";

/**
 * The DuckDB type that represents a Trino type.
 *
 * | Trino | DuckDB | |
 * |---|---|---|
 * | `boolean`, `tinyint` … `bigint`, `double`, `date`, `uuid` | the same | |
 * | `unknown` | `BOOLEAN` | always NULL |
 * | `real` | `FLOAT` | |
 * | `decimal(p,s)` | `DECIMAL(p,s)` | |
 * | `varchar`, `varchar(n)` | `VARCHAR` | |
 * | `char(n)` | `VARCHAR` | padded with blanks to n characters |
 * | `varbinary` | `BLOB` | |
 * | `time(p)` | `TIME` | microseconds; values with finer digits are an error when they are computed |
 * | `timestamp(p)` | `TIMESTAMP` | microseconds, as for `time(p)` |
 * | `time(p) with time zone` | `STRUCT(instant TIME, "offset" INTEGER)` | time of day in UTC; minutes east of UTC |
 * | `timestamp(p) with time zone` | `STRUCT(instant TIMESTAMP, zone VARCHAR)` | date and time in UTC; zone as Trino writes it: `UTC`, `Europe/Berlin`, `+05:30` |
 * | `interval day to second` | `BIGINT` | milliseconds |
 * | `interval year to month` | `INTEGER` | months |
 * | `array(t)` | `t[]` | |
 * | `map(k, v)` | `MAP(k, v)` | |
 * | `row(…)` | `STRUCT(f0 …, f1 …)` | fields are identified by position, not by name |
 * | `json` | `VARCHAR` | canonical JSON text, as `json_format` writes it |
 * | `ipaddress` | `BLOB` | 16 bytes, IPv4 as `::ffff:a.b.c.d` |
 * | `color` | `INTEGER` | 0xRRGGBB, or -1 - n for system color n |
 * | patterns and paths (`joniregexp`, `jsonpath`, `json2016`, …) | `VARCHAR` | their text |
 */
export function duckdbType(type: Type, at?: TextPosition): DuckDBType {
  switch (type.kind) {
    case "unknown":
    case "boolean":
      return BOOLEAN;
    case "tinyint":
      return TINYINT;
    case "smallint":
      return SMALLINT;
    case "integer":
    case "interval year to month":
      return INTEGER;
    case "bigint":
    case "interval day to second":
      return BIGINT;
    case "real":
      return FLOAT;
    case "double":
      return DOUBLE;
    case "decimal":
      return DECIMAL(type.precision, type.scale);
    case "varchar":
    case "char":
    case "json":
      return VARCHAR;
    case "varbinary":
    case "ipaddress":
      return BLOB;
    case "date":
      return DATE;
    case "time":
      return TIME;
    case "timestamp":
      return TIMESTAMP;
    case "time with time zone":
      return STRUCT({ instant: TIME, offset: INTEGER });
    case "timestamp with time zone":
      return STRUCT({ instant: TIMESTAMP, zone: VARCHAR });
    case "uuid":
      return UUID;
    case "array":
      return LIST(duckdbType(type.element, at));
    case "map":
      return MAP(duckdbType(type.key, at), duckdbType(type.value, at));
    case "row":
      return STRUCT(
        Object.fromEntries(type.fields.map((field, index) => [fieldOf(index), duckdbType(field.type, at)])),
      );
    case "opaque": {
      const held = opaqueTypes[type.name.toLowerCase()];
      if (held) return held;
    }
  }
  throw errorAt(at, "NOT_SUPPORTED", `values of the type ${formatType(type)} are not supported here`);
}

const opaqueTypes: Readonly<Record<string, DuckDBType>> = {
  color: INTEGER,
  geometry: VARCHAR,
  joniregexp: VARCHAR,
  jsonpath: VARCHAR,
  json2016: VARCHAR,
  jsonpath2016: VARCHAR,
  likepattern: VARCHAR,
  codepoints: LIST(INTEGER),
};

/** The name of a row's field in DuckDB, by its index from 0. */
export const fieldOf = (index: number): string => `f${index}`;

/** The SQL of the DuckDB type, such as `STRUCT(f0 INTEGER, f1 VARCHAR)[]`. */
export const duckdbTypeText = (type: Type, at?: TextPosition): string => {
  switch (type.kind) {
    case "array":
      return `${duckdbTypeText(type.element, at)}[]`;
    case "map":
      return `MAP(${duckdbTypeText(type.key, at)}, ${duckdbTypeText(type.value, at)})`;
    case "row":
      return `STRUCT(${type.fields.map((field, index) => `${fieldOf(index)} ${duckdbTypeText(field.type, at)}`).join(", ")})`;
    case "time with time zone":
      return 'STRUCT(instant TIME, "offset" INTEGER)';
    case "timestamp with time zone":
      return "STRUCT(instant TIMESTAMP, zone VARCHAR)";
    default:
      return duckdbType(type, at).toString();
  }
};

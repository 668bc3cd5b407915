import { isReserved } from "../parse/text/keywords";
import type { Type } from "./types";

/**
 * A type as Trino's `typeof` and its errors write it, such as `decimal(3,2)`, `timestamp(3) with time zone` or
 * `row(a integer, varchar(1))`.
 */
export function formatType(type: Type): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "varchar":
      return type.length === undefined ? "varchar" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "time":
    case "timestamp":
      return `${type.kind}(${type.precision})`;
    case "time with time zone":
      return `time(${type.precision}) with time zone`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${formatType(type.element)})`;
    case "map":
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case "row":
      return `row(${type.fields.map(({ name, type: field }) => (name === undefined ? formatType(field) : `${fieldName(name)} ${formatType(field)}`)).join(", ")})`;
    case "function":
      return `function(${[...type.parameters, type.returns].map(formatType).join(",")})`;
    case "opaque":
      return type.arguments.length === 0
        ? type.name
        : `${type.name}(${type.arguments.map(formatType).join(",")})`;
    default:
      return type.kind;
  }
}

/**
 * A type as the columns of a result give it to a client that does not support parametric datetime types, such as
 * Athena's: `decimal(3, 2)`, `timestamp with time zone`, `INTERVAL DAY TO SECOND`.
 */
export function formatClientType(type: Type): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision}, ${type.scale})`;
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone":
      return type.kind;
    case "interval day to second":
    case "interval year to month":
      return type.kind.toUpperCase();
    case "array":
      return `array(${formatClientType(type.element)})`;
    case "map":
      return `map(${formatClientType(type.key)}, ${formatClientType(type.value)})`;
    case "row":
      return `row(${type.fields.map(({ name, type: field }) => (name === undefined ? formatClientType(field) : `${fieldName(name)} ${formatClientType(field)}`)).join(", ")})`;
    default:
      return formatType(type);
  }
}

const fieldName = (name: string): string =>
  /^[a-zA-Z][a-zA-Z0-9_]*$/.test(name) && !isReserved(name) ? name : `"${name.replaceAll('"', '""')}"`;

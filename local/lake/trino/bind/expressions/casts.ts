import { jsonReader } from "../../casts/json";
import { isUncut, textOf } from "../../casts/text";
import type { Plain } from "../../functions/javascript/values";
import type { Cast } from "../../parse/ast";
import { isCoercible } from "../../types/coercion";
import { errorAt, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { canonicalJson } from "../../types/text/json";
import { isNumeric, json, sameType, type Type, varchar } from "../../types/types";
import { bindExpr, type Env } from "../context";
import type { Expr } from "../tree";
import { typeOf } from "./names";

export function bindCast(node: Cast, env: Env): Expr {
  const type = typeOf(node.type, node);
  if (type.kind === "unknown") throw errorAt(node, "TYPE_MISMATCH", "UNKNOWN is not a valid type");
  const value = bindExpr(node.value, env);
  if (!isCastable(value.type, type)) throw notCastable(value.type, type, node);
  checkLength(value, type, node.safe);
  const text = node.safe ? undefined : parsedText(value, type);
  return {
    kind: "cast",
    type,
    value: text ?? value,
    ...(text && { from: json }),
    safe: node.safe,
    at: node,
  };
}

/** Trino notices later than it notices the others that the keys of a map have no text in JSON. */
function notCastable(from: Type, to: Type, at: Cast): TrinoError {
  if (to.kind === "json" && isJsonCastable(from, false, hasText))
    return new TrinoError("INVALID_CAST_ARGUMENT", `Cannot cast ${formatType(from)} to JSON`);
  if (from.kind === "json" && isJsonCastable(to, true, hasText))
    return new TrinoError("INVALID_CAST_ARGUMENT", `Cannot cast JSON to ${formatType(to)}`);
  return errorAt(at, "TYPE_MISMATCH", `Cannot cast ${formatType(from)} to ${formatType(to)}`);
}

const hasText = (type: Type): boolean => isCastable(type, varchar);

/**
 * The argument of json_parse, if the value is such a call. Trino then reads the text directly into an array, a map or a
 * row, which keeps the order of the objects' keys. A constant argument that is valid JSON has been parsed before, so it
 * is excluded.
 */
function parsedText(value: Expr, type: Type): Expr | undefined {
  if (type.kind !== "array" && type.kind !== "map" && type.kind !== "row") return undefined;
  if (value.kind !== "call" || value.call.name !== "json_parse") return undefined;
  const [text] = value.arguments;
  return text === undefined || text.kind === "lambda" || isParsed(text) ? undefined : text;
}

const isParsed = (text: Expr): boolean =>
  text.kind === "constant" && (text.value === null || canonicalJson(String(text.value)) !== undefined);

/**
 * Fails for a constant that is too long for its varchar(n). Trino does not cut values of these types, and reports the
 * length only for constants.
 */
function checkLength(value: Expr, type: Type, safe: boolean): void {
  if (value.kind !== "constant" || value.value === null || !isUncut(value.type)) return;
  if (type.kind !== "varchar" || type.length === undefined) return;
  const write = value.type.kind === "json" ? jsonReader(varchar, "UTC") : textOf(value.type);
  let text: Plain;
  try {
    text = write(value.value as Plain);
  } catch (error) {
    // TRY_CAST of what has no text is NULL.
    if (safe && error instanceof TrinoError) return;
    throw error;
  }
  if (text !== null && [...String(text)].length > type.length)
    throw new TrinoError(
      "GENERIC_INTERNAL_ERROR",
      `Character count exceeds length limit ${type.length}: ${text}`,
    );
}

const textual = (type: Type) =>
  isNumeric(type) ||
  ["boolean", "date", "json", "uuid", "ipaddress"].includes(type.kind) ||
  type.kind.startsWith("time");

/** Whether a type can be cast to and from JSON, including the types inside of arrays, maps and rows. */
function isJsonCastable(type: Type, from: boolean, isKey = isJsonKey): boolean {
  switch (type.kind) {
    case "array":
      return isJsonCastable(type.element, from, isKey);
    case "map":
      return isKey(type.key) && isJsonCastable(type.value, from, isKey);
    case "row":
      return type.fields.every((field) => isJsonCastable(field.type, from, isKey));
    case "boolean":
    case "varchar":
    case "json":
      return true;
    case "unknown":
    case "date":
    case "timestamp":
      return !from;
    default:
      return isNumeric(type);
  }
}

const isJsonKey = (type: Type) =>
  isNumeric(type) || type.kind === "boolean" || type.kind === "varchar" || type.kind === "unknown";

/**
 * Whether Trino can cast one type to another.
 *
 * @see https://trino.io/docs/current/functions/conversion.html
 */
function isCastable(from: Type, to: Type): boolean {
  if (from.kind === "unknown" || sameType(from, to) || isCoercible(from, to)) return true;
  if (to.kind === "json") return from.kind === "varchar" || isJsonCastable(from, false);
  if (from.kind === "json") return isJsonCastable(to, true);
  if (from.kind === "array" && to.kind === "array") return isCastable(from.element, to.element);
  if (from.kind === "map" && to.kind === "map")
    return isCastable(from.key, to.key) && isCastable(from.value, to.value);
  if (from.kind === "row" && to.kind === "row")
    return (
      from.fields.length === to.fields.length &&
      from.fields.every(({ type }, index) => {
        const other = to.fields[index];
        return other !== undefined && isCastable(type, other.type);
      })
    );
  switch (to.kind) {
    case "varchar":
      // Trino has this cast only to a varchar without a length.
      if (from.kind === "uuid" || from.kind === "ipaddress") return to.length === undefined;
      return (
        from.kind === "varchar" || from.kind === "char" || textual(from) || from.kind.startsWith("interval")
      );
    case "char":
      return from.kind === "varchar" || from.kind === "char";
    case "boolean":
      return isNumeric(from) || from.kind === "varchar";
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "real":
    case "double":
    case "decimal":
      return isNumeric(from) || from.kind === "boolean" || from.kind === "varchar";
    case "date":
      return from.kind === "varchar" || from.kind === "timestamp" || from.kind === "timestamp with time zone";
    case "time":
    case "time with time zone":
      return from.kind === "varchar" || from.kind.startsWith("time");
    case "timestamp":
    case "timestamp with time zone":
      return from.kind === "varchar" || from.kind === "date" || from.kind.startsWith("time");
    case "uuid":
      return from.kind === "varchar" || from.kind === "varbinary";
    case "ipaddress":
      return from.kind === "varchar" || from.kind === "varbinary";
    case "varbinary":
      return from.kind === "uuid" || from.kind === "ipaddress" || from.kind === "varchar";
    default:
      return false;
  }
}

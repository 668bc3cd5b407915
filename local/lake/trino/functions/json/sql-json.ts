import { textOf } from "../../casts/text";
import { TrinoError } from "../../types/errors";
import { JsonNumber } from "../../types/text/json";
import {
  formatDecimal,
  formatDouble,
  formatReal,
  formatScientific,
  parseDecimal,
  parseDouble,
} from "../../types/text/numbers";
import { parseDate, parseTimestamp } from "../../types/text/times";
import type { Type } from "../../types/types";
import type { Plain } from "../javascript/values";
import { type Document, Fields, JsonDecimal, readDocument, scalarText, writeDocument } from "./document";
import { evaluate, numberOf, PathError } from "./path/evaluate";
import { parsePath } from "./path/parse";
import type { JsonPath } from "./path/syntax";

/** https://trino.io/docs/current/functions/json.html: the functions of the SQL standard. */

/** What stands in the place of a result, as the statement says. */
export interface JsonQueryOptions {
  readonly wrapper: "WITHOUT" | "CONDITIONAL" | "UNCONDITIONAL";
  readonly omitQuotes: boolean;
  readonly onEmpty: QueryBehavior;
  readonly onError: QueryBehavior;
}

export type QueryBehavior = "ERROR" | "NULL" | "EMPTY ARRAY" | "EMPTY OBJECT";
export type ValueBehavior = "ERROR" | "NULL" | "DEFAULT";

const kept = new Map<string, JsonPath>();

function pathOf(text: string): JsonPath {
  let path = kept.get(text);
  if (!path) {
    path = parsePath(text);
    if (kept.size > 500) kept.clear();
    kept.set(text, path);
  }
  return path;
}

const inputOf = (input: string | Uint8Array): Document => {
  const text = typeof input === "string" ? input : Buffer.from(input).toString("utf8");
  const document = readDocument(text, { first: true });
  if (document === undefined)
    throw new TrinoError("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed");
  return document;
};

/** What the path leads to. A parameter is given by its name and its document's text. */
function follow(input: string | Uint8Array, path: string, named: ReadonlyMap<string, Document>): Document[] {
  const context = inputOf(input);
  try {
    return evaluate(pathOf(path), context, named);
  } catch (error) {
    if (error instanceof PathError)
      throw new TrinoError("PATH_EVALUATION_ERROR", `path evaluation failed: ${error.message}`);
    throw error;
  }
}

/** A value that is passed to a path, or put into an object or array. */
export function documentOf(type: Type, format: boolean): (value: Plain) => Document {
  if (format) return (value) => (value === null ? null : inputOf(value as string | Uint8Array));
  switch (type.kind) {
    case "boolean":
      return (value) => value as boolean | null;
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return (value) => (value === null ? null : numberOf(BigInt(value as number | bigint)));
    case "decimal":
      return (value) => (value === null ? null : new JsonDecimal(formatDecimal(value as bigint, type.scale)));
    case "real":
    case "double":
      return (value) =>
        value === null
          ? null
          : Number.isFinite(value)
            ? new JsonNumber(
                type.kind === "real" ? formatReal(value as number) : formatDouble(value as number),
              )
            : String(value);
    case "json":
      return (value) => (value === null ? null : jsonScalar(value as string));
    default: {
      const text = textOf(type);
      return (value) => (value === null ? null : text(value));
    }
  }
}

/** A value of the type json is cast to varchar, which takes scalars only. */
function jsonScalar(text: string): Document {
  const document = readDocument(text) ?? null;
  const scalar = scalarText(document);
  if (scalar === undefined) throw new TrinoError("INVALID_CAST_ARGUMENT", `Cannot cast '${text}' to varchar`);
  return document === null ? null : scalar;
}

const isError = (error: unknown): error is TrinoError => error instanceof TrinoError;

export function evaluateJsonExists(
  input: string | Uint8Array | null,
  path: string,
  named: ReadonlyMap<string, Document>,
  onError: "TRUE" | "FALSE" | "UNKNOWN" | "ERROR",
): boolean | null {
  if (input === null) return null;
  try {
    return follow(input, path, named).length > 0;
  } catch (error) {
    if (!isError(error) || onError === "ERROR") throw error;
    return onError === "UNKNOWN" ? null : onError === "TRUE";
  }
}

const resultError = (sentence: string): TrinoError =>
  new TrinoError("JSON_VALUE_RESULT_ERROR", `cannot extract SQL scalar from JSON: ${sentence}`);

export function evaluateJsonValue(
  input: string | Uint8Array | null,
  path: string,
  named: ReadonlyMap<string, Document>,
  returns: Type,
  behaviors: { readonly onEmpty: ValueBehavior; readonly onError: ValueBehavior },
  defaults: { readonly onEmpty: Plain; readonly onError: Plain },
): Plain {
  if (input === null) return null;
  let items: Document[];
  try {
    items = follow(input, path, named);
    if (items.length > 1) throw resultError("JSON path found multiple items");
    const [item] = items;
    if (item === null) return null;
    if (item !== undefined) {
      const text = scalarText(item);
      if (text === undefined)
        throw resultError("JSON path found an item that cannot be converted to an SQL value");
      return scalarOf(item, text, returns);
    }
  } catch (error) {
    if (!isError(error) || behaviors.onError === "ERROR") throw error;
    return behaviors.onError === "NULL" ? null : defaults.onError;
  }
  if (behaviors.onEmpty === "ERROR") throw resultError("JSON path found no items");
  return behaviors.onEmpty === "NULL" ? null : defaults.onEmpty;
}

const wholeTypes: Readonly<Record<string, bigint>> = {
  tinyint: 2n ** 7n,
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
};

/** A number with a fraction is a double, whose text CAST writes. */
const varcharText = (item: Document, text: string): string =>
  item instanceof JsonNumber && !/^-?\d+$/.test(text) ? formatScientific(Number(text)) : text;

/** A scalar as a value of the type that is to be returned. */
function scalarOf(item: Document, text: string, type: Type): Plain {
  const refused = (): TrinoError => resultError(`cannot cast value to ${type.kind}`);
  switch (type.kind) {
    case "varchar":
      return Array.from(varcharText(item, text)).slice(0, type.length).join("");
    case "char":
      return text.padEnd(type.length);
    case "boolean":
      if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
      throw refused();
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint": {
      const limit = wholeTypes[type.kind] ?? 0n;
      const fractional = item instanceof JsonNumber && !/^-?\d+$/.test(text);
      if (!fractional && !/^[+-]?\d+$/.test(text)) throw refused();
      const value = fractional ? BigInt(Math.round(Number(text))) : BigInt(text);
      if (value >= limit || value < -limit) throw refused();
      return type.kind === "bigint" ? value : Number(value);
    }
    case "double":
    case "real": {
      const value = parseDouble(text);
      if (value === undefined) throw refused();
      return type.kind === "real" ? Math.fround(value) : value;
    }
    case "decimal": {
      const parsed = parseDecimal(text);
      if (!parsed) throw refused();
      const shift = type.scale - parsed.scale;
      const value = shift >= 0 ? parsed.unscaled * 10n ** BigInt(shift) : rounded(parsed.unscaled, -shift);
      if ((value < 0n ? -value : value) >= 10n ** BigInt(type.precision)) throw refused();
      return value;
    }
    case "date": {
      const days = parseDate(text);
      if (days === undefined) throw refused();
      return days;
    }
    case "timestamp": {
      const parsed = parseTimestamp(text.replace("T", " "));
      if (!parsed) throw refused();
      return parsed.micros;
    }
    default:
      throw new TrinoError("NOT_SUPPORTED", `JSON_VALUE RETURNING ${type.kind} is not supported here`);
  }
}

function rounded(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits);
  const magnitude = ((value < 0n ? -value : value) + unit / 2n) / unit;
  return value < 0n ? -magnitude : magnitude;
}

export function evaluateJsonQuery(
  input: string | Uint8Array | null,
  path: string,
  named: ReadonlyMap<string, Document>,
  options: JsonQueryOptions,
): string | null {
  if (input === null) return null;
  let items: Document[];
  try {
    items = follow(input, path, named);
  } catch (error) {
    if (!isError(error)) throw error;
    return behave(options.onError, error);
  }
  if (items.length === 0)
    return behave(
      options.onEmpty,
      new TrinoError("JSON_QUERY_RESULT_ERROR", "cannot extract JSON: JSON path found no items"),
    );
  const [first = null] = items;
  const alone = items.length === 1 && (first instanceof Fields || Array.isArray(first));
  const wrapped = options.wrapper === "UNCONDITIONAL" || (options.wrapper === "CONDITIONAL" && !alone);
  if (!wrapped && items.length > 1)
    return behave(
      options.onError,
      new TrinoError(
        "JSON_OUTPUT_CONVERSION_ERROR",
        "conversion from JSON failed: JSON path found multiple items",
      ),
    );
  const result = wrapped ? items : first;
  if (options.omitQuotes && typeof result === "string") return result;
  return writeDocument(result);
}

function behave(behavior: QueryBehavior, error: TrinoError): string | null {
  if (behavior === "ERROR") throw error;
  if (behavior === "NULL") return null;
  return behavior === "EMPTY ARRAY" ? "[]" : "{}";
}

export function evaluateJsonObject(
  members: readonly (readonly [string | null, Document])[],
  { nullOnNull, uniqueKeys }: { readonly nullOnNull: boolean; readonly uniqueKeys: boolean },
): string {
  const entries: [string, Document][] = [];
  const seen = new Set<string>();
  for (const [key, value] of members) {
    if (key === null)
      throw new TrinoError("INVALID_FUNCTION_ARGUMENT", "null value passed for JSON object key");
    if (uniqueKeys && seen.has(key))
      throw new TrinoError("INVALID_FUNCTION_ARGUMENT", `duplicate key passed to JSON_OBJECT function`);
    seen.add(key);
    if (value !== null || nullOnNull) entries.push([key, value]);
  }
  return writeDocument(new Fields(entries));
}

export const evaluateJsonArray = (items: readonly Document[], nullOnNull: boolean): string =>
  writeDocument(nullOnNull ? items : items.filter((item) => item !== null));

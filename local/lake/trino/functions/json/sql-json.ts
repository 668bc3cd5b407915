import { cached } from "../../../cached";
import { caster } from "../../casts/caster";
import { textOf } from "../../casts/text";
import type { CastSession } from "../../casts/times";
import { TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { JsonNumber } from "../../types/text/json";
import { formatDecimal, formatDouble, formatReal, parseDecimal } from "../../types/text/numbers";
import { bigint, boolean, double, integer, isTime, type Type, varchar } from "../../types/types";
import { inTextOrder } from "../collections/hash-order";
import type { Plain } from "../javascript/values";
import {
  Fields,
  JsonDecimal,
  type JsonDocument,
  readJsonDocument,
  scalarText,
  writeDocument,
} from "./document";
import { evaluatePath } from "./path/evaluate";
import { jsonNumberOf, PathError } from "./path/numbers";
import { parsePath } from "./path/parse";

/** The JSON functions of the SQL standard. https://trino.io/docs/current/functions/json.html */

/** The options of JSON_QUERY, with the behavior for an empty result and for an error. */
export interface JsonQueryOptions {
  readonly wrapper: "WITHOUT" | "CONDITIONAL" | "UNCONDITIONAL";
  readonly omitQuotes: boolean;
  readonly onEmpty: QueryBehavior;
  readonly onError: QueryBehavior;
}

export type QueryBehavior = "ERROR" | "NULL" | "EMPTY ARRAY" | "EMPTY OBJECT";
export type ValueBehavior = "ERROR" | "NULL" | "DEFAULT";

const pathOf = cached(parsePath);

const inputOf = (input: string | Uint8Array): JsonDocument => {
  const text = typeof input === "string" ? input : Buffer.from(input).toString("utf8");
  const document = readJsonDocument(text, { first: true });
  if (document === undefined)
    throw new TrinoError("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed: ");
  return document;
};

/** The items to which a path leads. `named` has the path's parameters by name. */
function follow(
  input: string | Uint8Array,
  path: string,
  named: ReadonlyMap<string, JsonDocument>,
): JsonDocument[] {
  const context = inputOf(input);
  try {
    return evaluatePath(pathOf(path), context, named);
  } catch (error) {
    if (error instanceof PathError)
      throw new TrinoError("PATH_EVALUATION_ERROR", `path evaluation failed: ${error.message}`);
    throw error;
  }
}

/** Returns a function that converts a value that is passed to a path, or becomes part of an object or array. */
export function documentOf(type: Type, format: boolean): (value: Plain) => JsonDocument {
  if (format) return (value) => (value === null ? null : inputOf(value as string | Uint8Array));
  switch (type.kind) {
    case "boolean":
      return (value) => value as boolean | null;
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return (value) => (value === null ? null : jsonNumberOf(BigInt(value as number | bigint)));
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

/** A value of type json is cast to varchar, which is possible only for scalars. */
function jsonScalar(text: string): JsonDocument {
  const document = readJsonDocument(text) ?? null;
  const scalar = scalarText(document);
  if (scalar === undefined) throw new TrinoError("INVALID_CAST_ARGUMENT", `Cannot cast '${text}' to varchar`);
  return document === null ? null : scalar;
}

const isError = (error: unknown): error is TrinoError => error instanceof TrinoError;

export function evaluateJsonExists(
  input: string | Uint8Array | null,
  path: string,
  named: ReadonlyMap<string, JsonDocument>,
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
  named: ReadonlyMap<string, JsonDocument>,
  { type: returns, session }: { readonly type: Type; readonly session: CastSession },
  behaviors: { readonly onEmpty: ValueBehavior; readonly onError: ValueBehavior },
  defaults: { readonly onEmpty: Plain; readonly onError: Plain },
): Plain {
  if (input === null) return null;
  let items: JsonDocument[];
  try {
    items = follow(input, path, named);
    if (items.length > 1) throw resultError("JSON path found multiple items");
    const [item] = items;
    if (item === null) return null;
    if (item !== undefined) {
      return scalarOf(item, returns, session);
    }
  } catch (error) {
    if (!isError(error) || behaviors.onError === "ERROR") throw error;
    return behaviors.onError === "NULL" ? null : defaults.onError;
  }
  if (behaviors.onEmpty === "ERROR") throw resultError("JSON path found no items");
  return behaviors.onEmpty === "NULL" ? null : defaults.onEmpty;
}

/** A scalar with its type before it is cast. Undefined for an integer out of the range of bigint. */
function typedScalar(item: JsonDocument): { readonly type: Type; readonly value: Plain } | undefined {
  if (typeof item === "boolean") return { type: boolean, value: item };
  if (typeof item === "string") return { type: varchar, value: item };
  if (item instanceof JsonDecimal) {
    const { unscaled, precision, scale } = parseDecimal(item.text) ?? {
      unscaled: 0n,
      precision: 1,
      scale: 0,
    };
    return precision > 38 ? undefined : { type: { kind: "decimal", precision, scale }, value: unscaled };
  }
  if (!(item instanceof JsonNumber)) return undefined;
  if (!/^-?\d+$/.test(item.text)) return { type: double, value: Number(item.text) };
  const whole = BigInt(item.text);
  if (BigInt.asIntN(32, whole) === whole) return { type: integer, value: Number(whole) };
  return BigInt.asIntN(64, whole) === whole ? { type: bigint, value: whole } : undefined;
}

/** A scalar cast to the type to be returned, as by CAST. */
function scalarOf(item: JsonDocument, returns: Type, session: CastSession): Plain {
  const typed = typedScalar(item);
  if (!typed) throw resultError("JSON path found an item that cannot be converted to an SQL value");
  const { type, value } = typed;
  const refused = () =>
    resultError(
      `Cannot cast value of type ${formatType(type)} to declared return type of function JSON_VALUE: ${formatType(returns)}`,
    );
  if (type.kind !== "varchar" && (returns.kind === "char" || isTime(returns) || returns.kind === "date"))
    throw refused();
  let cast: Plain;
  try {
    cast = caster(type, returns, session)(value);
  } catch (error) {
    throw error instanceof TrinoError ? refused() : error;
  }
  // CAST of true and false ignores the length of a varchar.
  if (returns.kind === "varchar" && Array.from(cast as string).length > (returns.length ?? Infinity))
    throw refused();
  return cast;
}

const outputError = (sentence: string): TrinoError =>
  new TrinoError("JSON_OUTPUT_CONVERSION_ERROR", `conversion from JSON failed: ${sentence}`);

export function evaluateJsonQuery(
  input: string | Uint8Array | null,
  path: string,
  named: ReadonlyMap<string, JsonDocument>,
  options: JsonQueryOptions,
): string | null {
  if (input === null) return null;
  let items: JsonDocument[];
  try {
    items = follow(input, path, named);
  } catch (error) {
    if (!isError(error)) throw error;
    return behave(options.onError, error);
  }
  if (items.length === 0) return behave(options.onEmpty, outputError("JSON path found no items"));
  const [first = null] = items;
  const alone = items.length === 1 && (first instanceof Fields || Array.isArray(first));
  const wrapped = options.wrapper === "UNCONDITIONAL" || (options.wrapper === "CONDITIONAL" && !alone);
  if (!wrapped && items.length > 1)
    return behave(options.onError, outputError("JSON path found multiple items"));
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
  members: readonly (readonly [string | null, JsonDocument])[],
  { nullOnNull, uniqueKeys }: { readonly nullOnNull: boolean; readonly uniqueKeys: boolean },
): string {
  const entries: [string, JsonDocument][] = [];
  const seen = new Set<string>();
  for (const [key, value] of members) {
    if (key === null)
      throw new TrinoError("INVALID_FUNCTION_ARGUMENT", "null value passed for JSON object key");
    if (value === null && !nullOnNull) continue;
    if (seen.has(key))
      throw uniqueKeys
        ? new TrinoError("INVALID_FUNCTION_ARGUMENT", "duplicate key passed to JSON_OBJECT function")
        : new TrinoError("NOT_SUPPORTED", "cannot construct a JSON object with duplicate key");
    seen.add(key);
    entries.push([key, value]);
  }
  return writeDocument(new Fields(inTextOrder(entries)));
}

export const evaluateJsonArray = (items: readonly JsonDocument[], nullOnNull: boolean): string =>
  writeDocument(nullOnNull ? items : items.filter((item) => item !== null));

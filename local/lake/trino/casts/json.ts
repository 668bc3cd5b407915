import type { Entries, Plain } from "../functions/javascript/values";
import { TrinoError } from "../types/errors";
import { formatType } from "../types/format";
import { formatJson, formatText, type Json, JsonNumber, parseJson, repeatedKey } from "../types/text/json";
import { bigDecimalText, formatDouble, formatReal, formatScientific } from "../types/text/numbers";
import { double, type Type, type TypeOf } from "../types/types";
import { invalidCast } from "./errors";
import { numberCast, unscaledOf, whole } from "./numbers";
import { parser } from "./parse";
import { textOf } from "./text";

/**
 * Returns the cast of a type to JSON text. The entries of a map are sorted by key, and the fields of a row keep their
 * order.
 */
export function jsonCast(from: Type): (value: Plain) => string {
  const inner = (type: Type) => {
    const write = jsonCast(type);
    return (value: Plain): string => (value === null ? "null" : write(value));
  };
  switch (from.kind) {
    case "unknown":
      return () => "null";
    case "json":
      return (value) => value as string;
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return String;
    case "decimal":
      return (value) => bigDecimalText(value as bigint, from.scale);
    case "double":
      return (value) => floating(value as number, formatDouble);
    case "real":
      return (value) => floating(value as number, formatReal);
    case "array": {
      const element = inner(from.element);
      return (value) => `[${(value as readonly Plain[]).map(element).join(",")}]`;
    }
    case "map": {
      const key = keyText(from.key);
      const entry = inner(from.value);
      return (value) => {
        const entries = (value as unknown as Entries).map(([name, item]): [string, string] => [
          key(name),
          entry(item),
        ]);
        entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        return object(entries);
      };
    }
    case "row": {
      const fields = from.fields.map((field) => inner(field.type));
      return (value) =>
        object(
          (value as readonly Plain[]).map((item, index) => [
            from.fields[index]?.name ?? "",
            fields[index]?.(item) ?? "null",
          ]),
        );
    }
    default: {
      const write = textOf(from);
      return (value) => formatText(write(value));
    }
  }
}

/** A numeric key is written as JSON writes it, and not as a cast to varchar does. */
function keyText(type: Type): (value: Plain) => string {
  if (type.kind === "double") return (value) => formatDouble(value as number);
  if (type.kind === "real") return (value) => formatReal(value as number);
  return textOf(type);
}

const object = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, value]) => `${formatText(key)}:${value}`).join(",")}}`;

const floating = (value: number, write: (value: number) => string): string =>
  Number.isFinite(value) ? write(value) : JSON.stringify(write(value));

/** Returns the cast of JSON text to a type. */
export function jsonReader(to: Type, zone: string): (text: Plain) => Plain {
  const read = reader(to, zone);
  const isNested = to.kind === "array" || to.kind === "map" || to.kind === "row";
  return (text) => {
    const value = parseJson(text as string);
    if (value === undefined) throw invalidCast(`Cannot cast to ${formatType(to)}.\n${text}`);
    try {
      return read(value);
    } catch (error) {
      if (error instanceof Unreadable && !isNested && error.alone) throw invalidCast(error.alone);
      if (error instanceof Unreadable || (isNested && error instanceof TrinoError))
        throw invalidCast(
          `Cannot cast to ${formatType(to)}.${error.message && ` ${error.message}`}\n${text}`,
        );
      throw error;
    }
  };
}

/** What can't be read, in Trino's words for a part of an array, a map or a row, and for the whole text alone. */
class Unreadable extends Error {
  constructor(
    message: string,
    readonly alone?: string,
  ) {
    super(message);
  }
}

function reader(to: Type, zone: string): (value: Json) => Plain {
  switch (to.kind) {
    case "json":
      return (value) => formatJson(value);
    case "array": {
      const element = reader(to.element, zone);
      return (value) => {
        if (value === null) return null;
        if (!Array.isArray(value)) throw new Unreadable(`Expected a json array, but got ${tokenOf(value)}`);
        return (value as readonly Json[]).map(element);
      };
    }
    case "map": {
      const key = reader(to.key, zone);
      const item = reader(to.value, zone);
      return (value) => {
        if (value === null) return null;
        if (!(value instanceof Map))
          throw new Unreadable(`Expected a json object, but got ${tokenOf(value)}`);
        const entries = [...(value as ReadonlyMap<string, Json>)].map(([name, entry]): [Plain, Plain] => [
          key(name),
          item(entry),
        ]);
        if (new Set(entries.map(([name]) => name)).size < entries.length || repeatedKey(value) !== undefined)
          throw new Unreadable("Duplicate map keys are not allowed");
        return entries;
      };
    }
    case "row":
      return rowReader(to, zone);
    default:
      return scalarReader(to, zone);
  }
}

function rowReader(to: TypeOf<"row">, zone: string): (value: Json) => Plain {
  const fields = to.fields.map((field) => reader(field.type, zone));
  const names = new Set(to.fields.map(({ name }) => name));
  return (value) => {
    if (value === null) return null;
    if (Array.isArray(value)) {
      const items = value as readonly Json[];
      const row = fields.map((read, index) => read(index < items.length ? (items[index] ?? null) : END));
      if (items.length > fields.length)
        throw new Unreadable(`Expected json array ending, but got ${tokenOf(items[fields.length] ?? null)}`);
      return row;
    }
    if (!(value instanceof Map))
      throw new Unreadable(`Expected a json array or object, but got ${tokenOf(value)}`);
    if (names.has(undefined))
      throw new Unreadable("Cannot cast a JSON object to anonymous row type. Input must be a JSON array.");
    const repeated = repeatedKey(value);
    if (repeated !== undefined && names.has(repeated.toLowerCase()))
      throw new Unreadable(`Duplicate field: ${repeated.toLowerCase()}`);
    const entries = new Map<string, Json>();
    for (const [key, item] of value as ReadonlyMap<string, Json>) {
      const name = key.toLowerCase();
      if (entries.has(name) && names.has(name)) throw new Unreadable(`Duplicate field: ${name}`);
      entries.set(name, item);
    }
    return fields.map((read, index) => {
      // A name with capitals is never found: Trino compares it with the object's name in small letters.
      const found = entries.get(to.fields[index]?.name ?? "");
      return found === undefined ? null : read(found);
    });
  };
}

/** What follows the last element of an array. */
const END = new JsonNumber("]");

const tokenOf = (value: Json): string => {
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof Map) return "{";
  return Array.isArray(value) ? "[" : String(value);
};

/** A scalar type as the errors of casts from JSON name it: without the length of a text. */
const nameOf = (type: Type): string =>
  type.kind === "decimal" ? `DECIMAL(${type.precision},${type.scale})` : type.kind;

function scalarReader(to: Type, zone: string): (value: Json) => Plain {
  const ofText = to.kind === "varchar" ? (text: string) => text : parser(to, zone);
  const name = nameOf(to);
  const alone = (value: Json) => `Cannot cast '${formatJson(value)}' to ${name}`;
  return (value) => {
    if (value === null) return null;
    if (typeof value === "boolean")
      return to.kind === "varchar"
        ? String(value)
        : to.kind === "boolean"
          ? value
          : numberCast({ kind: "boolean" }, to)(value);
    if (typeof value === "string") {
      if (!ofText) throw new Unreadable(`Unexpected token: ${value}`);
      try {
        return ofText(value);
      } catch (error) {
        if (to.kind === "decimal") throw new Unreadable("", alone(value));
        // Trino reads a smallint as an integer.
        if (to.kind === "smallint" && error instanceof TrinoError)
          throw new Unreadable(`Cannot cast '${value}' to INT`, error.sentence);
        throw error;
      }
    }
    if (value instanceof JsonNumber && value !== END) return ofNumber(value.text, to);
    throw new Unreadable(`Unexpected token when cast to ${name}: ${tokenOf(value)}`, alone(value));
  };
}

function ofNumber(text: string, to: Type): Plain {
  const integral = /^-?\d+$/.test(text);
  switch (to.kind) {
    case "varchar":
      return integral ? text : formatScientific(Number(text));
    case "boolean":
      if (integral && BigInt.asIntN(64, BigInt(text)) !== BigInt(text))
        throw new Unreadable("", `Cannot cast '${text}' to boolean`);
      return Number(text) !== 0;
    case "double":
      return Number(text);
    case "real":
      return Math.fround(Number(text));
    case "decimal": {
      const value = unscaledOf(text, to.scale);
      const limit = 10n ** BigInt(to.precision);
      if (value >= limit || value <= -limit) throw invalidCast(`Cannot cast input json to ${nameOf(to)}`);
      return value;
    }
    default:
      return integral
        ? whole(to, () => new Unreadable("", `Cannot cast '${text}' to ${to.kind}`))(BigInt(text))
        : ofDouble(Number(text), to);
  }
}

/** Trino reads a smallint as an integer, and alone a tinyint as well. */
function ofDouble(value: number, to: Type): Plain {
  const alone = `Cannot cast '${formatDouble(value)}' to integer`;
  try {
    return numberCast(double, to)(value);
  } catch (error) {
    if (!(error instanceof TrinoError) || to.kind === "bigint") throw error;
    throw new Unreadable(error.sentence, alone);
  }
}

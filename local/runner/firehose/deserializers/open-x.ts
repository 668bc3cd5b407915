import type { HiveType } from "@streaming-data-lake/terraform/hive-type";
import {
  allDefined,
  type Converter,
  convertMap,
  integers,
  nullable,
  type PrimitiveType,
  type TextGuard,
} from "./deserializer";
import { isJsonObject, NumberText, numberJson, wellFormed } from "./number-text";
import { openXDate, openXTimestamp } from "./timestamps";

export interface OpenXRules {
  readonly caseInsensitive: boolean;
  readonly dotsToUnderscores: boolean;
  /** The JSON keys of columns whose names differ from them. */
  readonly jsonKeys: Readonly<Record<string, string>>;
  readonly guard: TextGuard;
}

/**
 * Converts values as OpenX's deserializer does: text fits a number column, a single value becomes a list of one, a list
 * fills a struct by position, and `case_insensitive` lowercases the keys of maps and of objects in texts.
 *
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html
 */
function openXConverter(type: HiveType, rules: OpenXRules): Converter {
  switch (type.kind) {
    case "array": {
      const convert = nullable(openXConverter(type.element, rules));
      return (value) => allDefined((Array.isArray(value) ? value : [value]).map(convert));
    }
    case "map": {
      const key = openXConverter(type.key, rules);
      const convert = nullable(openXConverter(type.value, rules));
      const lower: Converter = (name) => key(rules.caseInsensitive ? String(name).toLowerCase() : name);
      return (value) => (isJsonObject(value) ? convertMap(value, lower, convert) : undefined);
    }
    case "struct": {
      const convert = openXStruct(type.fields, { ...rules, jsonKeys: {} });
      const inPlace = type.fields.map(
        ([name, field]) => [name, nullable(openXConverter(field, rules))] as const,
      );
      return (value) => {
        if (isJsonObject(value)) return convert(value, () => undefined);
        if (!Array.isArray(value)) return undefined;
        const items = inPlace.map(([name, fill], at) => [name, fill(value[at])] as const);
        return items.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(items);
      };
    }
    case "primitive":
      return primitive(type, rules);
  }
}

/** @param onMismatch Called for a field whose value does not fit. Its result is the result of the conversion. */
export function openXStruct(fields: readonly (readonly [string, HiveType])[], rules: OpenXRules) {
  const converters = fields.map(([name, type]) => {
    const key = rules.jsonKeys[name] ?? name;
    return { name, key, lowerKey: key.toLowerCase(), convert: openXConverter(type, rules) };
  });
  const normalize = (key: string): string => {
    const dotted = rules.dotsToUnderscores ? key.replaceAll(".", "_") : key;
    return rules.caseInsensitive ? dotted.toLowerCase() : dotted;
  };
  return (
    document: Readonly<Record<string, unknown>>,
    onMismatch: (name: string, value: unknown) => undefined,
  ): Readonly<Record<string, unknown>> | undefined => {
    const row: Record<string, unknown> = {};
    let normalized: Map<string, unknown> | undefined;
    for (const { name, key, lowerKey, convert } of converters) {
      let value = Object.hasOwn(document, key) ? document[key] : undefined;
      if (value === undefined && (rules.caseInsensitive || rules.dotsToUnderscores)) {
        normalized ??= new Map(Object.entries(document).map(([from, item]) => [normalize(from), item]));
        value = normalized.get(rules.caseInsensitive ? lowerKey : key);
      }
      const converted = value === undefined || value === null ? null : convert(value);
      if (converted === undefined) return onMismatch(name, value);
      row[name] = converted;
    }
    return row;
  };
}

function primitive(type: PrimitiveType, { caseInsensitive, guard }: OpenXRules): Converter {
  const bits = integers[type.name];
  if (bits) return (value) => toInteger(value, bits);
  const toText = textConverter(caseInsensitive, guard);
  switch (type.name) {
    case "string":
    case "binary":
      return toText;
    case "char":
    case "varchar":
      return (value) => [...toText(value)].slice(0, type.parameters[0]).join("");
    case "double":
    case "float":
      return (value) => toDouble(value, type.name === "float");
    case "decimal":
      return (value) => toDecimal(value, type.parameters[0] ?? 10, type.parameters[1] ?? 0);
    case "boolean":
      return toBoolean;
    case "date":
      return (value) => (typeof value === "string" ? openXDate(value) : undefined);
    case "timestamp":
      return (value) => openXTimestamp(value instanceof NumberText ? Number(value.text) : value);
    default:
      throw new Error(`records can't be converted to the column type "${type.name}"`);
  }
}

function textConverter(caseInsensitive: boolean, guard: TextGuard): (value: unknown) => string {
  const keys = caseInsensitive ? (key: string) => key.toLowerCase() : undefined;
  return (value) => {
    if (typeof value === "string") return wellFormed(value);
    if (typeof value === "boolean") return String(value);
    guard();
    return wellFormed(numberJson(value, keys));
  };
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

function numeral(value: unknown): string | undefined {
  const text =
    typeof value === "number"
      ? String(value)
      : value instanceof NumberText
        ? value.text
        : typeof value === "string"
          ? value.trim()
          : "";
  return decimal.test(text) ? text : undefined;
}

function toInteger(given: unknown, bits: bigint): unknown {
  // An integer may be written as 28.0 or 1e3.
  const value =
    given instanceof NumberText && Number.isSafeInteger(Number(given.text)) ? Number(given.text) : given;
  if (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    (bits === 63n || Math.abs(value) < 2 ** Number(bits))
  )
    return value;
  const text = numeral(value);
  const whole = text && /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
  if (whole === undefined || BigInt.asIntN(Number(bits) + 1, whole) !== whole) return undefined;
  return String(whole);
}

function toDouble(value: unknown, single: boolean): unknown {
  const number = typeof value === "number" ? value : Number(numeral(value) ?? "x");
  return Number.isFinite(single ? Math.fround(number) : number) ? number : undefined;
}

function toDecimal(value: unknown, precision: number, scale: number): unknown {
  const text = numeral(value);
  if (!text || Math.abs(Number(text)) >= 10 ** (precision - scale) - 0.5 * 10 ** -scale) return undefined;
  return text;
}

function toBoolean(value: unknown): unknown {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  return word === "true" || word === "false" ? word === "true" : undefined;
}

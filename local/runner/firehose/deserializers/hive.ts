import type { HiveType } from "@streaming-data-lake/terraform/hive-type";
import { type JodaParser, jodaParser } from "../dates/joda-pattern";
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
import { hiveDate, hiveTimestamp, sqlTimestamp } from "./timestamps";

export interface HiveRules {
  readonly timestampFormats: readonly JodaParser[];
  readonly guard: TextGuard;
}

/**
 * Parsers for the patterns in `timestamp_formats`. The pattern `millis` stands for milliseconds since 1970.
 *
 * @throws Error for an unsupported pattern.
 */
export function timestampParsers(formats: readonly string[]): JodaParser[] {
  return formats.map((format) => {
    if (format === "millis") return (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined);
    try {
      return jodaParser(format);
    } catch (error) {
      throw new Error(`timestamp_formats: ${format}: ${(error as Error).message}`);
    }
  });
}

/**
 * Converts values as Hive's own deserializer does. Only a number fits a number column. An integer column drops the
 * fraction. A decimal that does not fit becomes null, and a boolean is false for every value except `true`.
 *
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_HiveJsonSerDe.html
 */
function hiveConverter(type: HiveType, rules: HiveRules): Converter {
  switch (type.kind) {
    case "array": {
      const convert = nullable(hiveConverter(type.element, rules));
      return (value) => (Array.isArray(value) ? allDefined(value.map(convert)) : undefined);
    }
    case "map": {
      const key = mapKey(type.key, rules);
      const convert = nullable(hiveConverter(type.value, rules));
      return (value) => (isJsonObject(value) ? convertMap(value, key, convert) : undefined);
    }
    case "struct": {
      const convert = hiveStruct(type.fields, rules);
      return (value) => (isJsonObject(value) ? convert(value, () => undefined) : undefined);
    }
    case "primitive":
      return primitive(type, rules);
  }
}

/** @param onMismatch Called for a field whose value does not fit. Its result is the result of the conversion. */
export function hiveStruct(fields: readonly (readonly [string, HiveType])[], rules: HiveRules) {
  const converters = fields.map(([name, type]) => ({
    name,
    key: name.toLowerCase(),
    convert: nullable(hiveConverter(type, rules)),
  }));
  return (
    document: Readonly<Record<string, unknown>>,
    onMismatch: (name: string, value: unknown) => undefined,
  ): Readonly<Record<string, unknown>> | undefined => {
    const lower = new Map(Object.entries(document).map(([key, item]) => [key.toLowerCase(), item]));
    const row: Record<string, unknown> = {};
    for (const [at, { name, key, convert }] of converters.entries()) {
      // Hive uses these names for columns that have no other name.
      const value = lower.has(key) ? lower.get(key) : lower.get(`_col${at}`);
      const converted = convert(value);
      if (converted === undefined) return onMismatch(name, value);
      row[name] = converted;
    }
    return row;
  };
}

/** Keys of a JSON object are always strings, so each is parsed as the map's key type. */
function mapKey(type: HiveType, rules: HiveRules): Converter {
  const convert = hiveConverter(type, rules);
  const isNumber =
    type.kind === "primitive" && (integers[type.name] !== undefined || /^(?:float|double)$/.test(type.name));
  return (name) =>
    isNumber ? (/^[+-]?\d+(\.\d+)?$/.test(String(name)) ? convert(Number(name)) : undefined) : convert(name);
}

function primitive(type: PrimitiveType, rules: HiveRules): Converter {
  const bits = integers[type.name];
  if (bits) return (value) => toInteger(value, bits);
  const toText = textConverter(rules.guard);
  const [length = 1] = type.parameters;
  switch (type.name) {
    case "string":
      return toText;
    case "varchar":
      return (value) => cut(toText(value), length);
    case "char":
      return (value) => cut(toText(value), length)?.padEnd(length);
    case "double":
    case "float":
      return (value) => toDouble(value, type.name === "float");
    case "decimal":
      return (value) => toDecimal(value, type.parameters[0] ?? 10, type.parameters[1] ?? 0);
    case "boolean":
      return (value) => (Array.isArray(value) ? undefined : value === true || value === "true");
    case "date":
      return (value) => (typeof value === "string" ? hiveDate(value) : undefined);
    case "timestamp":
      return (value) => toTimestamp(value, rules.timestampFormats);
    case "binary":
      // Hive's JsonSerDe does not support the type binary.
      return () => undefined;
    default:
      throw new Error(`records can't be converted to the column type "${type.name}"`);
  }
}

/** A text column accepts numbers and booleans, but neither objects nor lists. */
function textConverter(guard: TextGuard): (value: unknown) => string | undefined {
  return (value) => {
    if (typeof value === "string") return wellFormed(value);
    if (typeof value === "boolean") return String(value);
    if (typeof value !== "number" && !(value instanceof NumberText)) return undefined;
    guard();
    return numberJson(value);
  };
}

function cut(text: string | undefined, length: number): string | undefined {
  return text === undefined ? undefined : [...text].slice(0, length).join("");
}

const numberOf = (value: unknown): string | undefined =>
  value instanceof NumberText ? value.text : typeof value === "number" ? String(value) : undefined;

/** An integer without its fraction. A number that fits into an int is truncated to the bits of a smaller type. */
function toInteger(value: unknown, bits: bigint): unknown {
  const text = numberOf(value);
  if (text === undefined) return undefined;
  const whole = /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Math.trunc(Number(text)));
  const wide = bits === 63n ? 64 : 32;
  if (BigInt.asIntN(wide, whole) !== whole) return undefined;
  return String(BigInt.asIntN(Number(bits) + 1, whole));
}

function toDouble(value: unknown, single: boolean): unknown {
  const text = numberOf(value);
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(single ? Math.fround(number) : number) ? number : undefined;
}

/** A decimal; null for text that is not a number and for numbers that do not fit. */
function toDecimal(value: unknown, precision: number, scale: number): unknown {
  if (Array.isArray(value)) return undefined;
  const text = numberOf(value) ?? (typeof value === "string" ? value.trim() : "");
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text)) return null;
  return Math.abs(Number(text)) >= 10 ** (precision - scale) - 0.5 * 10 ** -scale ? null : text;
}

function toTimestamp(value: unknown, formats: readonly JodaParser[]): unknown {
  const text = numberOf(value) ?? (typeof value === "string" ? value : undefined);
  if (text === undefined) return undefined;
  for (const parse of formats) {
    const moment = parse(text);
    if (moment !== undefined) return sqlTimestamp(moment);
  }
  return hiveTimestamp(text);
}

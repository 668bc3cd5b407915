import { isObject } from "@streaming-data-lake/terraform/functions";
import { type HiveType, parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import type { GlueColumn, RecordConversion } from "@streaming-data-lake/terraform/types";
import type { JsonObject } from "./json-documents";
import { hiveTimestamp, isDate, openXTimestamp } from "./timestamps";

/** A value that does not fit its column. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/** A value as JSON that DuckDB reads into the column's type. */
type Converter = (value: unknown) => unknown;

interface Rules {
  readonly caseInsensitive: boolean;
  readonly dotsToUnderscores: boolean;
  readonly jsonKeys: Readonly<Record<string, string>>;
  readonly timestamp: Converter;
}

/**
 * Makes of a JSON object the row of a table, as Firehose's deserializer would.
 *
 * A key that the table does not have is dropped, a missing key is null. A number may be written as a string, and a
 * string column takes a number, a boolean or nested JSON as its text. Everything else that does not fit the column,
 * such as a word in a double, a fraction or too many digits in an integer, is a mismatch: the whole record goes to
 * the error prefix, none of it to the table.
 *
 * @returns a function that throws SchemaMismatch naming column and value.
 */
export function rowConverter(
  columns: readonly GlueColumn[],
  conversion: RecordConversion,
): (document: JsonObject) => JsonObject {
  const rules = rulesOf(conversion);
  return structConverter(
    columns.map(({ name, type }) => [name, parseHiveType(type)] as const),
    rules,
  );
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html */
function rulesOf({ deserializer, deserializerParameters: parameters }: RecordConversion): Rules {
  if (deserializer === "HIVE_JSON") {
    const formats = Array.isArray(parameters.timestampFormats) ? parameters.timestampFormats : [];
    const timestamp = (value: unknown) => hiveTimestamp(value, formats);
    return { caseInsensitive: true, dotsToUnderscores: false, jsonKeys: {}, timestamp };
  }
  return {
    caseInsensitive: parameters.caseInsensitive !== false,
    dotsToUnderscores: parameters.convertDotsInJsonKeysToUnderscores === true,
    jsonKeys: isObject(parameters.columnToJsonKeyMappings)
      ? (parameters.columnToJsonKeyMappings as Record<string, string>)
      : {},
    timestamp: openXTimestamp,
  };
}

function structConverter(fields: readonly (readonly [string, HiveType])[], rules: Rules) {
  const converters = fields.map(([name, type]) => {
    const key = rules.jsonKeys[name] ?? name;
    return { name, key, lowerKey: key.toLowerCase(), convert: converterOf(type, rules) };
  });
  const normalize = (key: string): string => {
    const dotted = rules.dotsToUnderscores ? key.replaceAll(".", "_") : key;
    return rules.caseInsensitive ? dotted.toLowerCase() : dotted;
  };
  return (document: JsonObject): JsonObject => {
    const row: Record<string, unknown> = {};
    let normalized: Map<string, unknown> | undefined;
    for (const { name, key, lowerKey, convert } of converters) {
      let value = Object.hasOwn(document, key) ? document[key] : undefined;
      if (value === undefined && (rules.caseInsensitive || rules.dotsToUnderscores)) {
        normalized ??= new Map(Object.entries(document).map(([from, item]) => [normalize(from), item]));
        value = normalized.get(rules.caseInsensitive ? lowerKey : key);
      }
      if (value === undefined || value === null) {
        row[name] = null;
        continue;
      }
      const converted = convert(value);
      if (converted === undefined)
        throw new SchemaMismatch(
          `Data does not match the schema. ${name}: ${JSON.stringify(value).slice(0, 100)} is not of its type.`,
        );
      row[name] = converted;
    }
    return row;
  };
}

const integers: Readonly<Record<string, bigint>> = {
  tinyint: 7n,
  smallint: 15n,
  int: 31n,
  integer: 31n,
  bigint: 63n,
};

/** The converter of one type; it answers undefined for what does not fit. */
function converterOf(type: HiveType, rules: Rules): Converter {
  switch (type.kind) {
    case "array": {
      const convert = nullable(converterOf(type.element, rules));
      return (value) => (Array.isArray(value) ? allOf(value.map(convert)) : undefined);
    }
    case "map": {
      const key = converterOf(type.key, rules);
      const convert = nullable(converterOf(type.value, rules));
      return (value) => {
        if (!isObject(value)) return undefined;
        const entries = Object.entries(value).map(([name, item]) => [key(name), convert(item)] as const);
        return entries.some(([name, item]) => name === undefined || item === undefined)
          ? undefined
          : Object.fromEntries(entries.map(([name, item]) => [String(name), item]));
      };
    }
    case "struct": {
      const convert = structConverter(type.fields, { ...rules, jsonKeys: {} });
      return (value) => (isObject(value) ? convert(value) : undefined);
    }
  }
  const bits = integers[type.name];
  if (bits) return (value) => toInteger(value, bits);
  switch (type.name) {
    case "string":
    case "binary":
      return toText;
    case "char":
    case "varchar":
      return (value) => {
        const text = toText(value);
        return typeof text === "string" ? [...text].slice(0, type.parameters[0]).join("") : undefined;
      };
    case "double":
    case "float":
      return (value) => toDouble(value, type.name === "float");
    case "decimal":
      return (value) => toDecimal(value, type.parameters[0] ?? 10, type.parameters[1] ?? 0);
    case "boolean":
      return toBoolean;
    case "date":
      return (value) => (typeof value === "string" && isDate(value) ? value : undefined);
    case "timestamp":
      return rules.timestamp;
    default:
      throw new Error(`records can't be converted to the column type "${type.name}"`);
  }
}

function nullable(convert: Converter): Converter {
  return (value) => (value === null ? null : convert(value));
}

function allOf(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.includes(undefined) ? undefined : items;
}

function toText(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // Half a surrogate pair is no text; UTF-8 has no bytes for it.
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text;
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

function numeral(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  return decimal.test(text) ? text : undefined;
}

function toInteger(value: unknown, bits: bigint): unknown {
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

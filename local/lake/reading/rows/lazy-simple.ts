import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { Plain } from "../../trino/functions/javascript/values";
import type { Type } from "../../trino/types/types";
import { fittingInteger, floatingOf, unscaledDecimal } from "../values/numbers";
import { fittedText, lenientBytes } from "../values/text";
import { dateOf, timeReader, writtenTime } from "../values/times";
import { type DataColumn, isTrue, type RowReader } from "./serde";

/** How the values of a line are separated. */
interface Format {
  /**
   * The separators of each level: between fields, between items, between a map's keys and values, and those of deeper
   * levels.
   */
  readonly separators: readonly string[];
  readonly escaping: string | undefined;
  readonly nullText: string;
  readonly time: (text: string) => bigint | undefined;
}

/** Converts a field's text. The text is undefined when the line ends before the field. */
type Convert = (text: string | undefined) => Plain;

/**
 * Hive's LazySimpleSerDe, which reads delimited text. A value that does not have its column's type is NULL.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html
 */
export function lazySimple(table: GlueTable, columns: readonly DataColumn[]): RowReader {
  const parameters = table.serdeParameters;
  const format: Format = {
    separators: separatorsOf(parameters),
    escaping: escapingOf(parameters),
    nullText: parameters["serialization.null.format"] ?? "\\N",
    time: timeReader(parameters["timestamp.formats"]),
  };
  const converters = columns.map(({ type }) => converter(type, format, 1));
  const takesRest = isTrue(parameters["serialization.last.column.takes.rest"]);
  const most = takesRest ? table.columns.length : Number.POSITIVE_INFINITY;
  return (line) => {
    const fields = splitRow(line, format.separators[0] ?? "\u0001", format.escaping, most);
    return columns.map(({ index }, at) => converters[at]?.(fields[index]) ?? null);
  };
}

/** A separator is given as a character or as the number of one. */
function separatorOf(text: string): string {
  if (/^-?\d+$/.test(text) && (text.length > 1 || Number(text) < 10) && Number(text) < 256)
    return text.length === 1 && !/[0-9]/.test(text) ? text : String.fromCharCode(Number(text) & 255);
  return text[0] ?? "";
}

export const escapingOf = ({ "escape.delim": given }: GlueTable["serdeParameters"]): string | undefined =>
  given === undefined ? undefined : separatorOf(given) || "\\";

export function separatorsOf(parameters: Readonly<Record<string, string>>): string[] {
  const given = (name: string, code: number) => {
    const text = parameters[name];
    return text === undefined || text === "" ? String.fromCharCode(code) : separatorOf(text);
  };
  const first = parameters["field.delim"] ?? parameters["serialization.format"];
  const deeper = [4, 5, 6, 7, 8].map((code) => String.fromCharCode(code));
  return [
    first === undefined || first === "" ? "\u0001" : separatorOf(first),
    given(parameters["collection.delim"] === undefined ? "colelction.delim" : "collection.delim", 2),
    given("mapkey.delim", 3),
    ...deeper,
  ];
}

/** Splits a text at the separators that are not escaped. */
export function splitRow(
  text: string,
  separator: string,
  escaping: string | undefined,
  most: number,
): string[] {
  if (escaping === undefined || !text.includes(escaping)) {
    const parts = text.split(separator);
    return parts.length <= most
      ? parts
      : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
  }
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++)
    if (text[i] === escaping) i++;
    else if (text[i] === separator && parts.length < most - 1) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  return [...parts, text.slice(start)];
}

function unescaped(text: string, escaping: string | undefined): string {
  if (escaping === undefined || !text.includes(escaping)) return text;
  let value = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] === escaping && i + 1 < text.length) {
      i++;
      value += text[i] === "n" ? "\n" : text[i] === "r" ? "\r" : text[i];
    } else value += text[i];
  }
  return value;
}

/** @param level Index of the separator that separates the items of the value. */
function converter(type: Type, format: Format, level: number): Convert {
  const convert = convertNonNull(type, format, level);
  const { nullText } = format;
  return (text) => (text === undefined || text === nullText ? null : (convert(text) ?? null));
}

function convertNonNull(type: Type, format: Format, level: number): (text: string) => Plain | undefined {
  const { separators, escaping } = format;
  const separator = separators[level] ?? "\u0008";
  const parts = (text: string) => splitRow(text, separator, escaping, Number.POSITIVE_INFINITY);
  switch (type.kind) {
    case "array": {
      const element = converter(type.element, format, level + 1);
      return (text) => (text === "" ? [] : parts(text).map(element));
    }
    case "map": {
      const key = converter(type.key, format, level + 2);
      const item = converter(type.value, format, level + 2);
      const between = separators[level + 1] ?? "\u0008";
      return (text) => {
        if (text === "") return [];
        const entries = parts(text).map((part) => splitRow(part, between, escaping, 2));
        const byKey = new Map(entries.map(([name, value]) => [name, [key(name), item(value)] as const]));
        return [...byKey.values()].filter(([name]) => name !== null);
      };
    }
    case "row": {
      const fields = type.fields.map((field) => converter(field.type, format, level + 1));
      return (text) => {
        const values = parts(text);
        return fields.map((field, index) => field(values[index]));
      };
    }
    case "varchar":
    case "char":
      return (text) => fittedText(unescaped(text, escaping), type);
    default: {
      const read = simpleValue(type, format.time);
      return (text) => read(text);
    }
  }
}

/**
 * Returns a function that reads a value of a type that is not nested. It returns undefined for a text that is not a
 * value of the type.
 */
export function simpleValue(
  type: Type,
  time: (text: string) => bigint | undefined,
): (text: string) => Plain | undefined {
  switch (type.kind) {
    case "varchar":
    case "char":
      return (text) => fittedText(text, type);
    case "boolean":
      return (text) => {
        const lower = text.toLowerCase();
        return lower === "true" ? true : lower === "false" ? false : undefined;
      };
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      // Digits after the decimal point are ignored.
      return (text) =>
        /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)
          ? fittingInteger(BigInt((/^[+-]?\d+/.exec(text)?.[0] ?? "0").replace("+", "")), type)
          : undefined;
    case "real":
    case "double":
      return (text) => floatingOf(text, type);
    case "decimal":
      return (text) => unscaledDecimal(text, type);
    case "date":
      return dateOf;
    case "timestamp":
      return (text) => {
        const written = writtenTime(text);
        return time(text) ?? (written?.zone === undefined ? written?.micros : undefined);
      };
    case "varbinary":
      return (text) => lenientBytes(text) ?? new TextEncoder().encode(text);
    default:
      return () => undefined;
  }
}

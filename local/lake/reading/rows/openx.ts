import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { Plain } from "../../trino/functions/javascript/values";
import { formatType } from "../../trino/types/format";
import type { Type, TypeOf } from "../../trino/types/types";
import {
  asBigDecimalText,
  fittingInteger,
  floatingOf,
  truncatedOf,
  unscaledDecimal,
} from "../values/numbers";
import { bytesOfBase64, fittedText } from "../values/text";
import { openxDateOf, timeReader, writtenTime } from "../values/times";
import { compactJson, JsonError, JsonText, type RowJson, RowJsonObject, Word } from "./json-text";
import { BadRow, type DataColumn, isTrue, type RowReader, settingOf } from "./serde";

type Convert = (value: RowJson) => Plain;

/** The SerDe's settings. https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html */
interface Settings {
  readonly ignoreMalformed: boolean;
  readonly caseInsensitive: boolean;
  readonly dotsInKeys: boolean;
  readonly nullForInvalid: boolean;
  readonly time: (text: string) => bigint | undefined;
}

/** The key that the SerDe looks up for a name in the text. */
const keyOf = (name: string, { caseInsensitive, dotsInKeys }: Settings): string => {
  const key = caseInsensitive ? name.toLowerCase() : name;
  return dotsInKeys ? key.replaceAll(".", "_") : key;
};

/**
 * OpenX's JSON SerDe: each line is an object, or an array with the values of a row. A line that begins with neither
 * bracket becomes a row of NULL.
 */
export function openx(table: GlueTable, columns: readonly DataColumn[]): RowReader {
  const parameters = table.serdeParameters;
  const settings: Settings = {
    ignoreMalformed: isTrue(parameters["ignore.malformed.json"]),
    caseInsensitive: parameters["case.insensitive"]?.trim().toLowerCase() !== "false",
    dotsInKeys: isTrue(parameters["dots.in.keys"]),
    nullForInvalid: isTrue(settingOf(table, "use.null.for.invalid.data")),
    time: timeReader(parameters["timestamp.formats"]),
  };
  const nulls = columns.map(() => null);
  const row = new RowConverter(table, columns, settings);
  return (line) => {
    const start = line.trimStart();
    const first = start[0];
    if (first !== "{" && first !== "[") return nulls;
    if (columns.length === 0) return nulls;
    return row.quick(line) ?? row.read(line) ?? nulls;
  };
}

interface Shape {
  readonly names: readonly string[];
  /** The columns that receive the value of each name. */
  readonly columns: readonly (readonly number[])[];
}

const parsedNumber: Readonly<Partial<Record<Type["kind"], (value: number) => number | undefined>>> = {
  // The SerDe turns negative zero into zero.
  double: (value) => value + 0,
  integer: (value) => ((value | 0) === value ? value + 0 : undefined),
};

class RowConverter {
  private readonly keys: readonly string[];
  private readonly converters: readonly Convert[];
  private readonly places: ReadonlyMap<string, readonly number[]>;
  /**
   * Converters for numeric columns. They take a number that JSON.parse returned, and return undefined when the type
   * does not hold it exactly.
   */
  private readonly numbers: readonly ((value: number) => number | undefined)[];
  /** The names of the previous line, with their columns. Most lines have the same names. */
  private shape: Shape = { names: [], columns: [] };

  constructor(
    table: GlueTable,
    private readonly columns: readonly DataColumn[],
    private readonly settings: Settings,
  ) {
    this.keys = columns.map(({ name }) => keyOf(table.serdeParameters[`mapping.${name}`] ?? name, settings));
    this.converters = columns.map(({ type, name }) => converter(type, settings, name));
    const places = new Map<string, number[]>();
    for (const [index, key] of this.keys.entries()) places.set(key, [...(places.get(key) ?? []), index]);
    this.places = places;
    this.numbers = columns.map(({ type }) => parsedNumber[type.kind] ?? (() => undefined));
  }

  /** Reads an object in plain JSON, which most lines are. Undefined when the line needs the exact reader. */
  quick(line: string): Plain[] | undefined {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      return undefined;
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
    const names = Object.keys(parsed);
    if ((line.match(separators)?.length ?? 0) !== names.length) return undefined;
    const columns = this.shapeOf(names)?.columns;
    if (!columns) return undefined;
    const values: Plain[] = this.columns.map(() => null);
    for (let at = 0; at < names.length; at++) {
      const value = (parsed as Record<string, unknown>)[names[at] ?? ""];
      for (const index of columns[at] ?? []) {
        if (typeof value === "number") {
          const number = this.numbers[index]?.(value);
          if (number === undefined) return undefined;
          values[index] = number;
        } else if (typeof value === "object" && value !== null) return undefined;
        else values[index] = this.converters[index]?.(value as RowJson) ?? null;
      }
    }
    return values;
  }

  /** The columns for the names. Undefined when a name occurs twice, without regard to case. */
  private shapeOf(names: readonly string[]): Shape | undefined {
    const { shape } = this;
    if (names.length === shape.names.length && names.every((name, at) => name === shape.names[at]))
      return shape;
    const keys = names.map((name) => keyOf(name, this.settings));
    if (new Set(keys).size < keys.length) return undefined;
    this.shape = { names, columns: keys.map((key) => this.places.get(key) ?? []) };
    return this.shape;
  }

  /** Reads any line that the SerDe accepts. Undefined for an invalid line that the SerDe is told to ignore. */
  read(line: string): Plain[] | undefined {
    const parsed = this.parse(line);
    if (parsed === undefined) return undefined;
    if (Array.isArray(parsed))
      return this.columns.map(({ index }, at) => this.converters[at]?.(parsed[index] ?? null) ?? null);
    const values: Plain[] = this.columns.map(() => null);
    if (!(parsed instanceof RowJsonObject)) return values;
    const fields = fieldsOf(parsed, this.settings);
    for (const [at, key] of this.keys.entries())
      values[at] = this.converters[at]?.(fields.get(key) ?? null) ?? null;
    return values;
  }

  private parse(line: string): RowJson | undefined {
    try {
      return new JsonText(line, true).read();
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      if (this.settings.ignoreMalformed) return undefined;
      throw new BadRow(`JSON: ${error.message}; with ignore.malformed.json the line is a row of NULL`);
    }
  }
}

/** Matches the colon after a name. When no name occurs twice, there are as many matches as names. */
const separators = /"\s*:/g;

function fieldsOf({ fields }: RowJsonObject, settings: Settings): Map<string, RowJson> {
  const byKey = new Map<string, RowJson>();
  for (const [name, value] of fields) {
    const key = keyOf(name, settings);
    if (byKey.has(key)) refuseTwice(key, settings);
    byKey.set(key, value);
  }
  return byKey;
}

/** An object in which a key occurs twice is malformed. If malformed lines are ignored, the key's last value is used. */
function refuseTwice(key: string, { ignoreMalformed }: Settings): void {
  if (!ignoreMalformed) throw new BadRow(`Duplicate key '${key}'`);
}

const isNested = (value: RowJson): value is readonly RowJson[] | RowJsonObject =>
  Array.isArray(value) || value instanceof RowJsonObject;

/** A value that is not nested, as text. Numbers are written as Java's BigDecimal writes them. */
const textOf = (value: RowJson): string => (value instanceof Word ? wordText(value.text) : String(value));

function wordText(text: string): string {
  if (/^0x[0-9a-f]+$/i.test(text)) return String(BigInt(text));
  return asBigDecimalText(text) ?? text;
}

/** An array or an object as JSON. Of a key that occurs twice, the last value is used. */
function nestedText(value: RowJson): string {
  if (value instanceof RowJsonObject) {
    const byKey = new Map(
      value.fields.map(([name, field]) => [name, `${JSON.stringify(name)}:${nestedText(field)}`]),
    );
    return `{${[...byKey.values()].join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(nestedText).join(",")}]`;
  return compactJson(value instanceof Word ? new Word(wordText(value.text)) : value);
}

function converter(type: Type, settings: Settings, column: string): Convert {
  const convert = convertNonNull(type, settings, column);
  return (value) => (value === null ? null : convert(value));
}

function convertNonNull(type: Type, settings: Settings, column: string): Convert {
  switch (type.kind) {
    case "array": {
      const element = converter(type.element, settings, column);
      return (value) => {
        if (value === "") return null;
        return (Array.isArray(value) ? value : [value]).map(element);
      };
    }
    case "map":
      return mapOf(type, settings, column);
    case "row":
      return rowOf(type, settings, column);
    case "varchar":
    case "char":
      return (value) => fittedText(isNested(value) ? nestedText(value) : textOf(value), type);
    case "boolean":
      return (value) => !isNested(value) && textOf(value).toLowerCase() === "true";
  }
  const read = scalar(type, settings);
  return (value) => {
    if (isNested(value))
      throw new BadRow(`column ${column} of ${formatType(type)} can't hold ${compactJson(value)}`);
    const result = read(value);
    if (result !== undefined) return result;
    if (settings.nullForInvalid) return null;
    throw new BadRow(
      `column ${column} of ${formatType(type)} can't hold ${compactJson(value)}; with use.null.for.invalid.data it is NULL`,
      "HIVE_BAD_DATA",
    );
  };
}

/** Returns a function that converts a value, or returns undefined when the type cannot hold it. */
function scalar(type: Type, { time }: Settings): (value: RowJson) => Plain | undefined {
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return (value) => {
        const text = textOf(value);
        const hex = /^0x[0-9a-f]+$/i.test(text);
        const whole = hex ? BigInt(text) : truncatedOf(text);
        return whole === undefined ? undefined : fittingInteger(whole, type);
      };
    case "real":
    case "double":
      return (value) => (typeof value === "boolean" ? undefined : floatingOf(textOf(value), type));
    case "decimal":
      return (value) => unscaledDecimal(textOf(value), type);
    case "date":
      return (value) => {
        const text = textOf(value);
        const days = wordText(text);
        if (/^-?\d+$/.test(days)) return fittingInteger(BigInt(days), { kind: "integer" });
        return openxDateOf(text);
      };
    case "timestamp":
      return (value) => timestampOf(textOf(value), time);
    case "varbinary":
      return (value) => {
        const bytes = typeof value === "string" ? bytesOfBase64(value) : undefined;
        if (bytes) return bytes;
        throw new BadRow(`a column of varbinary can't hold ${compactJson(value)}, which is not base64`);
      };
    default:
      return () => undefined;
  }
}

/** Numbers are seconds. Numbers with 13 or more digits are milliseconds. */
function timestampOf(text: string, time: (text: string) => bigint | undefined): bigint | null | undefined {
  const formatted = time(text);
  if (formatted !== undefined) return formatted;
  // Most texts begin with a date, so that they can't be numbers.
  if (!/^\d{4}-\d\d-/.test(text)) {
    const numbered = timeOfNumber(text);
    if (numbered !== undefined) return numbered.micros;
  }
  const written = writtenTime(text);
  if (written && !(written.separator === " " && written.zone !== undefined)) return written.micros;
  // An incomplete time is NULL. A text that does not even begin like a time is invalid.
  return /^\s*\d{4}-\d/.test(text) ? null : undefined;
}

/**
 * The time that a number stands for. Undefined when the text is not a number.
 *
 * @returns undefined microseconds for a number that is too large.
 */
function timeOfNumber(text: string): { readonly micros: bigint | undefined } | undefined {
  const whole = wordText(text);
  if (/^-?\d+$/.test(whole)) {
    const digits = whole.replace("-", "").length;
    const micros = BigInt(whole) * (digits >= 13 ? 1000n : 1_000_000n);
    return { micros: fittingInteger(micros, { kind: "bigint" }) === undefined ? undefined : micros };
  }
  if (/^-?\d*\.\d+(?:[eE][+-]?\d+)?$/.test(text)) {
    const nanos = unscaledDecimal(text, { kind: "decimal", precision: 38, scale: 9 });
    return { micros: nanos === undefined ? undefined : (nanos / 1_000_000n) * 1000n };
  }
  return undefined;
}

function mapOf(type: TypeOf<"map">, settings: Settings, column: string): Convert {
  const key = converter(type.key, { ...settings, nullForInvalid: true }, column);
  const item = converter(type.value, settings, column);
  return (value) => {
    if (isBlank(value)) return null;
    if (!(value instanceof RowJsonObject))
      throw new BadRow(`column ${column} of ${formatType(type)} can't hold ${compactJson(value)}`);
    const byName = new Map<string, RowJson>();
    for (const [name, field] of value.fields) {
      if (byName.has(name)) refuseTwice(name, settings);
      byName.set(name, field);
    }
    return [...byName].flatMap(([name, field]) => {
      const entry = key(name);
      return entry === null ? [] : [[entry, item(field)]];
    });
  };
}

const isBlank = (value: RowJson): boolean => typeof value === "string" && value.trim() === "";

function rowOf(type: TypeOf<"row">, settings: Settings, column: string): Convert {
  const keys = type.fields.map(({ name = "" }) => keyOf(name, settings));
  const fields = type.fields.map((field) => converter(field.type, settings, column));
  return (value) => {
    if (Array.isArray(value)) return fields.map((field, index) => field(value[index] ?? null));
    if (isBlank(value)) return fields.map(() => null);
    if (!(value instanceof RowJsonObject))
      throw new BadRow(`column ${column} of ${formatType(type)} can't hold ${compactJson(value)}`);
    const byKey = fieldsOf(value, settings);
    return fields.map((field, index) => field(byKey.get(keys[index] ?? "") ?? null));
  };
}

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
import { fittedText } from "../values/text";
import { dateOf, timeReader, writtenTime } from "../values/times";
import { isCloudTrail } from "./cloud-trail";
import { compactJson, JsonError, JsonText, type RowJson, RowJsonObject, Word } from "./json-text";
import { BadRow, type DataColumn, type RowReader } from "./serde";

type Convert = (value: RowJson) => Plain;
type Time = (text: string) => bigint | undefined;

/**
 * Hive's JSON SerDe: each line is one object in strict JSON. A value that does not have its column's type fails the
 * statement.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html
 */
export function hiveJson(table: GlueTable, columns: readonly DataColumn[]): RowReader {
  const time = timeReader(table.serdeParameters["timestamp.formats"]);
  const asText = isCloudTrail(table);
  const converters = columns.map(({ type, name }) => {
    const convert = converter(type, time, name);
    return asText && type.kind === "varchar" ? (value: RowJson) => convert(textOfNested(value)) : convert;
  });
  return (line) => {
    const fields = fieldsOf(parse(line));
    return columns.map(({ name, index }, at) => {
      const value = fields.get(name.toLowerCase()) ?? fields.get(`_col${index}`) ?? null;
      return converters[at]?.(value) ?? null;
    });
  };
}

/** CloudTrail's parameters and responses have no fixed shape. In a string column they are JSON. */
const textOfNested = (value: RowJson): RowJson =>
  Array.isArray(value) || value instanceof RowJsonObject ? compactJson(value) : value;

function parse(line: string): RowJsonObject {
  try {
    const value = new JsonText(line, false).read();
    if (value instanceof RowJsonObject) return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new BadRow(`JSON: ${error.message}`);
  }
  throw new BadRow("JSON: the line is not an object");
}

function fieldsOf({ fields }: RowJsonObject): Map<string, RowJson> {
  const byName = new Map<string, RowJson>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (byName.has(key)) throw new BadRow(`Duplicate key '${key}'`);
    byName.set(key, value);
  }
  return byName;
}

function converter(type: Type, time: Time, column: string): Convert {
  const convert = convertNonNull(type, time, column);
  return (value) => {
    if (value === null) return null;
    const result = convert(value);
    if (result !== undefined) return result;
    throw new BadRow(`column ${column} of ${formatType(type)} can't hold ${compactJson(value)}`);
  };
}

/** The converter returns undefined for a value that the type cannot hold. */
function convertNonNull(type: Type, time: Time, column: string): (value: RowJson) => Plain | undefined {
  switch (type.kind) {
    case "array": {
      const element = converter(type.element, time, column);
      return (value) => (Array.isArray(value) ? value.map(element) : undefined);
    }
    case "map":
      return mapOf(type, time, column);
    case "row": {
      const names = type.fields.map(({ name = "" }) => name.toLowerCase());
      const fields = type.fields.map((field) => converter(field.type, time, column));
      return (value) => {
        if (!(value instanceof RowJsonObject)) return undefined;
        const byName = fieldsOf(value);
        return fields.map((field, index) => field(byName.get(names[index] ?? "") ?? null));
      };
    }
    default: {
      const read = scalar(type, time);
      return (value) => (Array.isArray(value) || value instanceof RowJsonObject ? undefined : read(value));
    }
  }
}

const textOf = (value: RowJson): string => (value instanceof Word ? value.text : String(value));

function scalar(type: Type, time: Time): (value: RowJson) => Plain | undefined {
  switch (type.kind) {
    case "varchar":
    case "char":
      return (value) => fittedText(textOf(value), type);
    case "boolean":
      return (value) => textOf(value).toLowerCase() === "true";
    case "tinyint":
      // Jackson accepts bytes up to 255, although Java's end at 127.
      return wholeWhere(type, (value) => value >= -128n && value <= 255n);
    case "smallint":
    case "integer":
    case "bigint":
      return wholeWhere(type, (value) => fittingInteger(value, type) !== undefined);
    case "real":
    case "double":
      return (value) => (value instanceof Word ? floatingOf(value.text, type) : undefined);
    case "decimal":
      return (value) => {
        const text = textOf(value);
        // A value that is not a number is NULL. A number that does not fit is an error.
        return asBigDecimalText(text) === undefined ? null : unscaledDecimal(text, type);
      };
    case "date":
      return (value) => (typeof value === "string" ? dateOf(value) : undefined);
    case "timestamp":
      return (value) => {
        if (typeof value !== "string") return undefined;
        const written = writtenTime(value);
        return time(value) ?? (written?.zone === undefined ? written?.micros : undefined);
      };
    case "varbinary":
      return (value) => new TextEncoder().encode(textOf(value));
    default:
      return () => undefined;
  }
}

function wholeWhere(type: Type, fits: (value: bigint) => boolean) {
  const width = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 }[type.kind as "tinyint"];
  return (value: RowJson): Plain | undefined => {
    const whole = value instanceof Word ? truncatedOf(value.text) : undefined;
    return whole !== undefined && fits(whole) ? fittingInteger(BigInt.asIntN(width, whole), type) : undefined;
  };
}

function mapOf(type: TypeOf<"map">, time: Time, column: string) {
  const key = converter(type.key, time, column);
  const item = converter(type.value, time, column);
  return (value: RowJson): Plain | undefined => {
    if (!(value instanceof RowJsonObject)) return undefined;
    const names = new Set<string>();
    return value.fields.map(([name, field]) => {
      if (names.has(name)) throw new BadRow(`Duplicate key '${name}'`);
      names.add(name);
      return [key(type.key.kind === "varchar" ? name : new Word(name)), item(field)];
    });
  };
}

import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { Plain } from "../../trino/functions/javascript/values";
import { formatType } from "../../trino/types/format";
import type { Type } from "../../trino/types/types";
import { fittedText } from "../values/text";
import { simpleValue } from "./lazy-simple";
import { BadRow, type DataColumn, isTrue, type RowReader, settingOf } from "./serde";

/**
 * OpenCSVSerDe: each line is a row. A quoted field that is not closed on its line is dropped. Types other than string
 * are read as AWS documents: dates are days, timestamps are milliseconds, and an empty field is not a number.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
 */
export function openCsv(table: GlueTable, columns: readonly DataColumn[]): RowReader {
  const { separatorChar, quoteChar, escapeChar } = table.serdeParameters;
  const quote = quoteChar?.[0] ?? '"';
  const escaping = escapeChar?.[0] ?? "\\";
  // For Hive, an escape character that equals the quote means that no escape character is given.
  const parser = new CsvParser(separatorChar?.[0] ?? ",", quote, escaping === '"' ? "\\" : escaping);
  const nullForInvalid = isTrue(settingOf(table, "use.null.for.invalid.data"));
  const converters = columns.map((column) => converter(column, nullForInvalid));
  const nulls = columns.map(() => null);
  return (line) => {
    if (line === "") return nulls;
    const fields = parser.parse(line);
    return columns.map(({ index }, at) => {
      const field = fields[index];
      return field === undefined ? null : (converters[at]?.(field) ?? null);
    });
  };
}

/** Parses lines by the rules of opencsv 2.3, which Hive's SerDe uses. */
class CsvParser {
  constructor(
    private readonly separator: string,
    private readonly quote: string,
    private readonly escaping: string,
  ) {}

  parse(line: string): string[] {
    const { separator, quote, escaping } = this;
    if (!line.includes(quote) && !line.includes(escaping)) return line.split(separator);
    const fields: string[] = [];
    let field = "";
    let inQuotes = false;
    let inField = false;
    for (let i = 0; i < line.length; i++) {
      const character = line[i] ?? "";
      const next = line[i + 1];
      if (character === escaping) {
        if ((inQuotes || inField) && (next === quote || next === escaping)) {
          field += next;
          i++;
        }
      } else if (character === quote) {
        if ((inQuotes || inField) && next === quote) {
          field += next;
          i++;
        } else {
          // A quote inside a field, as in a,bc"d"ef,g, is kept.
          if (i > 2 && line[i - 1] !== separator && next !== undefined && next !== separator)
            field += character;
          inQuotes = !inQuotes;
        }
        inField = !inField;
      } else if (character === separator && !inQuotes) {
        fields.push(field);
        field = "";
        inField = false;
      } else {
        field += character;
        inField = true;
      }
    }
    return inQuotes ? fields : [...fields, field];
  }
}

function converter({ type, index }: DataColumn, nullForInvalid: boolean): (text: string) => Plain {
  if (type.kind === "varchar" || type.kind === "char") return (text) => fittedText(text, type);
  const read = typedValue(type);
  return (text) => {
    const word = text.trim();
    if (word === "" && !numbers.has(type.kind)) return null;
    const value = read(word);
    if (value !== undefined) return value;
    if (nullForInvalid) return null;
    throw new BadRow(
      `Error parsing field value '${text}' for field ${index}: it is not of type ${formatType(type)}; with use.null.for.invalid.data it is NULL`,
      "HIVE_BAD_DATA",
    );
  };
}

const numbers: ReadonlySet<Type["kind"]> = new Set([
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "decimal",
]);

function typedValue(type: Type): (text: string) => Plain | undefined {
  const days = /^-?\d+$/;
  switch (type.kind) {
    case "date":
      return (text) => (days.test(text) ? Number(text) : undefined);
    case "timestamp":
      return (text) => (days.test(text) ? BigInt(text) * 1000n : undefined);
    default:
      return simpleValue(type, () => undefined);
  }
}

import { hiveTypeMaxima, plainHiveTypes } from "@streaming-data-lake/rules/hive-types";
import type { HiveColumn } from "./ast";
import type { HiveCursor } from "./cursor";
import { parseFailure } from "./errors";

/** Hive's names for types of other systems, for hints in errors. */
const instead: Readonly<Record<string, string>> = {
  integer: "int",
  text: "string",
  varchar2: "string",
  long: "bigint",
  real: "float",
  number: "decimal",
  numeric: "decimal",
  bool: "boolean",
  datetime: "timestamp",
  varbinary: "binary",
  json: "string",
  row: "struct",
};

/**
 * Parses a column's type and returns it in Glue's form.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function columnType(cursor: HiveCursor): string {
  const { token } = cursor;
  const name = token.type === "word" ? token.text.toLowerCase() : "";
  const size = (max: number) => {
    const { text } = cursor.token;
    if (cursor.token.type !== "number" || !/^\d+$/.test(text)) return cursor.mismatch("<number>");
    if (Number(text) > max || Number(text) < 0)
      throw parseFailure(
        cursor.token,
        `${name} length or precision ${text} out of allowed range [1, ${max}]`,
      );
    return Number(cursor.advance().text);
  };
  if (plainHiveTypes.has(name)) {
    cursor.advance();
    if (name === "double") cursor.accept("PRECISION");
    return name;
  }
  switch (name) {
    case "varchar":
    case "char":
      cursor.advance();
      cursor.expect("(");
      return `${name}(${closed(cursor, size(name === "char" ? hiveTypeMaxima.charLength : hiveTypeMaxima.varcharLength))})`;
    case "decimal": {
      cursor.advance();
      if (!cursor.accept("(")) return "decimal(10,0)";
      const precision = size(hiveTypeMaxima.decimalPrecision);
      const scale = cursor.accept(",") ? size(hiveTypeMaxima.decimalPrecision) : 0;
      if (scale > precision)
        throw parseFailure(token, `Decimal scale must be less than or equal to precision ${precision}`);
      return `decimal(${precision},${closed(cursor, scale)})`;
    }
    case "array":
      cursor.advance();
      return `array<${within(cursor, () => columnType(cursor))}>`;
    case "map": {
      cursor.advance();
      return `map<${within(cursor, () => {
        const key = columnType(cursor);
        if (/[<]/.test(key)) throw parseFailure(token, "the key of a map must be of a primitive type");
        cursor.expect(",");
        return `${key},${columnType(cursor)}`;
      })}>`;
    }
    case "struct": {
      cursor.advance();
      return `struct<${within(cursor, () => {
        const fields: string[] = [];
        do fields.push(field(cursor));
        while (cursor.accept(","));
        return fields.join(",");
      })}>`;
    }
  }
  const better = instead[name];
  throw parseFailure(
    token,
    `mismatched input '${token.text}'. Expecting: <type>`,
    better && `Athena's DDL calls this type ${better}`,
  );
}

function closed(cursor: HiveCursor, size: number): number {
  cursor.expect(")");
  return size;
}

/** Parses what is enclosed in `<` and `>`. The token `>>` closes two brackets. */
function within(cursor: HiveCursor, read: () => string): string {
  cursor.expect("<");
  const inside = read();
  cursor.expect(">");
  return inside;
}

function field(cursor: HiveCursor): string {
  const { token } = cursor;
  // Reserved words are allowed as names of struct fields, because the colon after them makes them unambiguous.
  const name =
    token.type === "word" || token.type === "name" ? cursor.advance().text : cursor.mismatch("<identifier>");
  cursor.expect(":");
  const type = columnType(cursor);
  if (cursor.accept("COMMENT")) cursor.string();
  return `${name.toLowerCase()}:${type}`;
}

/** Parses `name type [COMMENT 'text']`. */
export function parseColumn(cursor: HiveCursor): HiveColumn {
  const name = cursor.name();
  const type = columnType(cursor);
  return cursor.accept("COMMENT") ? { name, type, comment: cursor.string() } : { name, type };
}

import type { Type } from "./types";
import * as types from "./types";

const primitives: Readonly<Record<string, Type>> = {
  string: types.varchar,
  boolean: types.boolean,
  tinyint: types.tinyint,
  smallint: types.smallint,
  int: types.integer,
  integer: types.integer,
  bigint: types.bigint,
  float: types.real,
  double: types.double,
  binary: types.varbinary,
  date: types.date,
  timestamp: types.timeOf("timestamp", 3),
};

/** Splits at the separators that stand outside of all brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "<" || character === "(") depth++;
    if (character === ">" || character === ")") depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/**
 * The type that a column of a Hive type has in Athena; undefined where it's none of Athena's.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function ofHiveType(hiveType: string): Type | undefined {
  const text = hiveType.trim();
  const primitive = primitives[text.toLowerCase()];
  if (primitive) return primitive;
  const [, kind = "", inside = ""] = /^(\w+)\s*[<(](.*)[>)]$/s.exec(text) ?? [];
  switch (kind.toLowerCase() || text.toLowerCase()) {
    case "varchar":
      return types.varcharOf(Number(inside));
    case "char":
      return types.charOf(Number(inside));
    case "decimal": {
      const [precision = 10, scale = 0] = inside === "" ? [] : inside.split(",").map(Number);
      return types.decimalOf(precision, scale);
    }
    case "array": {
      const element = ofHiveType(inside);
      return element && types.arrayOf(element);
    }
    case "map": {
      const [key, value] = splitOutside(inside, ",").map(ofHiveType);
      return key && value && types.mapOf(key, value);
    }
    case "struct": {
      const fields = [];
      for (const field of splitOutside(inside, ",")) {
        const [name = "", ...rest] = splitOutside(field, ":");
        const type = ofHiveType(rest.join(":"));
        if (!type) return undefined;
        fields.push({ name: name.trim().toLowerCase(), type });
      }
      return types.rowOf(fields);
    }
    default:
      return undefined;
  }
}

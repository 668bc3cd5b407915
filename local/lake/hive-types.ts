import { QueryError } from "./errors";

const primitives: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

/** Splits at the separators that stand outside all brackets. */
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

/** An SQL identifier, quoted. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An SQL string, quoted. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * The DuckDB type of a Hive type.
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 *
 * @throws QueryError naming the type, when it is none of Athena's.
 */
export function duckdbType(hiveType: string): string {
  const type = hiveType.trim().toLowerCase();
  const primitive = primitives[type];
  if (primitive) return primitive;
  if (/^(?:var)?char\(\d+\)$/.test(type)) return "VARCHAR";
  if (/^decimal(?:\(\d+(?:,\s*\d+)?\))?$/.test(type))
    return type === "decimal" ? "DECIMAL(10,0)" : type.toUpperCase();
  const [, nesting, inner = ""] = /^(array|map|struct)<(.+)>$/.exec(type) ?? [];
  if (nesting === "array") return `${duckdbType(inner)}[]`;
  if (nesting === "map") return `MAP(${splitOutside(inner, ",").map(duckdbType).join(", ")})`;
  if (nesting === "struct") {
    const fields = splitOutside(inner, ",").map((field) => {
      const [name = "", ...rest] = splitOutside(field, ":");
      return `${quoteName(name.trim())} ${duckdbType(rest.join(":"))}`;
    });
    return `STRUCT(${fields.join(", ")})`;
  }
  throw new QueryError(`column type "${hiveType}" is none of Athena's`);
}

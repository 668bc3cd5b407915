/**
 * Hive's types without parameters and parts, as Athena's DDL and Glue name them.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export const plainHiveTypes: ReadonlySet<string> = new Set([
  "bigint",
  "binary",
  "boolean",
  "date",
  "double",
  "float",
  "int",
  "smallint",
  "string",
  "timestamp",
  "tinyint",
]);

/** The greatest parameters of the types that have some. */
export const hiveTypeMaxima = { charLength: 255, varcharLength: 65_535, decimalPrecision: 38 };

/** https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types */
export type HiveType =
  | { readonly kind: "primitive"; readonly name: string; readonly parameters: readonly number[] }
  | { readonly kind: "array"; readonly element: HiveType }
  | { readonly kind: "map"; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: "struct"; readonly fields: readonly (readonly [string, HiveType])[] };

/**
 * Reads the type of a Glue column, such as `array<struct<name:string,at:timestamp>>` or `decimal(10,2)`. Undefined for
 * text that does not have the form of a Hive type. Callers check whether a primitive type exists.
 */
export function readHiveType(text: string): HiveType | undefined {
  const type = text.trim();
  const [, nesting, inner = ""] = /^(array|map|struct)\s*<(.*)>$/is.exec(type) ?? [];
  switch (nesting?.toLowerCase()) {
    case "array": {
      const element = readHiveType(inner);
      return element && { kind: "array", element };
    }
    case "map": {
      const [key, value, ...more] = splitOutside(inner, ",").map(readHiveType);
      return key && value && more.length === 0 ? { kind: "map", key, value } : undefined;
    }
    case "struct": {
      const parts = splitOutside(inner, ",");
      const fields = parts.flatMap((part) => {
        const colon = part.indexOf(":");
        const field = colon < 0 ? undefined : readHiveType(part.slice(colon + 1));
        return field ? [[part.slice(0, colon).trim(), field] as const] : [];
      });
      return fields.length === parts.length ? { kind: "struct", fields } : undefined;
    }
  }
  const [, name, parameters] = /^([a-z]+)\s*(?:\(([\d\s,]+)\))?$/i.exec(type) ?? [];
  if (!name) return undefined;
  return {
    kind: "primitive",
    name: name.toLowerCase(),
    parameters: (parameters ?? "").split(",").filter(Boolean).map(Number),
  };
}

/** The text of a Hive type in Glue's form: in lower case and without spaces. */
export function hiveTypeText(type: HiveType): string {
  switch (type.kind) {
    case "array":
      return `array<${hiveTypeText(type.element)}>`;
    case "map":
      return `map<${hiveTypeText(type.key)},${hiveTypeText(type.value)}>`;
    case "struct":
      return `struct<${type.fields.map(([name, field]) => `${name}:${hiveTypeText(field)}`).join(",")}>`;
    case "primitive":
      return type.parameters.length > 0 ? `${type.name}(${type.parameters.join(",")})` : type.name;
  }
}

/** Splits a text at separators outside of brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("<(".includes(character)) depth++;
    if (">)".includes(character)) depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

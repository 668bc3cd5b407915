import { StackError } from "./errors";

/** https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types */
export type HiveType =
  | { readonly kind: "primitive"; readonly name: string; readonly parameters: readonly number[] }
  | { readonly kind: "array"; readonly element: HiveType }
  | { readonly kind: "map"; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: "struct"; readonly fields: readonly (readonly [string, HiveType])[] };

/**
 * Parses the type of a Glue column, such as `array<struct<name:string,at:timestamp>>` or `decimal(10,2)`.
 *
 * @throws StackError for text that does not have the form of a Hive type. Callers check whether a primitive type
 *   exists.
 */
export function parseHiveType(text: string): HiveType {
  const type = text.trim();
  const wrong = () => new StackError(`column type "${text}" is not a Hive type`);
  const [, nesting, inner = ""] = /^(array|map|struct)\s*<(.*)>$/is.exec(type) ?? [];
  const parts = splitOutside(inner, ",");
  switch (nesting?.toLowerCase()) {
    case "array":
      return { kind: "array", element: parseHiveType(inner) };
    case "map": {
      const [key, value, more] = parts;
      if (key === undefined || value === undefined || more !== undefined) throw wrong();
      return { kind: "map", key: parseHiveType(key), value: parseHiveType(value) };
    }
    case "struct":
      return {
        kind: "struct",
        fields: parts.map((part) => {
          const colon = part.indexOf(":");
          if (colon < 0) throw wrong();
          return [part.slice(0, colon).trim(), parseHiveType(part.slice(colon + 1))] as const;
        }),
      };
  }
  const [, name, parameters] = /^([a-z]+)\s*(?:\(([\d\s,]+)\))?$/i.exec(type) ?? [];
  if (!name) throw wrong();
  return {
    kind: "primitive",
    name: name.toLowerCase(),
    parameters: (parameters ?? "").split(",").filter(Boolean).map(Number),
  };
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

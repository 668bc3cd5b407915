/** https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types */
export type HiveType =
  | { readonly kind: "primitive"; readonly name: string; readonly parameters: readonly number[] }
  | { readonly kind: "array"; readonly element: HiveType }
  | { readonly kind: "map"; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: "struct"; readonly fields: readonly (readonly [string, HiveType])[] };

/** @throws Error for a type that is none of Hive's. */
export function parseHiveType(text: string): HiveType {
  const type = text.trim();
  const [, nesting, inner = ""] = /^(array|map|struct)\s*<(.*)>$/is.exec(type) ?? [];
  const parts = splitOutside(inner, ",");
  switch (nesting?.toLowerCase()) {
    case "array":
      return { kind: "array", element: parseHiveType(inner) };
    case "map":
      return { kind: "map", key: parseHiveType(parts[0] ?? ""), value: parseHiveType(parts[1] ?? "") };
    case "struct":
      return {
        kind: "struct",
        fields: parts.map((part) => {
          const colon = part.indexOf(":");
          return [part.slice(0, colon).trim(), parseHiveType(part.slice(colon + 1))] as const;
        }),
      };
  }
  const [, name, parameters] = /^([a-z]+)\s*(?:\(([\d\s,]+)\))?$/i.exec(type) ?? [];
  if (!name) throw new Error(`"${text}" is no Hive type`);
  return {
    kind: "primitive",
    name: name.toLowerCase(),
    parameters: (parameters ?? "").split(",").filter(Boolean).map(Number),
  };
}

/** Splits at the separators that stand outside all brackets. */
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

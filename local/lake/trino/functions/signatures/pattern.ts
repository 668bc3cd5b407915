import { opaque, type SimpleKind, type TimeKind, type Type } from "../../types/types";

/** A type in a signature, which may contain type variables (`array(E)`) or number variables (`varchar(x)`). */
export type TypePattern =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "numbers"; readonly base: NumberedKind; readonly names: readonly string[] }
  | { readonly kind: "array"; readonly element: TypePattern }
  | { readonly kind: "map"; readonly key: TypePattern; readonly value: TypePattern }
  | {
      readonly kind: "row";
      readonly fields: readonly { readonly name?: string; readonly type: TypePattern }[];
    }
  | { readonly kind: "opaque"; readonly name: string; readonly arguments: readonly TypePattern[] }
  | { readonly kind: "function"; readonly parameters: readonly TypePattern[]; readonly returns: TypePattern };

export type NumberedKind = "varchar" | "char" | "decimal" | TimeKind;

const simpleKinds = new Set<string>([
  "unknown",
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "varbinary",
  "date",
  "interval day to second",
  "interval year to month",
  "json",
  "uuid",
  "ipaddress",
] satisfies SimpleKind[]);

/** Types that SHOW FUNCTIONS writes in lower case, with their own spelling. */
const opaqueNames: Readonly<Record<string, string>> = {
  geometry: "Geometry",
  sphericalgeography: "SphericalGeography",
  bingtile: "BingTile",
  kdbtree: "KdbTree",
  objectid: "ObjectId",
  hyperloglog: "HyperLogLog",
  setdigest: "SetDigest",
  classifier: "Classifier",
  regressor: "Regressor",
};

/** Parses a type as SHOW FUNCTIONS writes it. */
export function parsePattern(text: string): TypePattern {
  const open = text.indexOf("(");
  if (open < 0) return nameless(text);
  const close = text.lastIndexOf(")");
  const base = text.slice(0, open);
  const suffix = text.slice(close + 1);
  const inner = splitTypes(text.slice(open + 1, close));
  switch (base) {
    case "array":
      return { kind: "array", element: parsePattern(inner[0] ?? "") };
    case "map":
      return { kind: "map", key: parsePattern(inner[0] ?? ""), value: parsePattern(inner[1] ?? "") };
    case "row":
      return {
        kind: "row",
        fields: inner.map((field) => {
          const named = /^"(.*)" (.*)$/.exec(field);
          return named
            ? { name: named[1], type: parsePattern(named[2] ?? "") }
            : { type: parsePattern(field) };
        }),
      };
    case "function": {
      const types = inner.map(parsePattern);
      const returns = types.pop();
      if (!returns) throw new Error(`a function type without a result: ${text}`);
      return { kind: "function", parameters: types, returns };
    }
    case "varchar":
    case "char":
    case "decimal":
    case "time":
    case "timestamp":
      return { kind: "numbers", base: (base + suffix) as NumberedKind, names: inner };
    default:
      return { kind: "opaque", name: opaqueNames[base] ?? base, arguments: inner.map(parsePattern) };
  }
}

function nameless(text: string): TypePattern {
  if (/^[a-z]\d?$/i.test(text)) return { kind: "variable", name: text.toUpperCase() };
  if (text === "varchar") return { kind: "type", type: { kind: "varchar" } };
  if (simpleKinds.has(text)) return { kind: "type", type: { kind: text as SimpleKind } };
  return { kind: "type", type: opaque(opaqueNames[text] ?? text) };
}

/** Splits a list of types at the commas outside of parentheses. */
export function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const character = text[index];
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth === 0 && (character === "," || character === undefined)) {
      const part = text.slice(start, index).trim();
      if (part !== "") parts.push(part);
      start = index + 1;
    }
  }
  return parts;
}

/** The type variables of patterns, in their order of appearance. */
export function variablesOf(patterns: readonly TypePattern[]): string[] {
  const found = new Set<string>();
  const visit = (pattern: TypePattern): void => {
    switch (pattern.kind) {
      case "variable":
        found.add(pattern.name);
        return;
      case "array":
        visit(pattern.element);
        return;
      case "map":
        visit(pattern.key);
        visit(pattern.value);
        return;
      case "row":
        for (const { type } of pattern.fields) visit(type);
        return;
      case "opaque":
        pattern.arguments.forEach(visit);
        return;
      case "function":
        pattern.parameters.forEach(visit);
        visit(pattern.returns);
        return;
    }
  };
  patterns.forEach(visit);
  return [...found];
}

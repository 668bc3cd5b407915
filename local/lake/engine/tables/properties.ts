import type { Expression, Property } from "../../trino/parse/ast";
import { errorAt } from "../../trino/types/errors";

/** The value of a property. */
export type PropertyValue = string | number | boolean | readonly string[];

/** The properties that a statement may have, with the types of their values. */
export type Allowed = Readonly<Record<string, "text" | "number" | "boolean" | "texts">>;

/**
 * Reads the WITH properties of CREATE TABLE AS and UNLOAD, by their names in lower case.
 *
 * @throws TrinoError INVALID_TABLE_PROPERTY when a property does not exist or its value has the wrong type.
 */
export function readProperties(
  properties: readonly Property[],
  allowed: Allowed,
): ReadonlyMap<string, PropertyValue> {
  const values = new Map<string, PropertyValue>();
  for (const { name, value, ...at } of properties) {
    const key = name.value.toLowerCase();
    const type = Object.hasOwn(allowed, key) ? allowed[key] : undefined;
    if (!type)
      throw errorAt(
        at,
        "INVALID_TABLE_PROPERTY",
        `Catalog 'awsdatacatalog' table property '${key}' does not exist`,
      );
    if (values.has(key)) throw errorAt(at, "DUPLICATE_PROPERTY", `Duplicate property: ${key}`);
    if (!value) continue;
    const read = constantOfNode(value);
    if (read === undefined || typeName(read) !== type)
      throw errorAt(
        at,
        "INVALID_TABLE_PROPERTY",
        `Invalid value for catalog 'awsdatacatalog' table property '${key}': it must be ${expected[type]}`,
      );
    values.set(key, read);
  }
  return values;
}

const expected = {
  text: "a text in single quotes",
  number: "a whole number",
  boolean: "TRUE or FALSE",
  texts: "an ARRAY of texts",
} as const;

function typeName(value: PropertyValue): keyof typeof expected {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "texts";
}

function constantOfNode(node: Expression): PropertyValue | undefined {
  switch (node.kind) {
    case "StringLiteral":
      return node.value;
    case "LongLiteral":
      return Number(node.value);
    case "BooleanLiteral":
      return node.value;
    case "ArrayConstructor": {
      const items = node.items.map(constantOfNode);
      return items.every((item) => typeof item === "string") ? (items as string[]) : undefined;
    }
    default:
      return undefined;
  }
}

export const textProperty = (
  properties: ReadonlyMap<string, PropertyValue>,
  name: string,
): string | undefined => {
  const value = properties.get(name);
  return typeof value === "string" ? value : undefined;
};

export const textsProperty = (
  properties: ReadonlyMap<string, PropertyValue>,
  name: string,
): readonly string[] => {
  const value = properties.get(name);
  return Array.isArray(value) ? value : [];
};

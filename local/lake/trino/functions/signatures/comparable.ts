import type { Type } from "../../types/types";

/** Opaque types that have equality, as Trino's do. */
const comparableOpaque = new Set(["BingTile", "color", "ObjectId"]);

/** Whether values of a type are compared by `=`. */
export function isComparable(type: Type): boolean {
  switch (type.kind) {
    case "array":
      return isComparable(type.element);
    case "map":
      return isComparable(type.key) && isComparable(type.value);
    case "row":
      return type.fields.every((field) => isComparable(field.type));
    case "opaque":
      return comparableOpaque.has(type.name);
    case "function":
      return false;
    default:
      return true;
  }
}

/** Whether values of a type have an order. */
export function isOrderable(type: Type): boolean {
  switch (type.kind) {
    case "array":
      return isOrderable(type.element);
    case "row":
      return type.fields.every((field) => isOrderable(field.type));
    case "opaque":
      return type.name === "ObjectId";
    case "map":
    case "json":
    case "function":
      return false;
    default:
      return true;
  }
}

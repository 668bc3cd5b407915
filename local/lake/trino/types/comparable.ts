import type { Type } from "./types";

/** Opaque types whose values Trino can compare for equality. */
const comparableOpaque = new Set(["bingtile", "color", "geometry", "objectid"]);

/** Whether values of a type can be compared for equality, as by `=`, GROUP BY and DISTINCT. */
export function isComparable(type: Type): boolean {
  switch (type.kind) {
    case "array":
      return isComparable(type.element);
    case "map":
      return isComparable(type.key) && isComparable(type.value);
    case "row":
      return type.fields.every((field) => isComparable(field.type));
    case "opaque":
      return comparableOpaque.has(type.name.toLowerCase());
    case "function":
      return false;
    default:
      return true;
  }
}

/** Whether values of a type can be ordered, as by `<` and ORDER BY. */
export function isOrderable(type: Type): boolean {
  switch (type.kind) {
    case "array":
      return isOrderable(type.element);
    case "row":
      return type.fields.every((field) => isOrderable(field.type));
    case "opaque":
      return type.name.toLowerCase() === "objectid";
    case "map":
    case "json":
    case "function":
      return false;
    default:
      return true;
  }
}

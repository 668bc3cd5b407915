import { isObject, numberText, type Value } from "../../values";
import { sortedKeys } from "./arguments";

/** JSON as Terraform writes it: keys in order, and Go's escapes of `<`, `>`, `&` and the two line separators. */
export function jsonText(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(jsonText).join(",")}]`;
  if (isObject(value))
    return `{${sortedKeys(value)
      .map((key) => `${jsonText(key)}:${jsonText(value[key] ?? null)}`)
      .join(",")}}`;
  if (typeof value === "number") return numberText(value);
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

import { isObject, numberOf, numberText, type Value } from "../../values";
import { BigFloat } from "../big-float";
import { sortedKeys } from "./arguments";

/** JSON as Terraform writes it: keys in order, and Go's escapes of `<`, `>`, `&` and the two line separators. */
export function jsonText(value: Value): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(jsonText).join(",")}]`;
  if (isObject(value))
    return `{${sortedKeys(value)
      .map((key) => `${jsonText(key)}:${jsonText(value[key] ?? null)}`)
      .join(",")}}`;
  if (typeof value === "number") return numberText(value);
  if (value instanceof BigFloat) return String(value);
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Marks a number in JSON's place of a text. No text of JSON holds it unescaped. */
const long = "\u0000number ";

/** A value of JSON, with all digits of its numbers. @throws Error when it is none. */
export function parseExactJson(text: string): Value {
  try {
    // What JSON.parse itself refuses must stay as it is.
    JSON.parse(text);
    const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') || token.length < 16 ? token : JSON.stringify(long + token),
    );
    return JSON.parse(marked, (_, value) =>
      typeof value === "string" && value.startsWith(long)
        ? numberOf(BigFloat.parse(value.slice(long.length)))
        : value,
    );
  } catch {
    throw new Error("the text is not JSON");
  }
}

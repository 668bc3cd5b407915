import { isObject, numberOf, numberText, type Value } from "../../values";
import { BigFloat } from "../big-float";
import { sortedKeys } from "./arguments";

/** Writes JSON as Terraform does: with sorted keys, and with `<`, `>`, `&` and the two line separators escaped. */
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

/** Marks a string that stands for a long number. JSON text never contains this character unescaped. */
const long = "\u0000number ";

/** Parses JSON without rounding its numbers. @throws Error when the text is not valid JSON. */
export function parseExactJson(text: string): Value {
  try {
    // JSON.parse has to see the original text once, because marking numbers could make an invalid text valid.
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
    throw new Error("the text is not valid JSON");
  }
}

import { isObject } from "@streaming-data-lake/terraform/values";

/** A number as it was written, where a double would not have all its digits. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** An object of JSON. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !(value instanceof NumberText);
}

/** JSON as it was written, but for white space. @param keys What becomes of the keys. */
export function jsonText(value: unknown, keys: (key: string) => string = (key) => key): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, keys)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(keys(key))}:${jsonText(item, keys)}`,
  );
  return `{${entries.join(",")}}`;
}

/** Half a surrogate pair is not text: UTF-8 has no bytes for it. */
export function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text;
}

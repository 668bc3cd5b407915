import { isObject } from "@streaming-data-lake/terraform/values";

/** A number as it was written, for when a double would not keep all its digits. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !(value instanceof NumberText);
}

/** JSON text with the numbers as they were written, but without white space. @param keys Converts each key. */
export function numberJson(value: unknown, keys: (key: string) => string = (key) => key): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => numberJson(item, keys)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(keys(key))}:${numberJson(item, keys)}`,
  );
  return `{${entries.join(",")}}`;
}

/** Replaces unpaired surrogates, which cannot be encoded in UTF-8. */
export function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text;
}

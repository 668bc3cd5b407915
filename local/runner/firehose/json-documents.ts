import { isObject } from "@streaming-data-lake/terraform/values";
import { NumberText } from "./deserializers/number-text";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A record that is not valid JSON, with the error code and message for Firehose's error object. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson";
}

/**
 * Parses the JSON objects of a record. Several objects may follow each other, as in `{"a":1}{"a":2}`. An array of
 * objects is not valid input.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 *
 * A number with more digits than a double holds becomes a NumberText.
 *
 * @param exact Whether all numbers become NumberText, so that they keep the digits as they were written. @default false
 * @throws MalformedJson for anything else, and for a record without an object.
 */
export function parseDocuments(text: string, exact = false): readonly JsonObject[] {
  const parse = exact || /\d{16}/.test(text) ? parseExactly : JSON.parse;
  try {
    return [asObject(parse(text))];
  } catch (error) {
    const texts = splitDocuments(text);
    if (texts.length < 2) throw malformed(error as Error);
    try {
      return texts.map((document) => asObject(parse(document)));
    } catch (inner) {
      throw malformed(inner as Error);
    }
  }
}

function asObject(value: unknown): JsonObject {
  if (isObject(value) && !(value instanceof NumberText)) return value;
  throw new MalformedJson(
    `Encountered malformed JSON. Expected an object, not ${Array.isArray(value) ? "an array" : JSON.stringify(value)}.`,
  );
}

function malformed(error: Error): MalformedJson {
  return error instanceof MalformedJson
    ? error
    : new MalformedJson(`Encountered malformed JSON. ${error.message}`);
}

/**
 * Whether a text contains a number that JavaScript would write differently, such as 1.10, 1.0, 1e2, -0 or one with many
 * digits.
 */
export function hasOtherDigits(text: string): boolean {
  return /\d{16}|\.\d*0(?!\d)|\d[eE]|-0/.test(text);
}

/** Marks a string as a number's digits. It is used only when the text itself does not contain this character. */
const mark = "\uE000";

function parseExactly(text: string): unknown {
  if (/\uE000|\\ue000/i.test(text)) return JSON.parse(text);
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (token) => {
    if (token.startsWith('"')) return token;
    // An invalid number is left as it is, so that JSON.parse rejects it.
    return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(token) ? `"${mark}${token}"` : token;
  });
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? new NumberText(value.slice(1)) : value,
  );
}

/** Splits a text after each closing brace at the outermost level. */
function splitDocuments(text: string): string[] {
  const documents: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === "{") depth++;
    if (token !== "}") continue;
    depth--;
    if (depth > 0) continue;
    documents.push(text.slice(start, index + 1));
    start = index + 1;
  }
  if (text.slice(start).trim()) documents.push(text.slice(start));
  return documents;
}

import { isObject } from "@streaming-data-lake/terraform/values";
import { NumberText } from "./deserializers/number-text";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A record that is not JSON: the error code and message of Firehose's error object. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson";
}

/**
 * The JSON objects of a record. Several may follow each other, `{"a":1}{"a":2}`; an array of them is not valid input.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 *
 * A number of more digits than a double holds is a NumberText.
 *
 * @param exact Whether every number is one that JavaScript would write in another way. @default false
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

/** Whether JavaScript would write a number of a text in another way: 1.10, 1.0, 1e2, -0, or one of many digits. */
export function hasOtherDigits(text: string): boolean {
  return /\d{16}|\.\d*0(?!\d)|\d[eE]|-0/.test(text);
}

/** Stands before the digits of a number in a string, where the text has no such character. */
const mark = "\uE000";

function parseExactly(text: string): unknown {
  if (/\uE000|\\ue000/i.test(text)) return JSON.parse(text);
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (token) => {
    if (token.startsWith('"')) return token;
    // Text that is not a number of JSON is refused as such.
    return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(token) ? `"${mark}${token}"` : token;
  });
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? new NumberText(value.slice(1)) : value,
  );
}

/** Cuts behind each closing brace of the outermost level. */
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

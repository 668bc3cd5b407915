import { isObject } from "@streaming-data-lake/terraform/values";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A record that is no JSON: the error code and message of Firehose's error object. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson";
}

/**
 * The JSON objects of a record. Several may follow each other, `{"a":1}{"a":2}`; an array of them is no valid input.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 *
 * A number of more digits than a double holds becomes a string of these digits, which every column type accepts.
 *
 * @throws MalformedJson for anything else, and for a record without an object.
 */
export function parseDocuments(text: string): readonly JsonObject[] {
  const exact = /\d{16}/.test(text) ? quoteLongNumbers(text) : text;
  try {
    return [asObject(JSON.parse(exact))];
  } catch (error) {
    const texts = splitDocuments(exact);
    if (texts.length < 2) throw malformed(error as Error);
    try {
      return texts.map((document) => asObject(JSON.parse(document)));
    } catch (inner) {
      throw malformed(inner as Error);
    }
  }
}

function asObject(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new MalformedJson(
    `Encountered malformed JSON. Expected an object, not ${Array.isArray(value) ? "an array" : JSON.stringify(value)}.`,
  );
}

function malformed(error: Error): MalformedJson {
  return error instanceof MalformedJson
    ? error
    : new MalformedJson(`Encountered malformed JSON. ${error.message}`);
}

function quoteLongNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (token) =>
    token.startsWith('"') || !/\d{16}/.test(token.replace(".", "")) ? token : `"${token}"`,
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

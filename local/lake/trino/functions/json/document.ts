import { formatJson, JsonNumber } from "../../types/text/json";

/** JSON as Jackson's parser reads it: the fields of an object keep their order, and a name may occur twice. */
export type JsonDocument = null | boolean | string | JsonNumber | readonly JsonDocument[] | Fields;

/** A decimal, which keeps its trailing zeros. */
export class JsonDecimal extends JsonNumber {}

/** The fields of an object. */
export class Fields {
  constructor(readonly entries: readonly (readonly [string, JsonDocument])[]) {}

  /** The value of the first field with a name. */
  get(name: string): JsonDocument | undefined {
    return this.entries.find(([key]) => key === name)?.[1];
  }
}

const blank = /[ \t\r\n]*/y;
const scalar =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of them in a string
  /(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>true|false|null)/y;

class NotJson extends Error {}

/**
 * Reads a JSON text. Undefined when the text is not valid JSON.
 *
 * @param first Reads only the first value of a text, and ignores what follows after a blank. A blank text is null.
 */
export function readJsonDocument(text: string, { first = false } = {}): JsonDocument | undefined {
  if (first && text.trim() === "") return null;
  let at = 0;
  const skip = (): string | undefined => {
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    return text[at];
  };
  const value = (depth: number): JsonDocument => {
    if (depth > 1000) throw new NotJson();
    const next = skip();
    if (next === "{") return object(depth);
    if (next === "[") return array(depth);
    scalar.lastIndex = at;
    const match = scalar.exec(text);
    if (!match) throw new NotJson();
    at += match[0].length;
    if (match.groups?.text !== undefined) return JSON.parse(match[0]) as string;
    if (match.groups?.number !== undefined) return new JsonNumber(match[0]);
    return match[0] === "null" ? null : match[0] === "true";
  };
  /** Skips the comma or the closing bracket, and returns whether another item follows. */
  const more = (end: string): boolean => {
    const next = skip();
    if (next !== "," && next !== end) throw new NotJson();
    at += 1;
    return next === ",";
  };
  const array = (depth: number): JsonDocument => {
    const items: JsonDocument[] = [];
    at += 1;
    if (skip() === "]") at += 1;
    else
      do items.push(value(depth + 1));
      while (more("]"));
    return items;
  };
  const object = (depth: number): JsonDocument => {
    const entries: [string, JsonDocument][] = [];
    at += 1;
    if (skip() === "}") at += 1;
    else
      do {
        if (skip() !== '"') throw new NotJson();
        const key = value(depth + 1) as string;
        if (skip() !== ":") throw new NotJson();
        at += 1;
        entries.push([key, value(depth + 1)]);
      } while (more("}"));
    return new Fields(entries);
  };
  try {
    const document = value(0);
    skip();
    return at === text.length || (first && /[\s\]}"]/.test(text.charAt(at - 1))) ? document : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** A document as JSON without blanks. Fields keep their order. */
export function writeDocument(document: JsonDocument): string {
  if (document instanceof Fields)
    return `{${document.entries.map(([key, item]) => `${formatJson(key)}:${writeDocument(item)}`).join(",")}}`;
  if (Array.isArray(document))
    return `[${(document as readonly JsonDocument[]).map(writeDocument).join(",")}]`;
  if (document instanceof JsonDecimal) return document.text;
  return formatJson(document as Exclude<JsonDocument, Fields | readonly JsonDocument[]>);
}

/** The text of a scalar. A number is as it was written. Undefined for an array or object. */
export function scalarText(document: JsonDocument): string | undefined {
  if (document instanceof JsonNumber) return document.text;
  return typeof document === "object" && document !== null ? undefined : String(document);
}

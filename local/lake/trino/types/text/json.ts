/** JSON as Trino represents it: numbers keep their digits, and keys are sorted. */

import { formatDouble } from "./numbers";

/** A number, represented by its text. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

export type Json = null | boolean | string | JsonNumber | readonly Json[] | ReadonlyMap<string, Json>;

/** An object. As in Trino, the last value of a duplicate key is kept. */
class JsonObject extends Map<string, Json> {
  repeated?: string;
}

/** A key that occurs twice in the text of an object. */
export const repeatedKey = (value: Json): string | undefined =>
  value instanceof JsonObject ? value.repeated : undefined;

/** Parses a JSON text. Undefined when it is not valid. */
export function parseJson(text: string): Json | undefined {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    reader.blanks();
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class NotJson extends Error {}

const blank = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of them in a string
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /true|false|null/y;

class Reader {
  at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > 1000) throw new NotJson();
    this.blanks();
    const next = this.text[this.at];
    if (next === "{") return this.object(depth);
    if (next === "[") return this.array(depth);
    if (next === '"') return this.string();
    const name = this.take(word);
    if (name !== undefined) return name === "null" ? null : name === "true";
    const digits = this.take(number);
    if (digits === undefined) throw new NotJson();
    return new JsonNumber(digits);
  }

  blanks(): void {
    this.take(blank);
  }

  private string(): string {
    const text = this.take(string);
    if (text === undefined) throw new NotJson();
    return JSON.parse(text) as string;
  }

  private array(depth: number): Json {
    const items: Json[] = [];
    this.at++;
    this.blanks();
    if (this.skip("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.more("]"));
    return items;
  }

  private object(depth: number): Json {
    const entries = new JsonObject();
    this.at++;
    this.blanks();
    if (this.skip("}")) return entries;
    do {
      this.blanks();
      const key = this.string();
      this.blanks();
      if (!this.skip(":")) throw new NotJson();
      if (entries.has(key)) entries.repeated = key;
      entries.set(key, this.value(depth + 1));
    } while (this.more("}"));
    return entries;
  }

  private more(end: string): boolean {
    this.blanks();
    if (this.skip(",")) return true;
    if (this.skip(end)) return false;
    throw new NotJson();
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

/** Formats JSON without blanks. Keys keep their order, or are sorted by their code units. */
export function formatJson(value: Json, sorted = false): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return formatText(value);
  if (value instanceof JsonNumber) return formatNumber(value.text);
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, Json>)];
    if (sorted) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, entry]) => `${formatText(key)}:${formatJson(entry, sorted)}`).join(",")}}`;
  }
  return `[${(value as readonly Json[]).map((item) => formatJson(item, sorted)).join(",")}]`;
}

/**
 * Formats a string as Jackson does: characters outside of the basic multilingual plane are escaped as two code units,
 * with hexadecimal digits in upper case.
 */
export const formatText = (text: string): string =>
  JSON.stringify(text).replace(/\\[^u]|[\ud800-\udfff]|\\u[0-9a-f]{4}/g, (part) => {
    if (part.length === 2) return part;
    const digits = part.length === 1 ? part.charCodeAt(0).toString(16) : part.slice(2);
    return `\\u${digits.toUpperCase()}`;
  });

/** Formats a number. Integers are kept, and other numbers are written as doubles, as Jackson does. */
function formatNumber(text: string): string {
  if (/^-?\d+$/.test(text)) return text === "-0" ? "0" : text;
  const value = Number(text);
  return Number.isFinite(value) ? formatDouble(value) : `"${formatDouble(value)}"`;
}

/** A JSON text in the form of Trino's json_parse. Undefined when it is not valid. */
export function canonicalJson(text: string): string | undefined {
  const value = parseJson(text);
  return value === undefined ? undefined : formatJson(value, true);
}

import { parseFailure } from "./errors";

/**
 * A token of Hive's grammar. `text` is a word as it was written, or the value of a string or a quoted name without its
 * quotes.
 */
export interface HiveToken {
  readonly type: "word" | "name" | "string" | "number" | "sign" | "end";
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const space = /(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/y;
const word = /[A-Za-z0-9][A-Za-z0-9_]*/y;
const number = /-?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![A-Za-z0-9_])/y;
const sign = /<=>|<>|!=|<=|>=|==|[-+*/%<>=;:(),.?&|^~[\]{}$@]/y;

/**
 * Splits a statement into tokens by Hive's lexical rules: names are words or are quoted with backticks, and strings
 * have single or double quotes and backslash escapes.
 *
 * @throws TrinoError SYNTAX_ERROR at a character that cannot begin a token.
 */
export function tokenizeHive(text: string): readonly HiveToken[] {
  const tokens: HiveToken[] = [];
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0];
  };
  const skip = (length: number) => {
    const end = offset + length;
    for (; offset < end; offset++)
      if (text[offset] === "\n") {
        line++;
        lineStart = offset + 1;
      }
  };
  for (;;) {
    skip(match(space)?.length ?? 0);
    const at = { line, column: offset - lineStart + 1 };
    const first = text[offset];
    if (first === undefined) return [...tokens, { type: "end", text: "<EOF>", ...at }];
    if (first === "'" || first === '"') {
      const [length, value] = stringAt(text, offset, first) ?? [];
      if (length === undefined || value === undefined)
        throw parseFailure(at, `no viable alternative at character '${first}'`, "the string is not closed");
      tokens.push({ type: "string", text: value, ...at });
      skip(length);
      continue;
    }
    if (first === "`") {
      const end = text.indexOf("`", offset + 1);
      if (end < 0) throw parseFailure(at, "no viable alternative at character '`'", "the name is not closed");
      tokens.push({ type: "name", text: text.slice(offset + 1, end), ...at });
      skip(end + 1 - offset);
      continue;
    }
    const digits = match(number);
    const found = digits ?? match(word) ?? match(sign);
    if (found === undefined)
      throw parseFailure(at, `no viable alternative at input '${first}'`, nameHint(text, offset));
    const type = digits !== undefined ? "number" : /^\w/.test(found) ? "word" : "sign";
    tokens.push({ type, text: found, ...at });
    skip(found.length);
  }
}

const nameHint = (text: string, offset: number): string | undefined => {
  const [name] = /^\w+/.exec(text.slice(offset)) ?? [];
  return name?.startsWith("_")
    ? `a name that begins with an underscore stands in backquotes: \`${name}\``
    : undefined;
};

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  "0": "\0",
  Z: "\x1a",
};

/** The length and the value of the string that begins at an offset. Undefined when the string is not closed. */
function stringAt(text: string, offset: number, quote: string): [number, string] | undefined {
  let value = "";
  for (let i = offset + 1; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === quote) return [i + 1 - offset, value];
    if (character !== "\\") {
      value += character;
      continue;
    }
    const rest = text.slice(i + 1, i + 6);
    const [octal] = /^[0-3][0-7]{2}/.exec(rest) ?? [];
    const [, unicode] = /^u([0-9A-Fa-f]{4})/.exec(rest) ?? [];
    if (octal) value += String.fromCharCode(Number.parseInt(octal, 8));
    else if (unicode) value += String.fromCharCode(Number.parseInt(unicode, 16));
    else if (/^[%_]/.test(rest)) value += `\\${rest[0]}`;
    else value += escapes[rest[0] ?? ""] ?? rest[0] ?? "";
    i += octal ? 3 : unicode ? 5 : 1;
  }
  return undefined;
}

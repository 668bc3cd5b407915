import type { TextPosition } from "../../types/errors";
import { isLong } from "../../types/longs";
import type { IntervalField } from "../../types/text/intervals";
import type {
  BinaryLiteral,
  DecimalLiteral,
  DoubleLiteral,
  IntervalLiteral,
  LongLiteral,
  StringLiteral,
} from "../ast";
import type { Grammar } from "../grammar";
import { TokenType } from "../text/lexer";

const unquote = (text: string): string => text.slice(1, -1).replaceAll("''", "'");

export const isString = (type: string): boolean =>
  type === TokenType.string || type === TokenType.unicodeString;

/** Parses `'text'` or `U&'…' [UESCAPE '…']`. */
export const stringLiteral = (g: Grammar): StringLiteral =>
  g.labelled("<string>", () => {
    const { type, text, at } = g.token;
    if (!isString(type)) g.unexpected();
    g.advance();
    if (type === TokenType.string) return { kind: "StringLiteral", ...at, value: unquote(text) };
    let sign = "\\";
    if (g.accept("UESCAPE") !== undefined)
      sign = unicodeEscape(g, at, unquote(g.expect(TokenType.string).text));
    return { kind: "StringLiteral", ...at, value: decodeUnicode(g, at, unquote(text.slice(2)), sign) };
  });

const unicodeEscape = (g: Grammar, at: TextPosition, sign: string): string => {
  if (sign === "") g.refuseLater(at, "Empty Unicode escape character");
  else if (!/^[!-~]$/.test(sign) || /[0-9A-Fa-f"+']/.test(sign))
    g.refuseLater(at, `Invalid Unicode escape character: ${sign}`);
  return sign;
};

const decodeUnicode = (g: Grammar, at: TextPosition, raw: string, sign: string): string => {
  let value = "";
  for (let i = 0; i < raw.length; ) {
    const character = raw[i] as string;
    if (character !== sign) {
      value += character;
      i++;
      continue;
    }
    if (raw[i + 1] === sign) {
      value += sign;
      i += 2;
      continue;
    }
    const long = raw[i + 1] === "+";
    const start = i + (long ? 2 : 1);
    const digits = /^[0-9A-Fa-f]*/.exec(raw.slice(start, start + (long ? 6 : 4)))?.[0] ?? "";
    if (!long && digits === "" && start < raw.length) {
      g.refuseLater(at, `Invalid hexadecimal digit: ${raw[start]}`);
      return value;
    }
    if (digits.length !== (long ? 6 : 4)) {
      g.refuseLater(at, `Incomplete escape sequence: ${digits}`);
      return value;
    }
    const code = Number.parseInt(digits, 16);
    if (code > 0x10ffff) {
      g.refuseLater(at, `Invalid escaped character: ${digits}`);
      return value;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const why = "Escaped character is a surrogate. Use '\\+123456' instead.";
      g.refuseLater(at, `Invalid escaped character: ${digits}. ${why}`);
      return value;
    }
    value += String.fromCodePoint(code);
    i = start + digits.length;
  }
  return value;
};

/** Parses `X'65 68'`. Blanks are allowed between the digits. */
export const binaryLiteral = (g: Grammar): BinaryLiteral => {
  const { text, at } = g.advance();
  const digits = text.slice(2, -1).replaceAll(/[ \r\n\t]/g, "");
  if (/[^0-9A-Fa-f]/.test(digits)) g.refuseLater(at, "Binary literal can only contain hexadecimal digits");
  else if (digits.length % 2 !== 0) g.refuseLater(at, "Binary literal must contain an even number of digits");
  return { kind: "BinaryLiteral", ...at, value: Uint8Array.from(Buffer.from(digits, "hex")) };
};

/**
 * The value of an INTEGER token, which is decimal or has the prefix `0x`, `0o` or `0b`. Underscores are allowed between
 * digits.
 */
export const wholeNumberToken = (text: string): bigint => BigInt(text.replaceAll("_", ""));

export const longLiteral = (g: Grammar, negative: boolean, at: TextPosition): LongLiteral => {
  const { text } = g.advance();
  const value = negative ? -wholeNumberToken(text) : wholeNumberToken(text);
  if (!isLong(value)) g.refuseLater(at, `Invalid numeric literal: ${negative ? "-" : ""}${text}`);
  return { kind: "LongLiteral", ...at, value };
};

/** Parses a number whose sign has already been read. */
export const numberLiteral = (
  g: Grammar,
  negative: boolean,
  at: TextPosition,
): LongLiteral | DecimalLiteral | DoubleLiteral => {
  const { type, text } = g.token;
  if (type === TokenType.integer) return longLiteral(g, negative, at);
  g.advance();
  const signed = `${negative ? "-" : ""}${text.replaceAll("_", "")}`;
  return type === TokenType.double
    ? { kind: "DoubleLiteral", ...at, value: Number(signed) }
    : { kind: "DecimalLiteral", ...at, text: signed };
};

export const isNumberToken = (type: string): boolean =>
  type === TokenType.integer || type === TokenType.decimal || type === TokenType.double;

const FIELDS = [
  "YEAR",
  "MONTH",
  "DAY",
  "HOUR",
  "MINUTE",
  "SECOND",
] as const satisfies readonly IntervalField[];

/** Whether INTERVAL begins an interval literal here. Otherwise it is a name, or the type in `INTERVAL '1'`. */
export const isIntervalLiteral = (g: Grammar): boolean => {
  if (g.token.type !== "INTERVAL") return false;
  const string = g.peek(1) === "+" || g.peek(1) === "-" ? 2 : 1;
  return isString(g.peek(string)) && (FIELDS as readonly string[]).includes(g.peek(string + 1));
};

/** Parses `INTERVAL -'1-2' YEAR TO MONTH`. */
export const intervalLiteral = (g: Grammar): IntervalLiteral => {
  const { at } = g.expect("INTERVAL");
  const sign = g.acceptAny("+", "-") === "-" ? -1 : 1;
  const { value } = stringLiteral(g);
  const from = g.expectAny(...FIELDS);
  const to = g.accept("TO") === undefined ? undefined : g.expectAny(...FIELDS);
  return { kind: "IntervalLiteral", ...at, value, sign, from, ...(to === undefined ? {} : { to }) };
};

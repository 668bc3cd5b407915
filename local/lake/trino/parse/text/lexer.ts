import type { TextPosition } from "../../types/errors";
import { keyword } from "./keywords";

/**
 * A token. `type` is the word in upper case for a keyword, the operator itself for an operator (`<>` also for `!=`),
 * and one of {@link TokenType} for all others. `text` is as it was written.
 */
export interface Token {
  readonly type: string;
  readonly text: string;
  readonly at: TextPosition;
}

export const TokenType = {
  name: "<name>",
  quotedName: "<quoted name>",
  backquotedName: "<backquoted name>",
  digitName: "<digit name>",
  string: "<basic string>",
  unicodeString: "<unicode string>",
  binary: "<binary>",
  integer: "<integer>",
  decimal: "<decimal>",
  double: "<double>",
  /** `$$…$$`, which is used only for bodies of functions in other languages. */
  dollarString: "<dollar string>",
  /** A character that cannot begin a token. The parser reports it at its position. */
  unknown: "<unknown>",
  end: "<EOF>",
} as const;

const INTEGER = /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[0-9](?:_?[0-9])*/y;
const DECIMAL = /[0-9](?:_?[0-9])*\.(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*/y;
const DOUBLE = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+/y;
const DIGIT_NAME = /[0-9][A-Za-z0-9_]+/y;
const SPACE = /[ \r\n\t]+/y;
const LINE_COMMENT = /--[^\r\n]*\r?\n?/y;
const OPERATOR = /<>|!=|<=|>=|\|\||->|=>|[-+*/%<>=?;()[\].,:|^${}]/y;

/**
 * Patterns of numbers. The longest match wins, and the first among equally long ones. `1e5` is a number, and `15m` is a
 * name that begins with a digit.
 */
const NUMBERS: readonly (readonly [RegExp, string])[] = [
  [INTEGER, TokenType.integer],
  [DECIMAL, TokenType.decimal],
  [DOUBLE, TokenType.double],
  [DIGIT_NAME, TokenType.digitName],
];

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const isNamePart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);

const matchAt = (pattern: RegExp, text: string, offset: number): string | undefined => {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
};

/**
 * The end (exclusive) of the quoted text that begins at `start`. A doubled quote stands for one quote. Undefined when
 * the text is not closed.
 */
const endOfQuoted = (text: string, start: number, quote: string): number | undefined => {
  for (let from = start + 1; ; ) {
    const end = text.indexOf(quote, from);
    if (end < 0) return undefined;
    if (text[end + 1] !== quote) return end + 1;
    from = end + 2;
  }
};

/** Splits a statement into tokens by Trino's lexical rules. The last token is always `<EOF>`. */
export const tokenize = (text: string): readonly Token[] => new Lexer(text).run();

class Lexer {
  private readonly tokens: Token[] = [];
  private offset = 0;
  private line = 1;
  /**
   * The number that is subtracted from an offset in the current line to get its column: the line's start, plus one for
   * each character of two code units.
   */
  private columnBase = -1;
  /** Closing signs that were not found, so that the text is not searched again for each opening sign. */
  private readonly unclosed = new Set<string>();

  constructor(private readonly text: string) {}

  run(): readonly Token[] {
    while (this.offset < this.text.length) this.next();
    this.tokens.push({ type: TokenType.end, text: TokenType.end, at: this.place() });
    return this.tokens;
  }

  private place(): TextPosition {
    return { line: this.line, column: this.offset - this.columnBase };
  }

  /** Moves over text that may contain line breaks and characters of two code units. */
  private skip(end: number): void {
    for (let i = this.offset; i < end; i++) {
      const code = this.text.charCodeAt(i);
      if (code === 10) {
        this.line++;
        this.columnBase = i;
      } else if (code >= 0xdc00 && code <= 0xdfff) this.columnBase++;
    }
    this.offset = end;
  }

  private push(type: string, end: number): void {
    const at = this.place();
    this.tokens.push({ type, text: this.text.slice(this.offset, end), at });
    this.skip(end);
  }

  /** Adds a token that consists of ASCII characters on a single line. */
  private pushPlain(type: string, text: string): void {
    this.tokens.push({ type, text, at: this.place() });
    this.offset += text.length;
  }

  private next(): void {
    const { text, offset } = this;
    const code = text.charCodeAt(offset);
    if (code === 32 || code === 10 || code === 13 || code === 9) {
      this.skip(offset + (matchAt(SPACE, text, offset) ?? " ").length);
      return;
    }
    if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(offset + 1)))) {
      this.number();
      return;
    }
    if (code > 127) {
      this.push(TokenType.unknown, offset + ((text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1));
      return;
    }
    if (this.endOfSpecial(text[offset] ?? "", text[offset + 1] ?? "", text[offset + 2] ?? "") !== undefined)
      return;
    let end = offset;
    while (isNamePart(text.charCodeAt(end))) end++;
    if (end > offset) {
      const name = text.slice(offset, end);
      this.pushPlain(keyword(name) ?? TokenType.name, name);
      return;
    }
    const operator = matchAt(OPERATOR, text, offset);
    if (operator === undefined) this.push(TokenType.unknown, offset + 1);
    else this.pushPlain(operator === "!=" ? "<>" : operator, operator);
  }

  /** Reads a string, a quoted name or a comment, and returns its end. */
  private endOfSpecial(first: string, second: string, third: string): number | undefined {
    switch (first) {
      case "'":
        return this.quoted(TokenType.string, 0, "'");
      case '"':
        return this.quoted(TokenType.quotedName, 0, '"');
      case "`":
        return this.quoted(TokenType.backquotedName, 0, "`");
      case "u":
      case "U":
        return second === "&" && third === "'" ? this.quoted(TokenType.unicodeString, 2, "'") : undefined;
      case "x":
      case "X":
        return second === "'" ? this.closed(TokenType.binary, "'", this.offset + 2) : undefined;
      case "$":
        return second === "$" ? this.closed(TokenType.dollarString, "$$", this.offset + 2) : undefined;
      case "-": {
        if (second !== "-") return undefined;
        const end = this.offset + (matchAt(LINE_COMMENT, this.text, this.offset) ?? "--").length;
        this.skip(end);
        return end;
      }
      case "/":
        return second === "*" ? this.closed(undefined, "*/", this.offset + 2) : undefined;
      default:
        return undefined;
    }
  }

  private quoted(type: string, prefix: number, quote: string): number | undefined {
    const end = endOfQuoted(this.text, this.offset + prefix, quote);
    if (end !== undefined) this.push(type, end);
    return end;
  }

  private closed(type: string | undefined, sign: string, from: number): number | undefined {
    if (this.unclosed.has(sign)) return undefined;
    const found = this.text.indexOf(sign, from);
    if (found < 0) {
      this.unclosed.add(sign);
      return undefined;
    }
    const end = found + sign.length;
    if (type === undefined) this.skip(end);
    else this.push(type, end);
    return end;
  }

  private number(): void {
    let best = "";
    let type: string = TokenType.unknown;
    for (const [pattern, candidate] of NUMBERS) {
      const match = matchAt(pattern, this.text, this.offset);
      if (match !== undefined && match.length > best.length) {
        best = match;
        type = candidate;
      }
    }
    this.pushPlain(type, best);
  }
}

import type { TextPosition } from "../../types/errors";
import { TrinoError } from "../../types/errors";
import { isNonReserved } from "./keywords";
import { type Token, TokenType } from "./lexer";

/**
 * The deepest nesting of expressions, queries and types, and the longest chain of operators (`a + b + …`) or UNIONs.
 * The parser and everything after it process the tree recursively, so these limits protect the stack. Trino's own limit
 * is the size of its stack.
 */
export const MAX_DEPTH = 250;
export const MAX_CHAIN = 500;

/** Thrown at an unexpected token. The expected tokens are collected by parsing the statement again. */
export class UnexpectedToken extends Error {
  override readonly name = "UnexpectedToken";
  constructor(
    readonly token: Token,
    readonly index: number,
  ) {
    super(`unexpected ${token.text}`);
  }
}

/** The tokens and rules that are expected where the parser stopped, as Trino names them: `'FROM'`, `<expression>`. */
export class Expectations {
  readonly labels = new Set<string>();
  private silent = false;

  constructor(private readonly stopped: number) {}

  note(index: number, label: string): void {
    if (index !== this.stopped || this.silent) return;
    this.labels.add(label.startsWith("<") && label.length > 2 ? label : `'${label}'`);
  }

  /**
   * Uses one label for the rule that begins at `index`, instead of the tokens with which it may begin. Returns the
   * value to pass to {@link leave}.
   */
  enter(index: number, label: string): boolean {
    if (index !== this.stopped) return false;
    this.note(index, label);
    const before = this.silent;
    this.silent = true;
    return before;
  }

  leave(before: boolean): void {
    this.silent = before;
  }
}

/** A position in the tokens of a statement, with the methods of a recursive-descent parser. */
export class Cursor {
  protected index = 0;
  private depth = 0;
  private parameterCount = 0;
  private later: { readonly at: TextPosition; readonly sentence: string } | undefined;
  private readonly closing: Int32Array;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly expectations?: Expectations,
  ) {
    this.closing = closingParentheses(tokens);
  }

  get token(): Token {
    return this.tokens[this.index] as Token;
  }

  get at(): TextPosition {
    return this.token.at;
  }

  /** The type of the token `ahead` tokens from the current one. */
  peek(ahead: number): string {
    return this.typeAt(this.index + ahead);
  }

  protected typeAt(index: number): string {
    return this.tokens[index]?.type ?? TokenType.end;
  }

  protected closingOf(index: number): number {
    const closing = this.closing[index];
    return closing === undefined || closing < 0 ? this.tokens.length - 1 : closing;
  }

  is(type: string): boolean {
    if (this.token.type === type) return true;
    this.expectations?.note(this.index, type);
    return false;
  }

  isAny(...types: readonly string[]): boolean {
    if (this.expectations === undefined) return types.includes(this.token.type);
    return types.filter((type) => this.is(type)).length > 0;
  }

  /** Whether the next tokens have these types. Only the first is recorded as expected. */
  isSequence(first: string, ...rest: readonly string[]): boolean {
    return this.is(first) && rest.every((type, i) => this.peek(i + 1) === type);
  }

  advance(): Token {
    const token = this.token;
    if (token.type !== TokenType.end) this.index++;
    return token;
  }

  accept(type: string): Token | undefined {
    return this.is(type) ? this.advance() : undefined;
  }

  acceptAny<T extends string>(...types: readonly T[]): T | undefined {
    return this.isAny(...types) ? (this.advance().type as T) : undefined;
  }

  /** Accepts a sequence of words. After the first one, the others are required. */
  acceptSequence(first: string, ...rest: readonly string[]): boolean {
    if (this.accept(first) === undefined) return false;
    for (const type of rest) this.expect(type);
    return true;
  }

  expect(type: string): Token {
    return this.accept(type) ?? this.unexpected();
  }

  expectAny<T extends string>(...types: readonly T[]): T {
    return this.acceptAny(...types) ?? this.unexpected();
  }

  unexpected(): never {
    throw new UnexpectedToken(this.token, this.index);
  }

  /**
   * Begins a rule with one label in errors (`<expression>`). The returned value has to be passed to {@link leave} at
   * its end.
   */
  enter(label: string): boolean {
    return this.expectations?.enter(this.index, label) ?? false;
  }

  leave(mark: boolean): void {
    this.expectations?.leave(mark);
  }

  /** Parses a rule that has one label in errors. */
  labelled<T>(label: string, read: () => T): T {
    const mark = this.enter(label);
    const result = read();
    this.leave(mark);
    return result;
  }

  /** Parses one or more items separated by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",") !== undefined) items.push(item());
    return items;
  }

  parenthesized<T>(read: () => T): T {
    this.expect("(");
    const result = read();
    this.expect(")");
    return result;
  }

  isName(): boolean {
    if (this.isNameAt(this.index)) return true;
    this.expectations?.note(this.index, "<identifier>");
    return false;
  }

  isNameAhead(ahead: number): boolean {
    return this.isNameAt(this.index + ahead);
  }

  protected isNameAt(index: number): boolean {
    const type = this.typeAt(index);
    switch (type) {
      case TokenType.name:
      case TokenType.quotedName:
      case TokenType.backquotedName:
      case TokenType.digitName:
        return true;
      default:
        return isNonReserved(type);
    }
  }

  nextParameter(): number {
    return this.parameterCount++;
  }

  get parameters(): number {
    return this.parameterCount;
  }

  /** Enters a nesting level. {@link up} leaves it. */
  down(): void {
    if (++this.depth > MAX_DEPTH) this.tooLarge(`more than ${MAX_DEPTH} levels`);
  }

  up(): void {
    this.depth--;
  }

  /** Runs `read` one nesting level deeper. */
  nested<T>(read: () => T): T {
    this.down();
    const result = read();
    this.up();
    return result;
  }

  /** Fails when a chain has too many links. */
  checkChain(length: number): void {
    if (length > MAX_CHAIN) this.tooLarge(`more than ${MAX_CHAIN} operators in a row`);
  }

  private tooLarge(why: string): never {
    return this.refuse(this.at, `statement is too large (${why})`);
  }

  /** Reports an error immediately. */
  refuse(at: TextPosition, sentence: string): never {
    throw new TrinoError("SYNTAX_ERROR", sentence, at.line, at.column);
  }

  /**
   * Records an error that Trino reports only after the whole statement has been parsed. Of several, the first in the
   * text is reported.
   */
  refuseLater(at: TextPosition, sentence: string): void {
    const before = this.later?.at;
    if (
      before === undefined ||
      at.line < before.line ||
      (at.line === before.line && at.column < before.column)
    )
      this.later = { at, sentence };
  }

  throwRefused(): void {
    if (this.later !== undefined) this.refuse(this.later.at, this.later.sentence);
  }
}

/** For each `(`, the index of its `)`. For all other tokens, -1. */
const closingParentheses = (tokens: readonly Token[]): Int32Array => {
  const closing = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.type === "(") open.push(i);
    else if (token.type === ")") {
      const opening = open.pop();
      if (opening !== undefined) closing[opening] = i;
    }
  }
  return closing;
};

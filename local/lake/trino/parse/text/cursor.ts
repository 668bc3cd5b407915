import type { Position } from "../../types/errors";
import { TrinoError } from "../../types/errors";
import { isNonReserved } from "./keywords";
import { type Token, TokenType } from "./lexer";

/**
 * How deep expressions, queries and types may nest, and how long a chain that leans to one side (`a + b + …`, UNION) may be:
 * the parser and everything after it walk the tree recursively. Trino's own limit is its stack.
 */
export const MAX_DEPTH = 250;
export const MAX_CHAIN = 500;

/** Thrown at the token that fits nowhere; what would have fitted is found by parsing once more with a trace. */
export class UnexpectedToken extends Error {
  override readonly name = "UnexpectedToken";
  constructor(
    readonly token: Token,
    readonly index: number,
  ) {
    super(`unexpected ${token.text}`);
  }
}

/** What may stand at the token where the parser stopped, in Trino's words: `'FROM'`, `<expression>`. */
export class Expectations {
  readonly labels = new Set<string>();
  private silent = false;

  constructor(private readonly stopped: number) {}

  note(index: number, label: string): void {
    if (index !== this.stopped || this.silent) return;
    this.labels.add(label.startsWith("<") && label.length > 2 ? label : `'${label}'`);
  }

  /** Names what begins at `index` as a whole, instead of the tokens that it may begin with; returns what {@link leave} needs. */
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

/** A place in the tokens of a statement, and the questions a recursive-descent parser asks there. */
export class Cursor {
  protected index = 0;
  private depth = 0;
  private parameterCount = 0;
  private later: { readonly at: Position; readonly sentence: string } | undefined;
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

  get at(): Position {
    return this.token.at;
  }

  /** The type of the token `ahead` of the current one. */
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

  /** Whether the next tokens are of these types; notes only the first. */
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

  /** Takes the words one after another, once the first is there. */
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

  /** Gives what begins here one name in errors (`<expression>`), until {@link leave} is told what this returned. */
  enter(label: string): boolean {
    return this.expectations?.enter(this.index, label) ?? false;
  }

  leave(mark: boolean): void {
    this.expectations?.leave(mark);
  }

  /** Reads what has one name in errors. */
  labelled<T>(label: string, read: () => T): T {
    const mark = this.enter(label);
    const result = read();
    this.leave(mark);
    return result;
  }

  /** Items with commas between them, at least one. */
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

  /** One level down; {@link up} is the way back. */
  down(): void {
    if (++this.depth > MAX_DEPTH) this.tooLarge(`more than ${MAX_DEPTH} levels`);
  }

  up(): void {
    this.depth--;
  }

  /** One level down, for as long as `read` takes. */
  nested<T>(read: () => T): T {
    this.down();
    const result = read();
    this.up();
    return result;
  }

  /** Refuses a chain of `length` links where that is too many. */
  checkChain(length: number): void {
    if (length > MAX_CHAIN) this.tooLarge(`more than ${MAX_CHAIN} operators in a row`);
  }

  private tooLarge(why: string): never {
    return this.refuse(this.at, `statement is too large (${why})`);
  }

  /** A fault at once. */
  refuse(at: Position, sentence: string): never {
    throw new TrinoError("SYNTAX_ERROR", sentence, at.line, at.column);
  }

  /** A fault that Trino tells only once the whole statement is read by its grammar; the first in the text is told. */
  refuseLater(at: Position, sentence: string): void {
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

/** For each `(` the index of its `)`, else -1. */
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

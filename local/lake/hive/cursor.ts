import type { HiveTableName, PartitionSpec, Properties } from "./ast";
import { parseFailure } from "./errors";
import { type HiveToken, tokenizeHive } from "./lexer";
import { reservedWords } from "./words";

/** A position in the tokens of a statement, with methods for the common parts of Hive's grammar. */
export class HiveCursor {
  private index = 0;
  private readonly tokens: readonly HiveToken[];

  constructor(text: string) {
    this.tokens = tokenizeHive(text);
  }

  get token(): HiveToken {
    return this.tokens[this.index] as HiveToken;
  }

  peek(ahead: number): HiveToken {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)] as HiveToken;
  }

  /** Whether the given words or signs come next. */
  at(...words: readonly string[]): boolean {
    return words.every((word, ahead) => isWord(this.peek(ahead), word));
  }

  accept(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false;
    this.index += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.mismatch(`'${word}'`);
  }

  advance(): HiveToken {
    const { token } = this;
    if (token.type !== "end") this.index++;
    return token;
  }

  mismatch(...expected: readonly string[]): never {
    const { token } = this;
    const wantsName = expected.includes("<identifier>");
    const hint =
      wantsName && token.type === "word" && reservedWords.has(token.text.toLowerCase())
        ? `${token.text} is a reserved word of Athena's DDL: as a name it stands in backquotes`
        : undefined;
    throw parseFailure(token, `mismatched input '${token.text}'. Expecting: ${expected.join(", ")}`, hint);
  }

  end(): void {
    this.accept(";");
    if (this.token.type !== "end") this.mismatch("<EOF>");
  }

  string(): string {
    if (this.token.type !== "string") this.mismatch("<string>");
    return this.advance().text;
  }

  isName(): boolean {
    const { type, text } = this.token;
    return type === "name" || (type === "word" && !reservedWords.has(text.toLowerCase()));
  }

  /** Reads a name, and returns it in lower case, as in the catalog. */
  name(): string {
    const digits = this.token.type === "number" && /^\d+$/.test(this.token.text);
    if (!this.isName() && !digits) this.mismatch("<identifier>");
    return this.advance().text.toLowerCase();
  }

  tableName(): HiveTableName {
    const first = this.name();
    if (this.accept(".")) return { database: first, table: this.name() };
    const [database, table, more] = first.split(".");
    return database && table && more === undefined ? { database, table } : { table: first };
  }

  list<Item>(item: () => Item): Item[] {
    this.expect("(");
    const items = [item()];
    while (this.accept(",")) items.push(item());
    this.expect(")");
    return items;
  }

  /** Reads properties, such as `('a' = 'b', …)`. */
  properties(): Properties {
    const pairs = this.list(() => {
      const key = this.string();
      this.expect("=");
      return [key, this.string()] as const;
    });
    return Object.fromEntries(pairs);
  }

  /** Reads a constant and returns its text: a string, a number, or a typed string such as `DATE '2024-01-15'`. */
  constant(): string {
    const { type } = this.token;
    if (type === "word" && /^(date|timestamp)$/i.test(this.token.text) && this.peek(1).type === "string")
      this.advance();
    if (this.token.type === "string" || this.token.type === "number") return this.advance().text;
    return this.mismatch("<constant>");
  }

  /** Reads a partition specification, such as `PARTITION (a = 'b', c = 1)`. */
  partition(): PartitionSpec {
    this.expect("PARTITION");
    return this.list(() => {
      const key = this.name();
      this.expect("=");
      return { key, value: this.constant() };
    });
  }
}

function isWord(token: HiveToken, word: string): boolean {
  if (token.type === "word") return token.text.toUpperCase() === word;
  return token.type === "sign" && token.text === word;
}

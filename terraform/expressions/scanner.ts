/** An error of syntax, at a position that is counted from zero. */
export const syntaxError = (what: string, at: number): Error => new Error(`${what} at character ${at + 1}`);

/** Source of a pattern of a name. */
export const nameSource = String.raw`[\p{ID_Start}_][\p{ID_Continue}-]*`;

const name = new RegExp(nameSource, "uy");
/** As Terraform's scanner takes it: `1.2.3` is one number, and a wrong one. */
const number = /\d(?:(?:[\d.]|[eE][+-]?\d)*(?:\d|[eE][+-]?\d))?/y;
const comment = String.raw`#.*|\/\/.*|\/\*[\s\S]*?\*\/`;
const skipped = new RegExp(String.raw`(?:\s|${comment})+`, "y");
const skippedInLine = new RegExp(String.raw`(?:[^\S\n]|${comment})+`, "y");

/**
 * Reads the words of Terraform's language from a text.
 *
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#lexical-elements
 */
export class Scanner {
  /** Position of the next character. */
  protected at = 0;
  /** Whether the end of a line is more than white space, as between the entries of an object. */
  private isByLine = false;

  constructor(protected readonly text: string) {}

  /** Takes what a sticky pattern matches here. */
  protected take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    this.at += found?.length ?? 0;
    return found;
  }

  /** The next character after white space and comments. */
  protected peek(): string | undefined {
    this.take(this.isByLine ? skippedInLine : skipped);
    return this.text[this.at];
  }

  /** Whether a token follows after white space. */
  protected follows(token: string): boolean {
    this.peek();
    return this.text.startsWith(token, this.at);
  }

  /** Takes a token, if it follows. */
  protected takes(token: string): boolean {
    const isNext = this.follows(token);
    if (isNext) this.at += token.length;
    return isNext;
  }

  protected expect(token: string): void {
    if (!this.takes(token)) throw this.error(`expected "${token}"`);
  }

  protected name(): string {
    this.peek();
    const found = this.take(name);
    if (!found) throw this.error("expected an expression");
    return found;
  }

  protected number(): string | undefined {
    this.peek();
    const start = this.at;
    const found = this.take(number);
    if (found && !/^\d+\.?\d*(?:[eE][+-]?\d+)?$/.test(found))
      throw syntaxError(`${found} is not a number`, start);
    return found;
  }

  /** Whether a word follows, and not one that merely begins with it. */
  protected followsWord(word: string): boolean {
    this.peek();
    const start = this.at;
    const found = this.take(name);
    this.at = start;
    return found === word;
  }

  /** Reads with ends of lines that matter, or don't. */
  protected byLine<T>(isByLine: boolean, read: () => T): T {
    const before = this.isByLine;
    this.isByLine = isByLine;
    const found = read();
    this.isByLine = before;
    return found;
  }

  protected error(what: string): Error {
    return syntaxError(what, this.at);
  }
}

/** A number or another unquoted word, as it was written. */
export class Word {
  constructor(readonly text: string) {}
}

export type RowJson = string | boolean | null | Word | readonly RowJson[] | RowJsonObject;

/** The fields of an object in their order. A name may occur twice. */
export class RowJsonObject {
  constructor(readonly fields: readonly (readonly [string, RowJson])[]) {}
}

export class JsonError extends Error {}

/** Deepest nesting of arrays and objects. */
const deepest = 500;

/**
 * Reads the first value of a text and ignores what follows it. `lenient` also accepts what OpenX's SerDe accepts beyond
 * JSON: unquoted names and words, single quotes, `=` and `=>` for the colon, `;` for the comma, and comments.
 *
 * @throws JsonError
 */
export class JsonText {
  private at = 0;
  private depth = 0;
  private readonly separators: string;

  constructor(
    private readonly text: string,
    private readonly lenient: boolean,
  ) {
    this.separators = lenient ? ",;" : ",";
  }

  read(): RowJson {
    const character = this.next();
    switch (character) {
      case undefined:
        throw this.error("unexpected end");
      case "{":
        return this.nested(() => this.object());
      case "[":
        return this.nested(() => this.array());
      case '"':
        return this.quoted(character);
      case "'":
        if (this.lenient) return this.quoted(character);
    }
    return this.word();
  }

  private nested<Result>(read: () => Result): Result {
    if (++this.depth > deepest) throw this.error(`more than ${deepest} levels`);
    const result = read();
    this.depth--;
    return result;
  }

  private error(what: string): JsonError {
    return new JsonError(`${what} at character ${this.at + 1}`);
  }

  /** Skips blanks and comments, and returns the next character. */
  private next(): string | undefined {
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) return undefined;
      if (character <= " ") this.at++;
      else if (!this.lenient) return character;
      else if (character === "#" || this.text.startsWith("//", this.at)) this.skipTo(/[\r\n]/g, 0);
      else if (this.text.startsWith("/*", this.at)) this.skipTo(/\*\//g, 2);
      else return character;
    }
  }

  private skipTo(end: RegExp, length: number): void {
    end.lastIndex = this.at + length;
    const found = end.exec(this.text);
    if (!found && length > 0) throw this.error("a comment has no end");
    this.at = found ? found.index + length : this.text.length;
  }

  private object(): RowJsonObject {
    this.at++;
    const fields: [string, RowJson][] = [];
    if (this.next() === "}") {
      this.at++;
      return new RowJsonObject(fields);
    }
    for (;;) {
      if (!this.lenient && this.next() !== '"') throw this.error("a field has no name");
      const name = this.read();
      const key = name instanceof Word ? name.text : typeof name === "boolean" ? String(name) : name;
      if (typeof key !== "string") throw this.error("a field has no name");
      const separator = this.next();
      if (separator !== ":" && !(this.lenient && separator === "="))
        throw this.error("a name has no colon after it");
      this.at++;
      if (separator === "=" && this.text[this.at] === ">") this.at++;
      fields.push([key, this.read()]);
      const end = this.next();
      if (end === undefined || !(this.separators.includes(end) || end === "}"))
        throw this.error("a field has no comma after it");
      this.at++;
      if (end === "}") return new RowJsonObject(fields);
    }
  }

  private array(): RowJson[] {
    this.at++;
    const items: RowJson[] = [];
    if (this.next() === "]") {
      this.at++;
      return items;
    }
    for (;;) {
      const first = this.next();
      const isMissing = this.lenient && (first === "," || first === ";");
      items.push(isMissing ? null : this.read());
      const end = this.next();
      if (end === undefined || !(this.separators.includes(end) || end === "]"))
        throw this.error("an item has no comma after it");
      this.at++;
      if (end === "]") return items;
      if (this.lenient && this.next() === "]") {
        this.at++;
        return items;
      }
    }
  }

  private quoted(quote: string): string {
    let value = "";
    let from = this.at + 1;
    for (;;) {
      const end = this.text.indexOf(quote, from);
      if (end < 0) throw this.error("a text has no end");
      const backslash = this.text.indexOf("\\", from);
      if (backslash < 0 || backslash > end) {
        this.at = end + 1;
        return value + this.text.slice(from, end);
      }
      value += this.text.slice(from, backslash);
      const letter = this.text[backslash + 1];
      if (letter === undefined) throw this.error("a text has no end");
      if (letter === "u") {
        const code = this.text.slice(backslash + 2, backslash + 6);
        if (!/^[0-9A-Fa-f]{4}$/.test(code)) throw this.error("\\u has no four digits after it");
        value += String.fromCharCode(Number.parseInt(code, 16));
        from = backslash + 6;
      } else {
        if (!this.lenient && !strictEscapes.includes(letter))
          throw this.error(`\\${letter} is not an escape`);
        value += escapes[letter] ?? letter;
        from = backslash + 2;
      }
    }
  }

  private word(): RowJson {
    if (!this.lenient) return this.strictWord();
    const [text = ""] = /^[^\s,:\]}/\\"[{;=#]*/.exec(this.text.slice(this.at, this.at + longestWord)) ?? [];
    if (text === "") throw this.error("a value is missing");
    this.at += text.length;
    const lower = text.toLowerCase();
    if (lower === "null") return null;
    if (lower === "true" || lower === "false") return lower === "true";
    return new Word(text);
  }

  private strictWord(): RowJson {
    strict.lastIndex = this.at;
    const [text] = strict.exec(this.text) ?? [];
    if (text === undefined) throw this.error("a value is missing");
    this.at += text.length;
    if (text === "null") return null;
    return text === "true" || text === "false" ? text === "true" : new Word(text);
  }
}

const strict = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

const longestWord = 100_000;
const strictEscapes = 'bfnrt"/\\';

const escapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

/** A value as JSON without blanks. Numbers stay as they were written. */
export function compactJson(value: RowJson): string {
  if (value === null) return "null";
  if (value instanceof Word) return isNumber.test(value.text) ? value.text : JSON.stringify(value.text);
  if (value instanceof RowJsonObject)
    return `{${value.fields.map(([name, field]) => `${JSON.stringify(name)}:${compactJson(field)}`).join(",")}}`;
  if (Array.isArray(value)) return `[${value.map(compactJson).join(",")}]`;
  return JSON.stringify(value);
}

const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

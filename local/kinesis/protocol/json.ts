const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
/** Deeper than any request; bounds the recursion. */
const deepest = 64;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON forbids in strings
const control = /[\u0000-\u001f]/;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Decodes JSON from its bytes, as `JSON.parse` does from text.
 *
 * The text of a call with many records is so long that V8 asks the system for its memory each time, and gives it back;
 * that takes longer than all the rest. Here only the parts become text.
 *
 * @throws Error when it is no JSON, or nested deeper than any request.
 */
export function decodeJson(bytes: Buffer): unknown {
  const decoder = new Decoder(bytes);
  const value = decoder.value(0);
  decoder.end();
  return value;
}

class Decoder {
  private at = 0;
  /** Where the next backslash is, from `at` on. */
  private escape: number;

  constructor(private readonly bytes: Buffer) {
    this.escape = this.find(backslash, 0);
  }

  value(depth: number): unknown {
    if (depth > deepest) throw new Error("JSON nested too deep");
    switch (this.next()) {
      case 0x7b:
        this.at++;
        return this.object(depth);
      case 0x5b:
        this.at++;
        return this.list(depth);
      case quote:
        this.at++;
        return this.text();
      default:
        return this.word();
    }
  }

  end(): void {
    if (this.next() !== undefined) throw new Error("something behind the JSON");
  }

  private object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.skipped(0x7d)) return object;
    do {
      this.expect(quote);
      const key = this.text();
      this.expect(colon);
      const value = this.value(depth + 1);
      if (key === "__proto__")
        Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
      else object[key] = value;
    } while (this.skipped(comma));
    this.expect(0x7d);
    return object;
  }

  private list(depth: number): unknown[] {
    const list: unknown[] = [];
    if (this.skipped(0x5d)) return list;
    do list.push(this.value(depth + 1));
    while (this.skipped(comma));
    this.expect(0x5d);
    return list;
  }

  /** The string whose opening quote was just passed. */
  private text(): string {
    const start = this.at;
    if (this.escape < start) this.escape = this.find(backslash, start);
    let end = this.find(quote, start);
    const escaped = this.escape < end;
    while (this.escape < end) {
      // What follows a backslash does not end the string.
      const behind = this.escape + 2;
      if (end < behind) end = this.find(quote, behind);
      this.escape = this.find(backslash, behind);
    }
    if (end === this.bytes.length) throw new Error("a string of the JSON does not end");
    this.at = end + 1;
    if (escaped) return JSON.parse(this.bytes.toString("utf8", start - 1, end + 1)) as string;
    const text = this.bytes.toString("utf8", start, end);
    if (control.test(text)) throw new Error("a control character in a string of the JSON");
    return text;
  }

  private word(): unknown {
    const start = this.at;
    for (let byte = this.bytes[this.at]; byte !== undefined && isWord(byte); byte = this.bytes[++this.at]);
    const word = this.bytes.toString("latin1", start, this.at);
    switch (word) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
        return null;
      default:
        if (!number.test(word)) throw new Error("no JSON value");
        return Number(word);
    }
  }

  /** The next byte that is no white space. */
  private next(): number | undefined {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.at++;
    }
  }

  private skipped(byte: number): boolean {
    if (this.next() !== byte) return false;
    this.at++;
    return true;
  }

  private expect(byte: number): void {
    if (!this.skipped(byte)) throw new Error("no JSON");
  }

  /** Where a byte is next, or the end. */
  private find(byte: number, from: number): number {
    const found = this.bytes.indexOf(byte, from);
    return found < 0 ? this.bytes.length : found;
  }
}

/** Whether a byte can be of a number or of true, false and null. */
function isWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

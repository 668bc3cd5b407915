import { decodeBase64 } from "./base64";
import type { WireShape } from "./shape";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
/** Strings up to this length are scanned byte by byte. The end of a longer one is found with `indexOf`. Bytes. */
const shortText = 48;
/** Deepest nesting that is accepted. It bounds the recursion, and no valid request reaches it. */
const deepest = 64;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON forbids in strings
const control = /[\u0000-\u001f]/;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Decodes JSON from its bytes, as `JSON.parse` does from text.
 *
 * The JSON of a call with many records is so long that V8 gets the memory for its text from the system each time and
 * then returns it, which takes longer than everything else. This decoder turns only the individual values into text.
 *
 * @param bytes The JSON. The decoder overwrites the base64 of blobs in it, and the result refers to it, so the caller
 *   must not use it for anything else.
 * @param shape Shape of the value. Its blobs are decoded in place and become Buffers. A blob that is not valid base64
 *   stays a string.
 * @throws Error when the bytes are not valid JSON, or are nested too deeply.
 */
export function decodeJson(bytes: Buffer, shape?: WireShape): unknown {
  const decoder = new Decoder(bytes);
  const value = decoder.value(0, shape ? planOf(shape) : unplanned);
  decoder.end();
  return value;
}

/** What the decoder needs to know about a shape. */
interface Plan {
  readonly isBlob: boolean;
  /** Names of a structure's members. `members` has their plans in the same order. */
  readonly names: readonly string[];
  readonly members: readonly Plan[];
  /** Plan of a list's members. */
  readonly member: Plan | undefined;
}

const unplanned: Plan = { isBlob: false, names: [], members: [], member: undefined };
const plans = new WeakMap<WireShape, Plan>();

function planOf(shape: WireShape): Plan {
  let plan = plans.get(shape);
  if (!plan) {
    const members = shape.type === "structure" ? Object.entries(shape.members) : [];
    plan = {
      isBlob: shape.type === "blob",
      names: members.map(([name]) => name),
      members: members.map(([, member]) => planOf(member)),
      member: shape.type === "list" ? planOf(shape.member) : undefined,
    };
    plans.set(shape, plan);
  }
  return plan;
}

class Decoder {
  private at = 0;
  /** Offset of the next backslash, as far as it has been searched for. It is stale when it lies before `at`. */
  private escape: number;

  constructor(private readonly bytes: Buffer) {
    this.escape = this.find(backslash, 0);
  }

  value(depth: number, plan: Plan): unknown {
    if (depth > deepest) throw new Error("JSON nested too deep");
    switch (this.next()) {
      case 0x7b:
        this.at++;
        return this.object(depth, plan);
      case 0x5b:
        this.at++;
        return this.list(depth, plan.member ?? unplanned);
      case quote:
        this.at++;
        return plan.isBlob ? this.blob() : this.text();
      default:
        return this.word();
    }
  }

  end(): void {
    if (this.next() !== undefined) throw new Error("something behind the JSON");
  }

  private object(depth: number, plan: Plan): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.skipped(0x7d)) return object;
    let place = -1;
    do {
      this.expect(quote);
      place = this.member(plan.names, place + 1);
      const key = plan.names[place] ?? this.text();
      this.expect(colon);
      const value = this.value(depth + 1, plan.members[place] ?? unplanned);
      if (key === "__proto__")
        Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
      else object[key] = value;
    } while (this.skipped(comma));
    this.expect(0x7d);
    return object;
  }

  /**
   * Skips a member's name, whose opening quote has just been read, if it is one of the given names. This avoids
   * creating a new string for a known name.
   *
   * @param likely Index of the name to try first.
   * @returns the index of the name, or -1 when it is none of them.
   */
  private member(names: readonly string[], likely: number): number {
    for (let i = 0; i < names.length; i++) {
      const place = (likely + i) % names.length;
      if (this.passed(names[place] as string)) return place;
    }
    return -1;
  }

  /** Skips an ASCII text and its closing quote, if they come next. */
  private passed(text: string): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
    if (bytes[at + text.length] !== quote) return false;
    this.at = at + text.length + 1;
    return true;
  }

  private list(depth: number, member: Plan): unknown[] {
    const list: unknown[] = [];
    if (this.skipped(0x5d)) return list;
    do list.push(this.value(depth + 1, member));
    while (this.skipped(comma));
    this.expect(0x5d);
    return list;
  }

  /** Reads a string whose opening quote has just been read. */
  private text(): string {
    const { at: start, bytes } = this;
    for (let end = start; end < start + shortText; end++) {
      const byte = bytes[end] ?? 0;
      if (byte === quote) {
        this.at = end + 1;
        return bytes.toString("latin1", start, end);
      }
      if (byte < 0x20 || byte > 0x7e || byte === backslash) break;
    }
    if (this.escape < start) this.escape = this.find(backslash, start);
    let end = this.find(quote, start);
    const escaped = this.escape < end;
    while (this.escape < end) {
      // A quote after a backslash does not end the string.
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

  /** Reads a blob whose opening quote has just been read. The result is a string when it is not valid base64. */
  private blob(): Buffer | string {
    const { at: start, bytes } = this;
    if (this.escape < start) this.escape = this.find(backslash, start);
    const end = this.find(quote, start);
    if (this.escape < end || end === bytes.length) return this.text();
    const base64 = bytes.toString("latin1", start, end);
    const data = decodeBase64(base64, bytes, start);
    if (data) {
      this.at = end + 1;
      return data;
    }
    bytes.write(base64, start, "latin1");
    return this.text();
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

  /** The next byte that is not white space. */
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

  /** Offset of the next occurrence of a byte, or the end when there is none. */
  private find(byte: number, from: number): number {
    const found = this.bytes.indexOf(byte, from);
    return found < 0 ? this.bytes.length : found;
  }
}

/** Whether a byte can be part of a number or of true, false or null. */
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

import { decodeBase64 } from "./base64";
import type { Shape } from "./shape";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
/** A string that is longer is searched for its end by the system. */
const shortText = 48;
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
 * @param bytes Belong to what comes of it, and are changed when there are blobs.
 * @param shape Of the value. What it says are blobs become Buffers, decoded where they stand; what is not base64 stays a
 *   string.
 * @throws Error when it is not JSON, or is nested deeper than any request.
 */
export function decodeJson(bytes: Buffer, shape?: Shape): unknown {
  const decoder = new Decoder(bytes);
  const value = decoder.value(0, shape ? planOf(shape) : unplanned);
  decoder.end();
  return value;
}

/** What a shape says of how its JSON is read. */
interface Plan {
  readonly isBlob: boolean;
  /** Names of a structure's members, and their plans at the same places. */
  readonly names: readonly string[];
  readonly members: readonly Plan[];
  /** Of a list's members. */
  readonly member: Plan | undefined;
}

const unplanned: Plan = { isBlob: false, names: [], members: [], member: undefined };
const plans = new WeakMap<Shape, Plan>();

function planOf(shape: Shape): Plan {
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
  /** Where the next backslash is, from `at` on. */
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
   * Passes the member's name whose opening quote was just passed, if it is one of these.
   *
   * @param likely Place of the one that is looked at first; a name that is known is not a new string.
   * @returns its place, or -1.
   */
  private member(names: readonly string[], likely: number): number {
    for (let i = 0; i < names.length; i++) {
      const place = (likely + i) % names.length;
      if (this.passed(names[place] as string)) return place;
    }
    return -1;
  }

  /** Passes a text of ASCII and its closing quote, if they come next. */
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

  /** The string whose opening quote was just passed. */
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

  /** The blob whose opening quote was just passed. */
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

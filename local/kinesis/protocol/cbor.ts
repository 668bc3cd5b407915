import { Bytes } from "./bytes";

/**
 * The part of CBOR (RFC 8949) that AWS's clients use: `application/x-amz-cbor-1.1`. Timestamps have tag 1 as in the
 * RFC, but count milliseconds instead of seconds.
 */

/** A tagged value, such as a timestamp (tag 1). */
export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: unknown,
  ) {}
}

const breakMark = Symbol("break");
/** Deepest nesting that is accepted. It bounds the recursion, and no valid request reaches it. */
const deepest = 32;

/**
 * Decodes one item that fills the whole buffer. Byte strings are decoded as views of the given buffer, and so change
 * when it does.
 *
 * @throws Error when the buffer is not valid CBOR, is truncated, or has bytes after the item.
 */
export function decodeCbor(bytes: Buffer): unknown {
  const decoder = new Decoder(bytes);
  const value = decoder.item(0);
  if (decoder.at !== bytes.length || value === breakMark) throw new Error("not one CBOR item");
  return value;
}

class Decoder {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  item(depth: number): unknown {
    if (depth > deepest) throw new Error("CBOR nested too deep");
    const first = this.byte();
    const major = first >> 5;
    const info = first & 0x1f;
    if (major === 7) return this.simple(info);
    if (info === 31) return this.indefinite(major, depth);
    const argument = this.argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.take(argument);
      case 3:
        return this.text(argument);
      case 4: {
        const list: unknown[] = [];
        for (let i = 0; i < argument; i++) list.push(this.plain(depth));
        return list;
      }
      case 5: {
        const map: Record<string, unknown> = {};
        for (let i = 0; i < argument; i++) this.entry(map, this.plain(depth), depth);
        return map;
      }
      default:
        return new Tagged(argument, this.plain(depth));
    }
  }

  private plain(depth: number): unknown {
    const value = this.item(depth + 1);
    if (value === breakMark) throw new Error("unexpected CBOR break");
    return value;
  }

  private entry(map: Record<string, unknown>, key: unknown, depth: number): void {
    if (typeof key !== "string") throw new Error("a CBOR map's key is not text");
    const value = this.plain(depth);
    if (key === "__proto__") return;
    map[key] = value;
  }

  private indefinite(major: number, depth: number): unknown {
    if (major === 4) {
      const list: unknown[] = [];
      for (;;) {
        const value = this.item(depth + 1);
        if (value === breakMark) return list;
        list.push(value);
      }
    }
    if (major === 5) {
      const map: Record<string, unknown> = {};
      for (;;) {
        const key = this.item(depth + 1);
        if (key === breakMark) return map;
        this.entry(map, key, depth);
      }
    }
    if (major !== 2 && major !== 3) throw new Error("indefinite length of a CBOR item that has none");
    const chunks: Buffer[] = [];
    for (;;) {
      const first = this.byte();
      if (first === 0xff) break;
      if (first >> 5 !== major || (first & 0x1f) === 31) throw new Error("a CBOR chunk of another type");
      chunks.push(this.take(this.argument(first & 0x1f)));
    }
    const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    return major === 2 ? whole : whole.toString("utf8");
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return this.half();
      case 26:
        return this.take(4).readFloatBE();
      case 27:
        return this.take(8).readDoubleBE();
      case 31:
        return breakMark;
      default:
        throw new Error("unknown CBOR value");
    }
  }

  private half(): number {
    const bits = this.take(2).readUInt16BE();
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  private argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.byte();
      case 25:
        return this.take(2).readUInt16BE();
      case 26:
        return this.take(4).readUInt32BE();
      case 27: {
        const bytes = this.take(8);
        return bytes.readUInt32BE() * 2 ** 32 + bytes.readUInt32BE(4);
      }
      default:
        throw new Error("unknown CBOR length");
    }
  }

  private byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error("CBOR is cut off");
    return value;
  }

  private take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new Error("CBOR is cut off");
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  private text(length: number): string {
    const end = this.at + length;
    if (end > this.bytes.length) throw new Error("CBOR is cut off");
    const text = this.bytes.toString("utf8", this.at, end);
    this.at = end;
    return text;
  }
}

export class CborWriter extends Bytes {
  map(entries: number): void {
    this.head(5, entries);
  }

  list(members: number): void {
    this.head(4, members);
  }

  text(text: string): void {
    this.head(3, Buffer.byteLength(text));
    this.utf8(text);
  }

  blob(data: Buffer, start = 0, end = data.length): void {
    this.head(2, end - start);
    this.raw(data, start, end);
  }

  boolean(value: boolean): void {
    this.room(1);
    this.bytes[this.at++] = value ? 0xf5 : 0xf4;
  }

  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value >= 0) this.head(0, value);
      else this.head(1, -1 - value);
      return;
    }
    this.room(9);
    this.bytes[this.at] = 0xfb;
    this.bytes.writeDoubleBE(value, this.at + 1);
    this.at += 9;
  }

  /** @param milliseconds Time in milliseconds since 1970. */
  timestamp(milliseconds: number): void {
    this.head(6, 1);
    this.number(Math.floor(milliseconds));
  }

  /** Writes the head of an item: its major type and its argument, which is a length, a count, a number or a tag. */
  head(major: number, argument: number): void {
    this.room(9);
    const { bytes } = this;
    const first = major << 5;
    if (argument < 24) {
      bytes[this.at++] = first | argument;
    } else if (argument < 0x100) {
      bytes[this.at++] = first | 24;
      bytes[this.at++] = argument;
    } else if (argument < 0x10000) {
      bytes[this.at++] = first | 25;
      this.at = bytes.writeUInt16BE(argument, this.at);
    } else if (argument < 0x100000000) {
      bytes[this.at++] = first | 26;
      this.at = bytes.writeUInt32BE(argument, this.at);
    } else {
      bytes[this.at++] = first | 27;
      this.at = bytes.writeUInt32BE(Math.floor(argument / 2 ** 32), this.at);
      this.at = bytes.writeUInt32BE(argument % 2 ** 32, this.at);
    }
  }
}

/** The CBOR bytes that `write` produces. It is meant for short pieces. */
export function cborOf(write: (writer: CborWriter) => void): Buffer {
  const writer = new CborWriter(128);
  write(writer);
  return writer.finish();
}

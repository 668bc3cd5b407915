import { closeSync, openSync, readSync } from "node:fs";
import { invalidRequest } from "./workgroups";

export interface JsonPageOptions {
  /** Offset in the file at which the page begins. Bytes. */
  readonly from: number;
  /** Largest number of rows in the page. */
  readonly most: number;
  /** JSON that is written before the rows. */
  readonly begin: string;
  /** JSON that is written after the rows. @param next Offset of the next page, or undefined at the end. Bytes. */
  readonly end: (next: number | undefined) => string;
}

const [quote, comma, newline, backslash] = [0x22, 0x2c, 0x0a, 0x5c];
const firstPrintable = 0x20;

/**
 * A constant text, which is written eight bytes at a time: with bytes written singly, the constant texts would take most
 * of the time of a page. Up to seven bytes after the text are overwritten as well.
 */
class Constant {
  readonly length: number;
  /** The bytes as doubles. Eight bytes of ASCII are never NaN, so that each double keeps its bits. */
  private readonly eights: readonly number[];

  constructor(text: string) {
    const bytes = Buffer.alloc(8 * Math.ceil(text.length / 8));
    this.length = bytes.write(text, "latin1");
    this.eights = Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(8 * index));
  }

  write(out: DataView, at: number): void {
    for (let index = 0; index < this.eights.length; index++)
      out.setFloat64(at + 8 * index, this.eights[index] as number, true);
  }
}

const rowBegin = new Constant('{"Data":[');
const rowEnd = new Constant("]}");
const valueBegin = new Constant('{"VarCharValue":"');
const valueEnd = new Constant('"}');
const none = new Constant("{}");
const escapes = Array.from({ length: firstPrintable }, (_, code) =>
  Buffer.from(JSON.stringify(String.fromCharCode(code)).slice(1, -1)),
);

/**
 * Buffer for the bytes of the file. All pages share it, since only one is read at a time. For longer rows it is
 * replaced by a larger buffer, which is not kept.
 */
const sharedSource = Buffer.allocUnsafeSlow(64 * 1024);

/** Free space that each step of the loop requires, which is at least what it writes. Bytes. */
const room = 64;

export interface JsonPage {
  readonly bytes: Buffer;
  /** The buffer that holds the bytes: the given one, or a larger one. */
  readonly buffer: Buffer;
  /** Offset in the file at which the next page begins, or undefined at the end. Bytes. */
  readonly next: number | undefined;
}

/**
 * Converts rows of a CSV result to JSON byte by byte. Reading a million rows takes a thousand pages, and creating an
 * object for each value would take ten times as long.
 *
 * @param buffer Buffer to write to. It is replaced by a larger one when it is too small.
 * @throws AwsError InvalidRequestException when no row begins at the offset.
 */
export function jsonPage(
  path: string,
  { from, most, begin, end }: JsonPageOptions,
  buffer: Buffer = Buffer.allocUnsafeSlow(256 * 1024),
): JsonPage {
  const file = openSync(path, "r");
  try {
    const source = new Source(file, from);
    const writer = new Writer(buffer);
    writer.text(begin);
    let rows = 0;
    while (rows < most && writer.row(source, rows === 0)) rows += 1;
    const { place } = source;
    const next = rows < most || source.isAtEnd() ? undefined : place;
    writer.text(end(next));
    return { bytes: writer.bytes(), buffer: writer.out, next };
  } finally {
    closeSync(file);
  }
}

/** The bytes of a file, which are read as needed. */
class Source {
  buffer: Buffer = sharedSource;
  length = 0;
  at = 0;

  constructor(
    private readonly file: number,
    private read: number,
  ) {}

  /** Offset of the next row in the file. */
  get place(): number {
    return this.read - this.length + this.at;
  }

  /** Reads more bytes of the file. @returns false at the end of the file. */
  more(): boolean {
    if (this.at > 0) {
      this.buffer.copyWithin(0, this.at, this.length);
      this.length -= this.at;
      this.at = 0;
    }
    if (this.length === this.buffer.length)
      this.buffer = Buffer.concat([this.buffer], 2 * this.buffer.length);
    const count = readSync(this.file, this.buffer, this.length, this.buffer.length - this.length, this.read);
    this.length += count;
    this.read += count;
    return count > 0;
  }

  isAtEnd(): boolean {
    return this.at === this.length && !this.more();
  }
}

class Writer {
  private at = 0;
  private view: DataView;

  constructor(public out: Buffer) {
    this.view = viewOf(out);
  }

  /** Writes the next row. @returns false when the file has no more complete rows. */
  row(source: Source, isFirst: boolean): boolean {
    const before = this.at;
    if (!isFirst) this.put(comma);
    for (;;) {
      const rowAt = this.at;
      const end = this.convert(source.buffer, source.at, source.length);
      if (end >= 0) {
        source.at = end;
        return true;
      }
      this.at = rowAt;
      if (source.more()) continue;
      this.at = before;
      return false;
    }
  }

  bytes(): Buffer {
    return this.out.subarray(0, this.at);
  }

  /** Writes a row. @returns the offset at which the next row begins, or -1 when the bytes end within the row. */
  private convert(bytes: Buffer, start: number, length: number): number {
    this.append(rowBegin);
    for (let at = start; at < length; ) {
      if (bytes[at] === quote) {
        at = this.value(bytes, at + 1, length);
        if (at < 0) return -1;
      } else this.append(none);
      const separator = at < length ? bytes[at] : undefined;
      at += 1;
      if (separator === newline) {
        this.append(rowEnd);
        return at;
      }
      if (separator !== comma && separator !== undefined) throw invalidRequest("NextToken is invalid");
      this.put(comma);
    }
    return -1;
  }

  /** Writes a value. @returns the offset after its closing quote, or -1 when the bytes end before that. */
  private value(bytes: Buffer, start: number, length: number): number {
    this.append(valueBegin);
    let { out, at: to } = this;
    for (let at = start; at < length; at++) {
      if (to + room > out.length) {
        this.at = to;
        out = this.grow();
      }
      const byte = bytes[at] as number;
      if (byte === quote) {
        // A quote within the value is doubled, so the next byte tells whether this one is the closing quote.
        if (at + 1 === length) return -1;
        if (bytes[at + 1] !== quote) {
          this.at = to;
          this.append(valueEnd);
          return at + 1;
        }
        at += 1;
        out[to++] = backslash;
        out[to++] = quote;
      } else if (byte === backslash) {
        out[to++] = backslash;
        out[to++] = backslash;
      } else if (byte < firstPrintable) {
        for (const one of escapes[byte] as Buffer) out[to++] = one;
      } else out[to++] = byte;
    }
    return -1;
  }

  private put(byte: number): void {
    if (this.at + room > this.out.length) this.grow();
    this.out[this.at++] = byte;
  }

  text(text: string): void {
    while (this.at + 3 * text.length > this.out.length) this.grow();
    this.at += this.out.write(text, this.at);
  }

  private append(text: Constant): void {
    if (this.at + room > this.out.length) this.grow();
    text.write(this.view, this.at);
    this.at += text.length;
  }

  private grow(): Buffer {
    this.out = Buffer.concat([this.out], 2 * this.out.length);
    this.view = viewOf(this.out);
    return this.out;
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer) => new DataView(buffer, byteOffset, length);

import { closeSync, openSync, readSync } from "node:fs";
import { invalidRequest } from "./workgroups";

export interface JsonPageOptions {
  /** Where the page begins in the file. Bytes. */
  readonly from: number;
  /** Rows of the page. */
  readonly most: number;
  /** What stands before the rows. */
  readonly begin: string;
  /** What stands behind them. @param next Where the next page begins; undefined at the end. Bytes. */
  readonly end: (next: number | undefined) => string;
}

const [quote, comma, newline, backslash] = [0x22, 0x2c, 0x0a, 0x5c];
const firstPrintable = 0x20;

const rowBegin = Buffer.from('{"Data":[');
const rowEnd = Buffer.from("]}");
const valueBegin = Buffer.from('{"VarCharValue":"');
const valueEnd = Buffer.from('"}');
const none = Buffer.from("{}");
const escapes = Array.from({ length: firstPrintable }, (_, code) =>
  Buffer.from(JSON.stringify(String.fromCharCode(code)).slice(1, -1)),
);

/** Of the next page as well: none is read while another one is. A larger one, for long rows, is not kept. */
const sharedSource = Buffer.allocUnsafeSlow(64 * 1024);

/** At least what one step of the loop writes. */
const room = 64;

export interface JsonPage {
  readonly bytes: Buffer;
  /** What they stand in: the buffer that was given, or a larger one. */
  readonly buffer: Buffer;
  /** Where the next page begins in the file; undefined at the end. Bytes. */
  readonly next: number | undefined;
}

/**
 * Reads rows of a CSV result from a place on, and writes them as JSON: byte by byte, since a million rows are asked for in
 * a thousand pages, and an object for each value would cost ten times as much.
 *
 * @param buffer Written into.
 * @throws AwsError InvalidRequestException when no row begins at the place.
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

/** Bytes of a file, the rest of which is read when it is asked for. */
class Source {
  buffer: Buffer = sharedSource;
  length = 0;
  at = 0;

  constructor(
    private readonly file: number,
    private read: number,
  ) {}

  /** Of the next row in the file. */
  get place(): number {
    return this.read - this.length + this.at;
  }

  /** @returns whether there was more. */
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

  constructor(public out: Buffer) {}

  /** @returns false when the file has no whole row more. */
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

  /** @returns where the next row begins; -1 when the bytes end before the row does. */
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

  /** @returns the place behind the quote at the end; -1 when it is not there yet. */
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
        // What follows tells whether it is one of the value, which is written twice.
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

  private append(text: Buffer): void {
    if (this.at + room > this.out.length) this.grow();
    for (let index = 0; index < text.length; index++) this.out[this.at++] = text[index] as number;
  }

  private grow(): Buffer {
    this.out = Buffer.concat([this.out], 2 * this.out.length);
    return this.out;
  }
}

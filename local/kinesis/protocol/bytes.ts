import { buffers } from "../buffers";

/** Up to this length, a loop over the bytes is faster than a call into Node's native code. Bytes. */
const fewBytes = 24;

/** Writes bytes one after the other into a buffer that grows as needed. */
export class Bytes {
  protected bytes: Buffer;
  protected at = 0;

  constructor(size = 4096) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** The bytes written so far. The caller may give them back to `buffers` after use. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** Writes a text that consists of ASCII characters only. */
  ascii(text: string): void {
    this.room(text.length);
    if (text.length > fewBytes) {
      this.bytes.write(text, this.at, "latin1");
      this.at += text.length;
      return;
    }
    for (let i = 0; i < text.length; i++) this.bytes[this.at++] = text.charCodeAt(i);
  }

  utf8(text: string): void {
    // A UTF-16 code unit needs at most three bytes in UTF-8.
    this.room(text.length * 3);
    this.at += this.bytes.write(text, this.at, "utf8");
  }

  /** Writes a part of another buffer unchanged. */
  raw(source: Buffer, start: number, end: number): void {
    this.room(end - start);
    if (end - start > fewBytes) {
      source.copy(this.bytes, this.at, start, end);
      this.at += end - start;
      return;
    }
    for (let i = start; i < end; i++) this.bytes[this.at++] = source[i] as number;
  }

  /** Writes a part of another buffer in base64. */
  base64(source: Buffer, start: number, end: number): void {
    this.ascii(source.toString("base64", start, end));
  }

  /** Ensures that there is room for this many more bytes. One call up front saves growing the buffer in steps. */
  room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = buffers.take(Math.max(this.bytes.length * 2, this.at + length));
    this.bytes.copy(larger, 0, 0, this.at);
    buffers.give(this.bytes);
    this.bytes = larger;
  }
}

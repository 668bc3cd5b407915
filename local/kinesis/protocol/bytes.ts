import { buffers } from "../buffers";

/** So few are written sooner one by one than by a call of the system's. */
const fewBytes = 24;

/** Bytes that are written one behind the other into a buffer that grows. */
export class Bytes {
  protected bytes: Buffer;
  protected at = 0;

  constructor(size = 4096) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** What was written so far; whoever is done with it may give it back to the buffers. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** Text of ASCII only. */
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
    // A UTF-16 unit takes three bytes at most.
    this.room(text.length * 3);
    this.at += this.bytes.write(text, this.at, "utf8");
  }

  /** A part of another buffer as it is. */
  raw(source: Buffer, start: number, end: number): void {
    this.room(end - start);
    if (end - start > fewBytes) {
      source.copy(this.bytes, this.at, start, end);
      this.at += end - start;
      return;
    }
    for (let i = start; i < end; i++) this.bytes[this.at++] = source[i] as number;
  }

  /** A part of another buffer in base64. */
  base64(source: Buffer, start: number, end: number): void {
    this.ascii(source.toString("base64", start, end));
  }

  /** Makes room for so many bytes more, so that the buffer need not grow in steps. */
  room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = buffers.take(Math.max(this.bytes.length * 2, this.at + length));
    this.bytes.copy(larger, 0, 0, this.at);
    buffers.give(this.bytes);
    this.bytes = larger;
  }
}

/** Bytes that are written one behind the other into a buffer that grows. */
export class Bytes {
  protected bytes: Buffer;
  protected at = 0;

  constructor(size = 4096) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** What was written so far. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** Text of ASCII only. */
  ascii(text: string): void {
    this.room(text.length);
    this.bytes.write(text, this.at, "latin1");
    this.at += text.length;
  }

  utf8(text: string): void {
    // A UTF-16 unit takes three bytes at most.
    this.room(text.length * 3);
    this.at += this.bytes.write(text, this.at, "utf8");
  }

  /** A part of another buffer as it is. */
  raw(source: Buffer, start: number, end: number): void {
    this.room(end - start);
    if (end - start > 64) {
      source.copy(this.bytes, this.at, start, end);
      this.at += end - start;
      return;
    }
    // A call of `copy` takes longer than so few bytes.
    for (let i = start; i < end; i++) this.bytes[this.at++] = source[i] as number;
  }

  /** A part of another buffer in base64. */
  base64(source: Buffer, start: number, end: number): void {
    this.ascii(source.toString("base64", start, end));
  }

  /** Makes room for so many bytes more, so that the buffer need not grow in steps. */
  room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + length));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

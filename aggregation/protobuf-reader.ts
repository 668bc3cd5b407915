/** A field of a message: a number when it is encoded as a varint, bytes when it is length-delimited. */
export interface ProtobufField {
  readonly number: number;
  readonly varint?: number;
  readonly bytes?: Buffer;
}

/**
 * Reads the fields of one protobuf message, in order.
 *
 * The KPL's format needs only two of the four wire types. A general library would be larger in the bundle than the
 * handler's own code. https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufReader {
  /** Whether reading ended because the bytes are not a protobuf message. */
  broken = false;
  private position = 0;

  constructor(private readonly message: Buffer) {}

  /** The next field, including unknown ones; `undefined` at the end of the message or when it is malformed. */
  next(): ProtobufField | undefined {
    if (this.broken || this.position === this.message.length) return undefined;
    const tag = this.varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0: {
        const varint = this.varint();
        return this.broken ? undefined : { number, varint };
      }
      case 1:
        return this.skip(8) && { number };
      case 2: {
        const length = this.varint();
        const start = this.position;
        return this.skip(length) && { number, bytes: this.message.subarray(start, start + length) };
      }
      case 5:
        return this.skip(4) && { number };
      default:
        this.broken = true;
        return undefined;
    }
  }

  /**
   * Reads a base-128 number of at most ten bytes. Numbers above 2^53 lose precision, but no valid index is that large.
   */
  private varint(): number {
    let value = 0;
    for (let place = 1, bytes = 0; bytes < 10; place *= 128, bytes++) {
      const byte = this.message[this.position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
    this.broken = true;
    return Number.NaN;
  }

  private skip(length: number): true | undefined {
    this.broken ||= !(length <= this.message.length - this.position);
    if (this.broken) return undefined;
    this.position += length;
    return true;
  }
}

/**
 * A message with a text, such as a payload. The text is sent separately, so that it need not be escaped as JSON again.
 */
export interface MessageFrame {
  readonly head: unknown;
  readonly body: string;
}

/** Thrown when the other side has written something that is not a valid frame, or a frame that is too large. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

const prefixBytes = 8;

/** Encodes a frame: the lengths of head and body in four bytes each, the head as JSON, and the body. */
export function encodeFrame(head: object, body: string): Buffer {
  const json = JSON.stringify(head);
  const headBytes = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(prefixBytes + headBytes + Buffer.byteLength(body));
  frame.writeUInt32BE(headBytes, 0);
  frame.writeUInt32BE(frame.length - prefixBytes - headBytes, 4);
  frame.write(json, prefixBytes);
  frame.write(body, prefixBytes + headBytes);
  return frame;
}

/** Assembles the frames that arrive through a pipe. Its memory is bounded, whatever the other side writes. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws FrameError when the input is not a valid frame, or a frame is too large. */
  *push(chunk: Buffer): Generator<MessageFrame> {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    while (this.bytes >= prefixBytes) {
      const first = this.joined(prefixBytes);
      const headEnd = prefixBytes + first.readUInt32BE(0);
      const end = headEnd + first.readUInt32BE(4);
      if (end > this.maxBytes) throw new FrameError(`a message of more than ${this.maxBytes} bytes`);
      if (this.bytes < end) return;
      const frame = this.joined(end);
      this.bytes -= end;
      this.chunks = this.bytes > 0 ? [frame.subarray(end)] : [];
      yield {
        head: parse(frame.toString("utf8", prefixBytes, headEnd)),
        body: frame.toString("utf8", headEnd, end),
      };
    }
  }

  /** The first chunk, extended to at least the given number of bytes. */
  private joined(bytes: number): Buffer {
    const [first = Buffer.alloc(0)] = this.chunks;
    if (first.length >= bytes) return first;
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FrameError("a message that is not valid JSON");
  }
}

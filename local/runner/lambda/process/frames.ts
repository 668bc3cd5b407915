/** A message and its text, such as a payload, which is not to be escaped into another JSON text. */
export interface Frame {
  readonly head: unknown;
  readonly body: string;
}

/** What the other side wrote is not a frame, or is too large for one. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

const prefixBytes = 8;

/** Two lengths of four bytes, the head as JSON, and the body. */
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

/** Puts the frames of a pipe together; what it holds is bounded, whatever the other side writes. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws FrameError when it is not a frame, or is larger than allowed. */
  *push(chunk: Buffer): Generator<Frame> {
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

  /** The first chunk, after it has been made to hold so many bytes at least. */
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
    throw new FrameError("a message that is not JSON");
  }
}

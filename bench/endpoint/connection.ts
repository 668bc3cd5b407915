import { connect, type Socket } from "node:net";

const emptyLine = Buffer.from("\r\n\r\n");

interface Waiting {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly keeps: boolean;
}

/**
 * A connection for one call at a time, which takes as little processor time as possible. It is opened again when the
 * server has closed it.
 */
export class Connection {
  private socket: Socket | undefined;
  private waiting: Waiting | undefined;
  /** Bytes of the head, until it is complete. */
  private head: Buffer = Buffer.alloc(0);
  /** Bytes of the body that are still to come; undefined while the head is read. */
  private left: number | undefined;
  private status = 0;
  private parts: Buffer[] = [];

  constructor(private readonly port: number) {}

  /**
   * Sends a request and waits for the answer.
   *
   * @param keeps Whether to return the answer's body. Otherwise an empty buffer is returned.
   * @throws Error when the answer's status is not 200.
   */
  exchange(head: Buffer, body: Buffer, keeps = false): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject, keeps };
      this.socket ??= this.open();
      if (body.length <= 64 * 1024) this.socket.write(Buffer.concat([head, body]));
      else {
        this.socket.write(head);
        this.socket.write(body);
      }
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket?.destroy();
  }

  private open(): Socket {
    const socket = connect({
      port: this.port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(256 * 1024),
        callback: (bytes, buffer) => {
          this.take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
          return true;
        },
      },
    });
    socket.on("error", (error) => this.waiting?.reject(error));
    socket.on("close", () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.waiting?.reject(new Error("the server hung up"));
    });
    return socket;
  }

  private take(bytes: Buffer): void {
    const rest = this.left === undefined ? this.readHead(bytes) : bytes;
    if (rest === undefined || this.left === undefined) return;
    this.left -= rest.length;
    if (this.waiting?.keeps || this.status !== 200) this.parts.push(Buffer.from(rest));
    if (this.left > 0) return;
    const { waiting, status, parts } = this;
    this.left = undefined;
    this.parts = [];
    this.waiting = undefined;
    if (status === 200) waiting?.resolve(Buffer.concat(parts));
    else waiting?.reject(new Error(`answered ${status} ${Buffer.concat(parts)}`));
  }

  /** Reads the head. @returns The beginning of the body once the head is complete; undefined before that. */
  private readHead(bytes: Buffer): Buffer | undefined {
    this.head = Buffer.concat([this.head, bytes]);
    const end = this.head.indexOf(emptyLine);
    if (end < 0) return undefined;
    const text = this.head.toString("latin1", 0, end);
    const rest = this.head.subarray(end + emptyLine.length);
    this.head = Buffer.alloc(0);
    this.status = Number(text.slice(9, 12));
    // This is "100 Continue", which another head follows.
    if (this.status < 200) return this.readHead(rest);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    if (length === undefined) this.waiting?.reject(new Error(`an answer without its length: ${text}`));
    if (/\r\nconnection: *close/i.test(text)) this.socket = undefined;
    this.left = Number(length);
    return rest;
  }
}

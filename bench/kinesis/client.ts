import { connect, type Socket } from "node:net";

/** A call as the bytes that are sent. */
export type Prepared = Buffer;

/**
 * A client that takes as little processor time as possible, so that the server is what is measured. Calls are converted
 * to bytes beforehand, and only the length and the status of an answer are read.
 */
export class RawClient {
  private readonly free: Connection[] = [];
  private readonly connections: Connection[] = [];
  private readonly waiting: ((connection: Connection) => void)[] = [];

  constructor(
    private readonly port: number,
    connections: number,
  ) {
    for (let i = 0; i < connections; i++) {
      const connection = new Connection(port);
      this.connections.push(connection);
      this.free.push(connection);
    }
  }

  prepare(operation: string, input: object): Prepared {
    const body = Buffer.from(JSON.stringify(input));
    const head = [
      "POST / HTTP/1.1",
      `host: 127.0.0.1:${this.port}`,
      "content-type: application/x-amz-json-1.1",
      `x-amz-target: Kinesis_20131202.${operation}`,
      "x-amz-date: 20261126T000000Z",
      "authorization: AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
      `content-length: ${body.length}`,
      "\r\n",
    ].join("\r\n");
    return Buffer.concat([Buffer.from(head), body]);
  }

  /** Sends a call. @returns The answer's body. @throws Error when the answer's status is not 200. */
  async send(call: Prepared): Promise<Buffer> {
    const connection = this.free.pop() ?? (await new Promise<Connection>((give) => this.waiting.push(give)));
    try {
      return await connection.exchange(call);
    } finally {
      const next = this.waiting.shift();
      if (next) next(connection);
      else this.free.push(connection);
    }
  }

  async json(operation: string, input: object): Promise<Record<string, unknown>> {
    const answer = await this.send(this.prepare(operation, input));
    return answer.length === 0 ? {} : (JSON.parse(answer.toString()) as Record<string, unknown>);
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}

const emptyLine = Buffer.from("\r\n\r\n");

/** A connection for one call at a time. */
class Connection {
  private readonly socket: Socket;
  private chunks: Buffer[] = [];
  private received = 0;
  /** Length of the answer that is being received; infinite while it is not known. */
  private expected = Number.POSITIVE_INFINITY;
  private bodyAt = 0;
  private status = 0;
  private settle: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1").setNoDelay(true);
    this.socket.on("data", (chunk) => this.take(chunk));
    this.socket.on("error", (error) => this.settle?.reject(error));
    this.socket.on("close", () => this.settle?.reject(new Error("the server hung up")));
  }

  exchange(call: Prepared): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.socket.write(call);
    });
  }

  close(): void {
    this.settle = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    if (this.expected === Number.POSITIVE_INFINITY) this.readHead();
    if (this.received < this.expected) return;
    const answer = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    const body = answer.subarray(this.bodyAt);
    const { settle, status } = this;
    this.chunks = [];
    this.received = 0;
    this.expected = Number.POSITIVE_INFINITY;
    this.settle = undefined;
    if (status === 200) settle?.resolve(body);
    else settle?.reject(new Error(`answered ${status} ${body}`));
  }

  private readHead(): void {
    const bytes = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const end = bytes.indexOf(emptyLine);
    if (end < 0) return;
    const head = bytes.toString("latin1", 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without its length: ${head}`);
    this.status = Number(head.slice(9, 12));
    this.bodyAt = end + emptyLine.length;
    this.expected = this.bodyAt + Number(length);
  }
}

/** Makes a number of calls, `atOnce` of them at a time. */
export async function repeat(
  times: number,
  atOnce: number,
  call: (i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < times) await call(next++);
    }),
  );
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { buffers } from "../buffers";
import type { Kinesis } from "../kinesis";
import { encode, encodePlain } from "../protocol/encode";
import { internalFailure, KinesisError } from "../protocol/errors";
import { encodeMessage } from "../protocol/event-stream";
import { type Admit, answer, type OperationAnswer, xml } from "./answer";
import { requestRefusal } from "./guard";

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

export interface ExchangeOptions {
  readonly kinesis: Kinesis;
  readonly port: () => number;
  readonly anyHost: boolean;
  /** A request's body must arrive within this time. Milliseconds. */
  readonly bodyTimeout: number;
  /** Largest size of one request's body. A larger request is refused with status 413. Bytes. */
  readonly mostBodyBytes: number;
  /**
   * Largest total size of all bodies that are being received. Beyond it requests are refused with status 503. Bytes.
   */
  readonly mostPendingBytes: number;
  /**
   * Called before each operation with the request's headers. An KinesisError that it throws is sent to the client.
   * @default - no call is refused
   */
  readonly admit?: Admit;
}

/** Reads HTTP/1.1 and HTTP/2 requests and sends their responses. */
export class Exchange {
  private pendingBytes = 0;

  constructor(private readonly options: ExchangeOptions) {}

  async handle(incoming: Incoming, outgoing: Outgoing): Promise<void> {
    const { kinesis, port, anyHost, admit } = this.options;
    const client = new Client();
    const leave = () => client.leave();
    outgoing.on("close", leave);
    // A client that disconnects is not an error of this server.
    incoming.on("error", leave);
    outgoing.on("error", leave);
    const refused = requestRefusal(incoming.headers, port(), anyHost);
    if (refused) {
      send(outgoing, xml(403, "AccessDeniedException", refused), true);
      return;
    }
    const body = await this.body(incoming);
    if (client.gone) return;
    if (!Buffer.isBuffer(body)) {
      send(outgoing, body, true);
      return;
    }
    const { method = "", url = "", headers } = incoming;
    const answered = await answer(kinesis, {
      method,
      url,
      headers,
      body,
      ...(admit && { admit }),
      get abort() {
        return client.departure;
      },
    });
    // Nothing refers to the body any more, since its records have been written to a file.
    buffers.give(body);
    if (client.gone) return;
    if (answered.events) await stream(kinesis, outgoing, answered, client.departure);
    else send(outgoing, answered, false);
  }

  /** The request's body, or an error response when the body is too large or too slow. */
  private body(incoming: Incoming): Promise<Buffer | OperationAnswer> {
    const { bodyTimeout, mostBodyBytes, mostPendingBytes } = this.options;
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = (result: Buffer | OperationAnswer) => {
        clearTimeout(timer);
        this.pendingBytes -= bytes;
        bytes = 0;
        incoming.removeAllListeners("data");
        resolve(result);
      };
      const timer = setTimeout(() => finish(xml(408, "RequestTimeoutException")), bodyTimeout);
      if (Number(incoming.headers["content-length"] ?? 0) > mostBodyBytes) {
        finish(xml(413, "RequestEntityTooLargeException"));
        return;
      }
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        this.pendingBytes += chunk.length;
        if (bytes > mostBodyBytes) finish(xml(413, "RequestEntityTooLargeException"));
        else if (this.pendingBytes > mostPendingBytes) finish(xml(503, "ServiceUnavailableException"));
        else chunks.push(chunk);
      });
      incoming.on("end", () => finish(chunks.length === 1 && chunks[0] ? chunks[0] : joined(chunks, bytes)));
      incoming.on("close", () => finish(Buffer.alloc(0)));
    });
  }
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  const whole = buffers.take(length).subarray(0, length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The client of one request, which may disconnect before it is answered. */
class Client {
  gone = false;
  private controller: AbortController | undefined;

  leave(): void {
    this.gone = true;
    this.controller?.abort();
  }

  /** Aborted when the client disconnects. The controller is created on first use, since few requests need it. */
  get departure(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.gone) this.controller.abort();
    return this.controller.signal;
  }
}

/** Bodies up to this size are sent as text, and larger ones are passed to the socket as they are. Bytes. */
const mostCopied = 16 * 1024;

/** @param last Whether to close the connection after the response, because the rest of the request is not read. */
function send(outgoing: Outgoing, { status, headers, body }: OperationAnswer, last: boolean): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const over1 = "req" in outgoing && outgoing.req.httpVersionMajor === 1;
  outgoing.writeHead(status, {
    ...headers,
    "content-length": length,
    ...(last && over1 ? { connection: "close" } : {}),
  });
  // Node sends a short string together with the headers, while a Buffer needs a system call of its own.
  if (over1 && typeof body !== "string" && length <= mostCopied)
    (outgoing as ServerResponse).end(body.toString("latin1"), "latin1");
  else if (over1 && typeof body !== "string")
    (outgoing as ServerResponse).end(body, () => buffers.give(body));
  else outgoing.end(body as string);
}

/** Sends events as they occur, but no faster than the client reads them. */
async function stream(
  kinesis: Kinesis,
  outgoing: Outgoing,
  { status, headers, events }: OperationAnswer,
  gone: AbortSignal,
): Promise<void> {
  if (!events) return;
  const { values, shape, wire } = events;
  const type = wire === "json" ? "application/x-amz-json-1.1" : "application/x-amz-cbor-1.1";
  const write = async (eventHeaders: Record<string, string>, payload: Buffer | string): Promise<void> => {
    const message = encodeMessage(
      { ...eventHeaders, ":content-type": type },
      typeof payload === "string" ? Buffer.from(payload) : payload,
    );
    if (gone.aborted || (outgoing as ServerResponse).write(message)) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        outgoing.off("drain", go);
        gone.removeEventListener("abort", go);
        resolve();
      };
      outgoing.on("drain", go);
      gone.addEventListener("abort", go, { once: true });
    });
  };
  outgoing.writeHead(status, headers);
  await write({ ":event-type": "initial-response", ":message-type": "event" }, encodePlain({}, wire));
  const iterator = values[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done || gone.aborted) break;
      const payload = encode(shape.event, value, wire);
      await write({ ":event-type": "SubscribeToShardEvent", ":message-type": "event" }, payload);
    }
  } catch (error) {
    const failure = error instanceof KinesisError ? error : internalFailure();
    if (failure !== error) kinesis.onTrouble(`SubscribeToShard failed: ${(error as Error).message}`);
    await write(
      { ":exception-type": failure.code, ":message-type": "exception" },
      encodePlain({ message: failure.message }, wire),
    );
  } finally {
    await iterator.return?.();
    outgoing.end();
  }
}

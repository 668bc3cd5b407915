import { once } from "node:events";
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders;
}

/**
 * A socket in front of a provider's, which leaves the types that are not used out of its schemas. All else passes
 * through unchanged: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
export async function openSchemaGateway(
  upstream: string,
  socket: string,
  usedTypes: () => ReadonlySet<string>,
): Promise<{ close: () => void }> {
  const provider = connectHttp2("http://localhost", {
    createConnection: () => connect(upstream),
    // All schemas are five MB.
    settings: { initialWindowSize: 2 ** 24 },
  });
  provider.on("error", () => {});
  const connections = new Set<Socket>();
  let schemas: Promise<Answer> | undefined;

  const server = createServer().listen(socket);
  server.on("connection", (connection: Socket) => connections.add(connection));
  server.on("stream", async (stream, headers) => {
    // Terraform was killed, or the provider.
    stream.on("error", () => {});
    try {
      if (!/\/Get(?:Provider)?Schema$/.test(headers[":path"] ?? "")) return pass(stream, headers, provider);
      schemas ??= ask(stream, headers, provider);
      const { body, ...rest } = await schemas;
      stream.resume();
      stream.respond(rest.headers, { waitForTrailers: true });
      stream.once("wantTrailers", () => stream.sendTrailers(rest.trailers));
      stream.end(withoutUnused(body, usedTypes()));
    } catch {
      schemas = undefined;
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  });
  await once(server, "listening");
  return {
    close: () => {
      provider.destroy();
      for (const connection of connections) connection.destroy();
      server.close();
    },
  };
}

function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, provider: ClientHttp2Session): void {
  const call = provider.request(headers);
  let trailers: IncomingHttpHeaders = {};
  call.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  stream.once("close", () => call.close());
  stream.pipe(call);
  call.once("response", (answer, flags) => {
    const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(answer, { endStream, waitForTrailers: !endStream });
    if (!endStream) call.pipe(stream);
  });
  call.once("trailers", (received) => {
    trailers = received;
  });
  stream.once("wantTrailers", () => stream.sendTrailers(trailers));
}

async function ask(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  provider: ClientHttp2Session,
): Promise<Answer> {
  const call = stream.pipe(provider.request(headers));
  const [[answer], [trailers], body] = await Promise.all([
    once(call, "response"),
    once(call, "trailers"),
    buffer(call),
  ]);
  return { headers: answer, trailers, body };
}

/** Those of a message's fields that hold schemas by their types: of resources, data sources and ephemeral resources. */
const byType = [2, 3, 8];

/** Leaves the schemas of unused types out of a message, which begins with its length. */
function withoutUnused(message: Buffer, used: ReadonlySet<string>): Buffer {
  const fields: Buffer[] = [];
  for (let at = 5; at < message.length; ) {
    const [tag, length, start] = fieldAt(message, at);
    const end = start + length;
    if (!byType.includes(tag >> 3) || used.has(keyAt(message, start))) fields.push(message.subarray(at, end));
    at = end;
  }
  const body = Buffer.concat(fields);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** The first field of an entry of a map. */
function keyAt(message: Buffer, at: number): string {
  const [, length, start] = fieldAt(message, at);
  return message.toString("utf8", start, start + length);
}

/** Tag and length of a field, both varints, and where its contents start: https://protobuf.dev/programming-guides/encoding */
function fieldAt(message: Buffer, at: number): [tag: number, length: number, start: number] {
  let next = at;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[next++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  return [varint(), varint(), next];
}

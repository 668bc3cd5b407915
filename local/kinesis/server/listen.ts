import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Kinesis } from "../kinesis";
import { Exchange, type Incoming, type Outgoing } from "./exchange";

export interface ListenOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** Beyond loopback everybody can read and write, and requests are taken under any name. @default "127.0.0.1" */
  readonly host?: string;
  /** Certificate and key in PEM. With them the same port speaks TLS too. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Told when the server fails after it has started. @default written as trouble */
  readonly onLost?: (error: Error) => void;
}

export interface Endpoint {
  /** Base URL, such as `http://127.0.0.1:4567`. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections. The store stays open. */
  close(): Promise<void>;
}

const preface = "PRI * HTTP/2.0";
const tlsHandshake = 0x16;
const mebibyte = 1024 * 1024;
const mostConnections = 1_000;
/** A new connection must say something by then. Milliseconds. */
const firstByteTimeout = 30_000;
/** A request must have come by then. Milliseconds. */
const requestTimeout = 60_000;
/** An HTTP/2 connection without a stream is ended then. Milliseconds. */
const idleTimeout = 300_000;

/**
 * Serves Kinesis on one port, for HTTP/1.1 and HTTP/2, in clear and, with a certificate, over TLS.
 *
 * @throws Error when the port is taken.
 */
export async function listen(kinesis: Kinesis, options: ListenOptions = {}): Promise<Endpoint> {
  const { port = 0, host = "127.0.0.1", tls } = options;
  const onLost = options.onLost ?? (({ message }) => kinesis.onTrouble(`the server failed: ${message}`));
  let listening = port;
  const exchange = new Exchange({
    kinesis,
    port: () => listening,
    anyHost: !isLoopback(host),
    bodyTimeout: requestTimeout,
    mostBodyBytes: 16 * mebibyte,
    mostPendingBytes: 512 * mebibyte,
  });
  const handle = (incoming: Incoming, outgoing: Outgoing) => {
    exchange.handle(incoming, outgoing).catch((error: Error) => {
      kinesis.onTrouble(`a request failed: ${error.message}`);
      outgoing.destroy();
    });
  };
  const http: HttpServer = createServer(
    { requestTimeout, headersTimeout: requestTimeout, keepAliveTimeout: 60_000 },
    handle,
  );
  const http2 = createHttp2Server(
    { maxSessionMemory: 64, settings: { maxConcurrentStreams: 1_000 } },
    handle,
  );
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.setTimeout(idleTimeout, () => session.close());
  });
  for (const server of [http, http2]) server.on("sessionError", () => {});
  http.on("clientError", (_error, socket) => socket.destroy());
  http.maxConnections = mostConnections;

  // The HTTP server's own listener gets the connections that turn out to be for it.
  const [http1] = http.listeners("connection") as ((socket: Socket) => void)[];
  http.removeAllListeners("connection");
  const sockets = new Set<Socket>();
  const secure = tls && createTlsServer({ ...tls, ALPNProtocols: ["h2", "http/1.1"] });
  const speak = (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    const deadline = setTimeout(() => socket.destroy(), firstByteTimeout);
    socket.once("close", () => clearTimeout(deadline));
    let head: Buffer = Buffer.alloc(0);
    const begun = () => {
      const bytes = socket.read() as Buffer | null;
      if (bytes) head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const text = head.toString("latin1", 0, preface.length);
      if (text.length < preface.length && preface.startsWith(text)) {
        socket.once("readable", begun);
        return;
      }
      clearTimeout(deadline);
      socket.unshift(head);
      if (secure && head[0] === tlsHandshake) secure.emit("connection", socket);
      else if (text === preface) http2.emit("connection", socket);
      else http1?.call(http, socket);
    };
    socket.once("readable", begun);
  };
  secure?.on("secureConnection", (socket: TLSSocket) => speak(socket));
  secure?.on("tlsClientError", (_error, socket) => socket.destroy());
  http.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once("close", () => sockets.delete(socket));
    speak(socket);
  });

  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject).on("error", onLost);
      resolve();
    });
  });
  const address = http.address() as AddressInfo;
  listening = address.port;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Incoming, Outgoing } from "./exchange";

export interface ServeOptions {
  /** Port to listen on. @default 0, which picks any free port */
  readonly port?: number;
  /**
   * Address to listen on. On an address beyond loopback, everybody on the network can read and write, and requests with
   * any Host header are accepted. @default "127.0.0.1"
   */
  readonly host?: string;
  /** Certificate and key in PEM format. With them the same port accepts TLS as well. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Called when the server fails after it has started. @default - such errors are ignored */
  readonly onLost?: (error: Error) => void;
  /** A request must arrive completely within this time. 0 means no limit. Milliseconds. @default 60,000 */
  readonly requestTimeout?: number;
}

export interface Endpoint {
  /** Base URL, such as `http://127.0.0.1:4567`. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and closes all connections. The store stays open. */
  close(): Promise<void>;
}

const preface = "PRI * HTTP/2.0";
const tlsHandshake = 0x16;
const mostConnections = 1_000;
/** A new connection must send its first bytes within this time. Milliseconds. */
const firstByteTimeout = 30_000;
/** A request must arrive within this time. Milliseconds. */
const defaultRequestTimeout = 60_000;
/** An HTTP/2 connection is closed after it has been idle for this long. Milliseconds. */
const idleTimeout = 300_000;

/** Answers a request. It must handle its own errors. */
export type Handle = (incoming: Incoming, outgoing: Outgoing) => void;

/**
 * Serves requests on one port over HTTP/1.1 and HTTP/2, without encryption and, when a certificate is given, over TLS.
 *
 * @throws Error when the port is in use.
 */
export async function serve(handle: Handle, options: ServeOptions = {}): Promise<Endpoint> {
  const { port = 0, host = "127.0.0.1", tls, onLost = () => {} } = options;
  const { requestTimeout = defaultRequestTimeout } = options;
  const http: HttpServer = createServer(
    { requestTimeout, headersTimeout: defaultRequestTimeout, keepAliveTimeout: 60_000 },
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

  // The first bytes of a connection tell its protocol. HTTP/1.1 connections are then passed to Node's own listener.
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

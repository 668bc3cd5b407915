import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackServer {
  /** Such as `http://127.0.0.1:4567`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** @default 0, any free port */
  readonly port?: number;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Returns the reason why a request is refused, or undefined to answer it. @default `refusalOf` */
  readonly refuses?: (request: IncomingMessage) => string | undefined;
  /** Called when the server fails after it has started. */
  readonly onLost?: (error: Error) => void;
}

/**
 * Starts a server for programs on this machine, which refuses requests of web pages. The runner opens all of its ports
 * here.
 *
 * @throws Error with the code EADDRINUSE when the port is taken.
 */
export function startLoopbackServer({
  port = 0,
  onRequest,
  refuses = refusalOf,
  onLost = () => {},
}: LoopbackOptions): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const refusal = refuses(request);
    if (refusal === undefined) return onRequest(request, response);
    response.writeHead(403, { "Content-Type": "text/plain", Connection: "close" });
    response.end(`${refusal}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject).on("error", onLost);
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/**
 * The reason why a request is refused; undefined when a program on this machine may have sent it.
 *
 * A browser sends `Origin` with every request of a page that writes something or reads from another site, and
 * `Sec-Fetch-Site` with all requests. A page whose host name was made to point at this machine (DNS rebinding) still
 * sends that name as `Host`.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function refusalOf({ headers, socket }: IncomingMessage): string | undefined {
  const port = socket.localPort;
  if (headers.origin !== undefined)
    return "requests with an Origin header are refused: no web page may ask here";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none" && site !== "same-origin")
    return "requests of other sites' pages are refused";
  if (!loopbackHosts(port).includes(headers.host?.toLowerCase() ?? ""))
    return `the Host header must be 127.0.0.1:${port} or localhost:${port}`;
  return undefined;
}

/** The values that clients send as `Host` to a server on this machine. */
export const loopbackHosts = (port: number | undefined): readonly string[] =>
  ["127.0.0.1", "localhost", "[::1]"].flatMap((host) =>
    port === 80 ? [host, `${host}:80`] : [`${host}:${port}`],
  );

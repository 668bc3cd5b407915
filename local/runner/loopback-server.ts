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
  /** Why a request is not answered. @default `refusalOf` */
  readonly refuses?: (request: IncomingMessage) => string | undefined;
  /** Called when it fails after it has started. */
  readonly onLost?: (error: Error) => void;
}

/**
 * Serves programs of this machine and no web page: every port that the runner opens is opened here.
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
 * Why a request is not answered, or undefined when a program of this machine may have sent it.
 *
 * A browser sends `Origin` with what a page writes or wants to read, and `Sec-Fetch-Site` with everything; a page whose
 * host name was made to point at this machine (DNS rebinding) still has that name in `Host`.
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

/** `Host` as clients write it for a server on this machine. */
export const loopbackHosts = (port: number | undefined): readonly string[] =>
  ["127.0.0.1", "localhost", "[::1]"].flatMap((host) =>
    port === 80 ? [host, `${host}:80`] : [`${host}:${port}`],
  );

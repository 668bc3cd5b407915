import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers every request with the status as JSON, on a free loopback port. */
export function serveStatus(status: () => unknown): Promise<StatusServer> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(status(), plainMaps));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}/`,
        close: () =>
          new Promise((done) => {
            server.closeAllConnections();
            server.close(() => done());
          }),
      });
    });
  });
}

function plainMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

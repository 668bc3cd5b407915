import { type LoopbackServer, startLoopbackServer } from "./loopback-server";

/** Answers every request with the status as JSON, on a free loopback port. */
export function serveStatus(status: () => unknown, onLost: (error: Error) => void): Promise<LoopbackServer> {
  return startLoopbackServer({
    onLost,
    onRequest: (_request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(status(), plainMaps));
    },
  });
}

function plainMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

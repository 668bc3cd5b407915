import type { ServerResponse } from "node:http";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server";

export interface StatusOptions {
  readonly status: () => unknown;
  /** Writes the delivery streams' buffers. */
  readonly flush: () => Promise<void>;
  readonly onLost: (error: Error) => void;
}

/** Answers requests with the status as JSON, on a free loopback port; `POST /flush` writes the buffers before. */
export function serveStatus({ status, flush, onLost }: StatusOptions): Promise<LoopbackServer> {
  return startLoopbackServer({
    onLost,
    onRequest: (request, response) => {
      request.resume();
      if (request.method !== "POST" || request.url !== "/flush") return answer(response, 200, status());
      flush().then(
        () => answer(response, 200, status()),
        ({ message }: Error) => answer(response, 500, { error: message }),
      );
    },
  });
}

function answer(response: ServerResponse, code: number, body: unknown): void {
  response.statusCode = code;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body, plainMaps));
}

function plainMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

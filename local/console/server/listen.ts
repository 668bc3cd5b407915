import { getRequestListener } from "@hono/node-server";
import { type LoopbackServer, startLoopbackServer } from "@streaming-data-lake/runner/loopback-server";
import type { Hono } from "hono";

/** @throws Error with the code EADDRINUSE when the port is taken. */
export const listen = (app: Hono, port: number, onLost: (error: Error) => void): Promise<LoopbackServer> =>
  startLoopbackServer({
    port,
    onRequest: getRequestListener(app.fetch),
    // Its own page may ask; `guard.ts` refuses the others.
    refuses: () => undefined,
    onLost,
  });

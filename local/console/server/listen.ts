import { getRequestListener } from "@hono/node-server";
import { type LoopbackServer, startLoopbackServer } from "@streaming-data-lake/runner/loopback-server";
import type { Hono } from "hono";

/** @throws Error with the code EADDRINUSE when the port is in use. */
export const listenForPages = (
  app: Hono,
  port: number,
  onLost: (error: Error) => void,
): Promise<LoopbackServer> =>
  startLoopbackServer({
    port,
    onRequest: getRequestListener(app.fetch),
    // The loopback server's own check would refuse all pages. `guard.ts` admits the console's own page.
    refuses: () => undefined,
    onLost,
  });

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { ApiError } from "../api";
import { safeHeaders, sameSite, withToken } from "./guard";
import { pages } from "./pages";
import { Refused } from "./refused";

export interface AppOptions {
  readonly port: () => number;
  readonly token: string;
  /** Folder of the page's files. */
  readonly page: string;
  /** The routes below `/api`; undefined while no stack runs. */
  readonly api: () => Hono | undefined;
  readonly onTrouble: (message: string) => void;
}

/**
 * Size of the largest record that a stream accepts: https://docs.aws.amazon.com/streams/latest/dev/large-records.html
 */
const mostBodyBytes = 10 * 1024 * 1024;

/**
 * The console's server. It serves the page's files to everyone on this machine, and the API to those who have the
 * token.
 */
export function consoleApp({ port, token, page, api, onTrouble }: AppOptions): Hono {
  const app = new Hono();
  app.use(safeHeaders, sameSite(port));
  app.use(
    "/api/*",
    async (context, next) => {
      await next();
      context.header("Cache-Control", "no-store");
    },
    withToken(token),
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: () => {
        throw new Refused(
          413,
          `a request's body may have ${mostBodyBytes} bytes, as many as the largest record`,
        );
      },
    }),
  );
  app.all("/api/*", async (context) => {
    const answering = api();
    if (!answering) throw new Refused(503, "no stack runs at this moment; try again");
    return answering.fetch(context.req.raw);
  });
  app.get("*", pages(page));
  app.onError((error, context) => {
    const { status, body } = responseOf(error, onTrouble);
    return context.json(body, status);
  });
  return app;
}

/** The response to a request that failed. */
export function responseOf(
  error: Error,
  onTrouble: (message: string) => void,
): { readonly status: Refused["status"] | 500; readonly body: ApiError } {
  if (error instanceof Refused) return { status: error.status, body: error.body };
  if (error instanceof HTTPException)
    return { status: error.status as 400, body: { message: error.message } };
  onTrouble(`console: a request failed: ${error.message}`);
  return { status: 500, body: { message: error.message.split("\n")[0] ?? "" } };
}

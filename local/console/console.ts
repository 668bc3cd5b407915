import { setMaxListeners } from "node:events";
import type { World } from "@streaming-data-lake/aws";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { Hono } from "hono";
import { pageFolder } from "./page/build";
import { apiOf } from "./routes";
import { consoleApp } from "./server/app";
import { listenForPages } from "./server/listen";
import { keepToken, tokenIn } from "./server/token";
import type { Simulator } from "./simulator";

export interface ConsoleOptions {
  /** Port on the loopback interface. @default 0, any free port */
  readonly port?: number;
  /** Folder of the page's files. @default - the files of this package */
  readonly page?: string;
  /**
   * File that keeps the token from one run to the next, so that open pages stay signed in. @default - each run has a
   * new token
   */
  readonly tokenFile?: string;
  /** Called with a one-line message when something goes wrong. */
  readonly onTrouble?: (message: string) => void;
  /** Called when the server fails after it has started. */
  readonly onLost?: (error: Error) => void;
}

export interface ShowOptions {
  /** URL of the local AWS API. */
  readonly aws?: string;
  /** Sends made-up records when the user asks for it. @default - the page offers no simulator */
  readonly simulator?: Simulator;
}

/** The console's server. Until a stack is shown, its API answers that the client should try again. */
export interface Console {
  /** URL of the page. The token is in its fragment, which browsers never send to a server. */
  readonly url: string;
  /** Shows a running stack, in place of the one shown before. */
  show(world: World, options?: ShowOptions): void;
  /** Shows no stack, as when a runner ends or is replaced. Open event streams end. */
  pause(): void;
  close(): Promise<void>;
}

/** @throws StackError when the port is taken. */
export async function openConsole(options: ConsoleOptions = {}): Promise<Console> {
  const { port = 0, tokenFile, onTrouble = () => {}, onLost = () => {} } = options;
  const page = options.page ?? (await builtPage(onTrouble));
  const token = tokenIn(tokenFile);
  let shown: { readonly api: Hono; readonly end: AbortController } | undefined;
  let listening = port;
  const app = consoleApp({
    port: () => listening,
    token,
    page,
    api: () => shown?.api,
    onTrouble,
  });
  const server = await listenForPages(app, port, onLost).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new StackError(
      `port ${port} is in use, so that the console can't be served there: give another one with --console-port, or 0 for a free one`,
    );
  });
  listening = Number(new URL(server.url).port);
  const pause = () => {
    shown?.end.abort();
    shown = undefined;
  };
  return {
    url: `${server.url}/#${token}`,
    show(world, { aws, simulator } = {}) {
      pause();
      if (tokenFile !== undefined) keepToken(tokenFile, token);
      const end = new AbortController();
      // Every open page adds a listener to this signal.
      setMaxListeners(0, end.signal);
      shown = { api: apiOf({ world, aws, simulator, ended: end.signal, onTrouble }), end };
    },
    pause,
    async close() {
      pause();
      await server.close();
    },
  };
}

/** The folder of the built page, or "" when the page cannot be built: the runner works without its page. */
async function builtPage(onTrouble: (message: string) => void): Promise<string> {
  try {
    return await pageFolder();
  } catch (error) {
    onTrouble(`the console's page can't be built: ${(error as Error).message.split("\n")[0]}`);
    return "";
  }
}

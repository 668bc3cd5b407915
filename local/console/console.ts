import { setMaxListeners } from "node:events";
import type { World } from "@streaming-data-lake/aws";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { Hono } from "hono";
import { pageFolder } from "./page/build";
import { apiOf } from "./routes";
import { consoleApp } from "./server/app";
import { listen } from "./server/listen";
import { keepToken, tokenIn } from "./server/token";
import type { Simulator } from "./simulator";

export interface ConsoleOptions {
  /** On loopback. @default 0, any free port */
  readonly port?: number;
  /** Folder of the page's files. @default - that of this package */
  readonly page?: string;
  /** Keeps the token from one run to the next, so that pages which are open go on. @default - each has another one */
  readonly tokenFile?: string;
  /** Called for trouble in one line. */
  readonly onTrouble?: (message: string) => void;
  /** Called when the server fails after it has started. */
  readonly onLost?: (error: Error) => void;
}

export interface ShowOptions {
  /** URL of AWS's API. */
  readonly aws?: string;
  /** What sends records when somebody asks for it. @default - nothing does */
  readonly simulator?: Simulator;
}

/** The console's server. Until a stack is shown, its API answers "try again". */
export interface Console {
  /** With the token in its fragment, which browsers send nowhere. */
  readonly url: string;
  /** Shows a stack that runs, in the place of the one before. */
  show(world: World, options?: ShowOptions): void;
  /** Shows none, while a runner ends or another one begins: events end. */
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
  const server = await listen(app, port, onLost).catch((error: NodeJS.ErrnoException) => {
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
      // Each page that looks listens to it.
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

/** The page's folder; where it can't be built, one without it: what runs is no worse for that. */
async function builtPage(onTrouble: (message: string) => void): Promise<string> {
  try {
    return await pageFolder();
  } catch (error) {
    onTrouble(`the console's page can't be built: ${(error as Error).message.split("\n")[0]}`);
    return "";
  }
}

import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { StackError } from "@streaming-data-lake/terraform/errors";

/** A Kinesis that producers and the runner talk to. The embedded one is the default; any other will do. */
export interface KinesisEndpoint {
  /** Base URL, such as `http://127.0.0.1:4567`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Records that one PutRecord or PutRecords call has acknowledged. */
export interface Put {
  readonly stream: string;
  readonly records: number;
  readonly bytes: number;
}

export interface EmbeddedOptions {
  /** Folder of the store; it survives restarts. */
  readonly path: string;
  /** @default 0, any free port */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  readonly onPut: (put: Put) => void;
  /** Told when it ends after it has started. */
  readonly onLost: (message: string) => void;
}

type Message =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "error"; readonly code?: string; readonly message: string }
  | ({ readonly type: "put" } & Put);

/** A thread that has not ended so many milliseconds after it was asked to is ended. */
const patience = 2_000;

/**
 * Starts kinesalite on loopback, in a thread of its own, with its store on disk.
 *
 * @throws StackError when the port is taken or the store is in use.
 */
export function startEmbeddedKinesis(options: EmbeddedOptions): Promise<KinesisEndpoint> {
  const { path, port = 0, region, accountId, onPut, onLost } = options;
  mkdirSync(path, { recursive: true });
  const worker = new Worker(join(__dirname, "kinesalite-thread.mjs"), {
    workerData: { path, port },
    execArgv: [],
    env: { AWS_ACCOUNT_ID: accountId, AWS_REGION: region },
  });
  const exited = once(worker, "exit");
  const close = async () => {
    worker.postMessage("close");
    const timer = setTimeout(() => void worker.terminate(), patience);
    await exited;
    clearTimeout(timer);
  };
  return new Promise((resolve, reject) => {
    let started = false;
    let why: string | undefined;
    worker.once("error", ({ message }) => {
      why = `the embedded Kinesis failed: ${message}`;
    });
    // Only now is its store closed.
    worker.once("exit", (code) => {
      const message = why ?? `the embedded Kinesis has ended with code ${code}`;
      if (started) onLost(message);
      else reject(new StackError(message));
    });
    worker.on("message", (message: Message) => {
      if (message.type === "put") onPut(message);
      else if (message.type === "listening") {
        started = true;
        resolve({ endpoint: `http://127.0.0.1:${message.port}`, close });
      } else {
        const taken = message.code === "EADDRINUSE";
        why = taken ? `port ${port} is in use: choose another with --port` : message.message;
        void worker.terminate();
      }
    });
  });
}

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
  /** Told when it fails after it has started. */
  readonly onTrouble: (message: string) => void;
}

type Message =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "error"; readonly code?: string; readonly message: string }
  | ({ readonly type: "put" } & Put);

/**
 * Starts kinesalite on loopback, in a thread of its own, with its store on disk.
 *
 * @throws StackError when the port is taken or the store is in use.
 */
export function startEmbeddedKinesis(options: EmbeddedOptions): Promise<KinesisEndpoint> {
  const { path, port = 0, region, accountId, onPut, onTrouble } = options;
  mkdirSync(path, { recursive: true });
  const worker = new Worker(join(__dirname, "kinesalite-thread.mjs"), {
    workerData: { path, port },
    execArgv: [],
    env: { AWS_ACCOUNT_ID: accountId, AWS_REGION: region },
  });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  return new Promise((resolve, reject) => {
    worker.once("error", (error) => {
      const message = `the embedded Kinesis failed: ${error.message}`;
      onTrouble(message);
      reject(new StackError(message));
    });
    worker.on("message", (message: Message) => {
      if (message.type === "put") onPut(message);
      else if (message.type === "listening")
        resolve({
          endpoint: `http://127.0.0.1:${message.port}`,
          close: async () => {
            worker.postMessage("close");
            await exited;
          },
        });
      else {
        const taken = message.code === "EADDRINUSE";
        const what = taken ? `port ${port} is in use: choose another with --port` : message.message;
        // The thread has the store open until it has ended.
        void worker.terminate().then(() => reject(new StackError(what)));
      }
    });
  });
}

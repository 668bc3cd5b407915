import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** A jq program has exceeded its time limit. */
export class JqTimeout extends Error {
  constructor(milliseconds: number) {
    super(`the jq program ran longer than ${milliseconds} ms`);
  }
}

/** The thread's code. It first reports that jq is loaded, so that loading does not count towards a program's time. */
const thread = `
const { parentPort, workerData } = require("node:worker_threads");
const { raw } = require(workerData);
const answer = ({ input, program }) =>
  raw(input, program, ["-c"]).then(
    (output) => parentPort.postMessage({ output }),
    (error) => parentPort.postMessage({ error: error.message }),
  );
answer({ input: "null", program: "." });
parentPort.on("message", answer);`;

type Answer = { readonly output: string } | { readonly error: string };

let worker: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a jq program in a separate thread, so that a program that never ends can be stopped without blocking this thread.
 * Only one program runs at a time.
 *
 * @param input The input as JSON text, or as a value.
 * @returns The outputs, one per line.
 * @throws Error with jq's message.
 * @throws JqTimeout when the program has not ended in time.
 */
export function jq(
  input: string | readonly string[],
  program: string,
  milliseconds: number,
): Promise<string> {
  const answer = last.then(() => run(input, program, milliseconds));
  last = answer.catch(() => undefined);
  return answer;
}

async function run(
  input: string | readonly string[],
  program: string,
  milliseconds: number,
): Promise<string> {
  worker ??= await startWorker();
  const answer = answerOf(worker, milliseconds);
  worker.postMessage({ input, program });
  const settled = await answer;
  if (settled === undefined) {
    await worker.terminate();
    worker = undefined;
    throw new JqTimeout(milliseconds);
  }
  if ("error" in settled) throw new Error(settled.error);
  return settled.output;
}

async function startWorker(): Promise<Worker> {
  const started = new Worker(thread, {
    eval: true,
    workerData: createRequire(__filename).resolve("jq-wasm"),
  });
  await answerOf(started);
  // A thread that waits for the next program must not keep the process alive.
  started.unref();
  return started;
}

/** The thread's next answer; undefined when the time is up. */
function answerOf(started: Worker, milliseconds?: number): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      started.off("message", onMessage);
      started.off("error", onError);
    };
    const onMessage = (answer: Answer) => {
      end();
      resolve(answer);
    };
    const onError = (error: Error) => {
      end();
      worker = undefined;
      reject(error);
    };
    const onTimeout = () => {
      end();
      resolve(undefined);
    };
    const timer = milliseconds === undefined ? undefined : setTimeout(onTimeout, milliseconds);
    started.on("message", onMessage);
    started.on("error", onError);
  });
}

import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What came of an invocation. The payload is the response as JSON. */
export type Outcome =
  | { readonly requestId: string; readonly payload: string }
  | { readonly requestId: string; readonly error: FunctionError };

export interface WorkerOptions {
  readonly fn: LambdaFunction;
  readonly environment: Readonly<Record<string, string>>;
  readonly taskRoot: string;
  /** Each line that the function prints. */
  readonly onLine: (line: string) => void;
}

type Message =
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly requestId: string; readonly payload: string }
  | { readonly type: "result"; readonly requestId: string; readonly error: FunctionError }
  | { readonly type: "fatal"; readonly error: FunctionError };

/**
 * A function has ten seconds to initialize; if it takes longer, Lambda does it again at the first invocation with the
 * function's own timeout: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const initMilliseconds = 10_000;

/**
 * One execution environment of a function: a process that handles one invocation at a time and is kept for the
 * next. A timeout, a crash or `process.exit` ends it; the next invocation begins with a new one.
 */
export class FunctionWorker {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  /** Resolves when the function is initialized, or with why its process has ended. */
  private readonly ready: Promise<FunctionError | undefined>;
  /** Why the process has ended. No promise: what awaits one that lasts as long as the process keeps each payload. */
  private death: FunctionError | undefined;
  private requestId = "";
  /** Ends the invocation that is under way. */
  private settle: ((outcome: Outcome) => void) | undefined;
  private result: Outcome | undefined;
  private printed = false;

  constructor(private readonly options: WorkerOptions) {
    const { fn, environment, taskRoot } = options;
    this.child = fork(join(__dirname, "bootstrap.mjs"), [String(process.pid)], {
      cwd: taskRoot,
      env: environment,
      // A Ctrl-C in the terminal is for the runner; the worker goes on while it drains.
      detached: true,
      // A payload of megabytes is not to be escaped into another JSON text.
      serialization: "advanced",
      execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(fn.memoryMegabytes * 0.9))}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const { child } = this;
    if (!child.stdout || !child.stderr) throw new Error("the worker has no output");
    this.lines = createInterface({ input: child.stdout });
    this.lines.on("line", (line) => this.onLine(line));
    createInterface({ input: child.stderr }).on("line", (line) => this.options.onLine(line));
    let fatal: FunctionError | undefined;
    this.ready = new Promise((resolve) => {
      child.on("message", (message: Message) => {
        if (message.type === "ready") resolve(undefined);
        if (message.type === "fatal") fatal = message.error;
        if (message.type === "result") this.finish(message);
      });
      const die = (error: FunctionError) => {
        this.death = error;
        resolve(error);
        this.settle?.({ requestId: this.requestId, error });
      };
      child.once("exit", () => die(fatal ?? exitError(child)));
      child.once("error", ({ message }) => die({ errorType: "Runtime.StartError", errorMessage: message }));
    });
  }

  get alive(): boolean {
    return this.death === undefined;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs the handler on an event, given as JSON. Never rejects: whatever goes wrong is the outcome. */
  async invoke(payload: string): Promise<Outcome> {
    const { fn, onLine } = this.options;
    const requestId = randomUUID();
    const patience = Math.max(initMilliseconds, fn.timeoutSeconds * 1000);
    const limit = await within(patience, this.ready);
    const initError = limit === "late" ? timedOut(requestId, patience) : limit;
    if (initError) {
      await this.kill();
      return { requestId, error: initError };
    }
    const started = performance.now();
    onLine(`START RequestId: ${requestId} Version: $LATEST`);
    const finished = new Promise<Outcome>((resolve) => {
      if (this.death) return resolve({ requestId, error: this.death });
      this.requestId = requestId;
      this.settle = resolve;
      this.result = undefined;
      this.printed = false;
      const deadline = Date.now() + fn.timeoutSeconds * 1000;
      this.child.send({ requestId, payload, deadline, functionArn: fn.arn }, () => {});
    });
    let outcome = await within(fn.timeoutSeconds * 1000, finished);
    this.settle = undefined;
    if (outcome === "late") {
      await this.kill();
      outcome = { requestId, error: timedOut(requestId, fn.timeoutSeconds * 1000) };
    }
    if ("error" in outcome && outcome.error.errorType !== "Error")
      onLine(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    const milliseconds = performance.now() - started;
    onLine(
      `REPORT RequestId: ${requestId} Duration: ${milliseconds.toFixed(2)} ms Memory Size: ${fn.memoryMegabytes} MB`,
    );
    return outcome;
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    if (this.death) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }

  private onLine(line: string): void {
    if (line === "") return;
    this.options.onLine(line);
    if (!line.startsWith("END RequestId: ")) return;
    this.printed = true;
    this.finish();
  }

  /** An invocation has ended when both its answer and all that it printed are here. */
  private finish(result: Outcome | undefined = this.result): void {
    this.result = result;
    if (result && this.printed) this.settle?.(result);
  }
}

function exitError({ exitCode, signalCode }: ChildProcess): FunctionError {
  const how = signalCode ? `signal: ${signalCode}` : `exit status ${exitCode}`;
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `Runtime exited ${exitCode === 0 ? "without providing a reason" : `with error: ${how}`}`,
  };
}

function timedOut(requestId: string, milliseconds: number): FunctionError {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`,
  };
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { isObject } from "@streaming-data-lake/terraform/values";
import { encodeFrame, type Frame, FrameError, FrameReader } from "./frames";
import { LineSplitter } from "./lines";
import { endGroup, watchGroup } from "./process-group";

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What came of an invocation. The payload is the response as JSON. */
export type Outcome = {
  readonly requestId: string;
  /** What the execution environment has held at most until then; unknown where its process has ended. */
  readonly maxMemoryMegabytes?: number;
} & ({ readonly payload: string } | { readonly error: FunctionError });

export interface WorkerOptions {
  readonly fn: LambdaFunction;
  readonly environment: Readonly<Record<string, string>>;
  readonly taskRoot: string;
  /** What the function prints, line by line. */
  readonly onLines: (lines: readonly string[]) => void;
  /** Called when the function can't be initialized. */
  readonly onInitError?: (error: FunctionError) => void;
}

/** An invocation that is under way. It has ended when both its answer and all that it has printed are here. */
export interface InvokeOptions {
  /** Whether the handler is told that no time is left, each time that it asks but the first. @default false */
  readonly outOfTime?: boolean;
}

interface Invocation {
  readonly requestId: string;
  readonly settle: (outcome: Outcome) => void;
  answer?: Outcome;
  printed: boolean;
  silent: boolean;
  /** Until the answer the function's time limit, then the wait for what it has printed. */
  timer: NodeJS.Timeout;
}

/**
 * A function has ten seconds to initialize; if it takes longer, Lambda does it again at the first invocation with the
 * function's own timeout: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const initMilliseconds = 10_000;

/** A response of 6 MB, or an error with its trace; the bootstrap refuses a larger one. */
const maxMessageBytes = 8 * 1024 * 1024;

/** So long the runner waits for the end of what was printed, when nothing comes any more. Milliseconds. */
const silence = 1_000;

/**
 * One execution environment of a function: a process that handles one invocation at a time and is kept for the
 * next. A timeout, a crash or `process.exit` ends it; the next invocation begins with a new one. What it has started
 * ends with it.
 *
 * Nothing that comes from it is trusted: it may print without end, and write whatever it likes to the runner's pipe.
 */
export class FunctionWorker {
  /** Those that it has had. */
  invocations = 0;
  private readonly child: ChildProcess;
  private readonly channel: Socket | undefined;
  /** Resolves when the function is initialized, or with why its process has ended. */
  private readonly ready: Promise<FunctionError | undefined>;
  /** Why the process has ended. No promise: what awaits one that lasts as long as the process keeps each payload. */
  private death: FunctionError | undefined;
  private becomeReady: (error?: FunctionError) => void = () => {};
  /** Why the process is about to end, as far as it has told, or as the runner has decided. */
  private fatal: FunctionError | undefined;
  private invocation: Invocation | undefined;
  private isReady = false;
  /** It is ended from here. */
  private isKilled = false;

  constructor(private readonly options: WorkerOptions) {
    const { fn, environment, taskRoot } = options;
    const [command, ...args] = commandOf(fn);
    this.child = spawn(command, args, {
      cwd: taskRoot,
      env: environment,
      // A Ctrl-C in the terminal is for the runner; the worker goes on while it drains.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const { child } = this;
    if (child.pid !== undefined) watchGroup(child.pid);
    this.channel = (child.stdio?.[3] ?? undefined) as Socket | undefined;
    this.ready = new Promise((resolve) => {
      this.becomeReady = resolve;
    });
    readOutput(child.stdout, (lines) => this.onOutput(lines));
    readOutput(child.stderr, (lines) => this.options.onLines(lines));
    if (this.channel) this.readChannel(this.channel);
    child.once("exit", () => this.die(this.fatal ?? exitError(child)));
    child.once("error", ({ message }) =>
      this.die({ errorType: "Runtime.StartError", errorMessage: message }),
    );
  }

  get alive(): boolean {
    return this.death === undefined && this.fatal === undefined;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs the handler on an event, given as JSON. Never rejects: whatever goes wrong is the outcome. */
  async invoke(payload: string, { outOfTime = false }: InvokeOptions = {}): Promise<Outcome> {
    const { fn, onLines } = this.options;
    const requestId = randomUUID();
    this.invocations++;
    const initError = await this.initialized(requestId);
    if (initError) {
      await this.kill();
      return { requestId, error: initError };
    }
    const started = performance.now();
    onLines([`START RequestId: ${requestId} Version: $LATEST`]);
    const outcome = await this.run(requestId, payload, outOfTime);
    // What the handler itself has raised, its process has printed.
    if ("error" in outcome && !this.alive)
      onLines([`${outcome.error.errorType}: ${outcome.error.errorMessage}`]);
    const milliseconds = performance.now() - started;
    const memory = [`Memory Size: ${fn.memoryMegabytes} MB`];
    if (outcome.maxMemoryMegabytes !== undefined)
      memory.push(`Max Memory Used: ${outcome.maxMemoryMegabytes} MB`);
    onLines([`REPORT RequestId: ${requestId} Duration: ${milliseconds.toFixed(2)} ms ${memory.join(" ")}`]);
    return outcome;
  }

  /** Ends the process and what it has started, at once. */
  async kill(): Promise<void> {
    if (this.death || this.child.pid === undefined) return;
    this.isKilled = true;
    const exited = once(this.child, "exit");
    endGroup(this.child.pid);
    await exited;
  }

  private async initialized(requestId: string): Promise<FunctionError | undefined> {
    const patience = Math.max(initMilliseconds, this.options.fn.timeoutSeconds * 1000);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<FunctionError>((resolve) => {
      timer = setTimeout(() => resolve(timedOut(requestId, patience)), patience);
    });
    try {
      return await Promise.race([this.ready, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private run(requestId: string, payload: string, outOfTime: boolean): Promise<Outcome> {
    const { fn } = this.options;
    const milliseconds = fn.timeoutSeconds * 1000;
    return new Promise((settle) => {
      if (this.death) return settle({ requestId, error: this.death });
      const timer = setTimeout(() => this.end(timedOut(requestId, milliseconds)), milliseconds);
      this.invocation = { requestId, settle, printed: false, silent: false, timer };
      const head = { requestId, milliseconds, functionArn: fn.arn, outOfTime };
      this.channel?.write(encodeFrame(head, payload));
    });
  }

  private settle(outcome: Outcome): void {
    const { invocation } = this;
    this.invocation = undefined;
    clearTimeout(invocation?.timer);
    invocation?.settle(outcome);
  }

  /** Ends the process for a reason of the runner's, or one that it has told. */
  private end(reason: FunctionError): void {
    this.fatal ??= reason;
    void this.kill();
  }

  private die(error: FunctionError): void {
    if (this.death) return;
    this.death = error;
    // What it has started is left behind.
    if (this.child.pid !== undefined) endGroup(this.child.pid);
    this.channel?.destroy();
    this.becomeReady(error);
    if (!this.isReady && (!this.isKilled || this.fatal)) this.options.onInitError?.(error);
    const { invocation } = this;
    if (invocation) this.settle(invocation.answer ?? { requestId: invocation.requestId, error });
  }

  private onOutput(lines: readonly string[]): void {
    const { invocation } = this;
    this.options.onLines(lines.filter((line) => line !== ""));
    if (!invocation) return;
    if (lines.includes(`END RequestId: ${invocation.requestId}`)) invocation.printed = true;
    if (!invocation.answer) return;
    invocation.silent = false;
    if (invocation.printed) this.settle(invocation.answer);
    else invocation.timer.refresh();
  }

  private onAnswer(invocation: Invocation, answer: Outcome): void {
    clearTimeout(invocation.timer);
    invocation.answer = answer;
    if (invocation.printed) this.settle(answer);
    // A function may have closed its output, or have put another in its place.
    else {
      invocation.timer = setTimeout(() => {
        // What has come in meanwhile is read before an immediate.
        const { timer } = invocation;
        invocation.silent = true;
        setImmediate(() => {
          if (this.invocation !== invocation) return;
          if (invocation.silent) this.settle(answer);
          else timer.refresh();
        });
      }, silence);
    }
  }

  private onMessage({ head, body }: Frame): void {
    const { type, requestId, maxRSS } = isObject(head) ? head : {};
    const told = {
      requestId: String(requestId),
      ...(typeof maxRSS === "number" && { maxMemoryMegabytes: Math.ceil(maxRSS / 1024) }),
    };
    const { invocation } = this;
    if (type === "ready") {
      this.isReady = true;
      this.becomeReady();
    } else if (type === "fatal") this.end(readError(body));
    else if (!invocation || requestId !== invocation.requestId || invocation.answer)
      throw new FrameError("an answer to what was not asked");
    else if (type === "result") this.onAnswer(invocation, { ...told, payload: body });
    else if (type === "error") this.onAnswer(invocation, { ...told, error: readError(body) });
    else throw new FrameError("a message of no known type");
  }

  private readChannel(channel: Socket): void {
    const reader = new FrameReader(maxMessageBytes);
    channel.on("data", (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) this.onMessage(frame);
      } catch (error) {
        this.end(malformed((error as Error).message));
      }
    });
    // The end of the process closes it too, and tells more.
    channel.on("close", () => setTimeout(() => this.end(malformed("its end")), silence).unref());
    channel.on("error", () => {});
  }
}

/** The machine's own Node.js or Python, whatever version the function's runtime names. */
function commandOf({ runtime, memoryMegabytes }: LambdaFunction): readonly [string, ...string[]] {
  if (runtime.startsWith("python")) return ["python3", "-u", join(__dirname, "bootstrap.py")];
  const heap = `--max-old-space-size=${Math.max(64, Math.floor(memoryMegabytes * 0.9))}`;
  return [process.execPath, heap, join(__dirname, "bootstrap.mjs")];
}

function readOutput(output: Readable | null, onLines: (lines: readonly string[]) => void): void {
  const splitter = new LineSplitter();
  output?.on("data", (chunk: Buffer) => onLines(splitter.push(chunk)));
  output?.on("end", () => onLines(splitter.end()));
  output?.on("error", () => {});
}

function readError(body: string): FunctionError {
  let error: unknown;
  try {
    error = JSON.parse(body);
  } catch {
    error = undefined;
  }
  const { errorType, errorMessage } = isObject(error) ? error : {};
  return { errorType: String(errorType ?? "Error"), errorMessage: String(errorMessage ?? "") };
}

function malformed(what: string): FunctionError {
  return {
    errorType: "Runtime.MalformedMessage",
    errorMessage: `the runner's pipe, file descriptor 3, brought ${what}`,
  };
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

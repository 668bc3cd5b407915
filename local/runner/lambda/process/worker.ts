import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import { encodeFrame, FrameError, FrameReader, type MessageFrame } from "./frames";
import { LineSplitter } from "./lines";
import { endGroup, watchGroup } from "./process-group";

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The outcome of an invocation. The payload is the response as JSON. */
export type InvocationOutcome = {
  readonly requestId: string;
  /** Largest memory use of the execution environment so far; absent when its process has ended. */
  readonly maxMemoryMegabytes?: number;
} & ({ readonly payload: string } | { readonly error: FunctionError });

export interface WorkerOptions {
  readonly fn: LambdaFunction;
  readonly environment: Readonly<Record<string, string>>;
  readonly taskRoot: string;
  /** Called with what the function prints, line by line. */
  readonly onLines: (lines: readonly string[]) => void;
  /** Called when the function can't be initialized. */
  readonly onInitError?: (error: FunctionError) => void;
}

/** An invocation in progress. It ends when both its response and all of its output have arrived. */
export interface InvokeOptions {
  /** Whether the handler is told that no time is left, from the second time on that it asks. @default false */
  readonly outOfTime?: boolean;
}

interface Invocation {
  readonly requestId: string;
  readonly settle: (outcome: InvocationOutcome) => void;
  answer?: InvocationOutcome;
  printed: boolean;
  silent: boolean;
  /** The function's timeout until the response arrives; after that, the wait for its output. */
  timer: NodeJS.Timeout;
}

/**
 * Time limit for initialization. If a function takes longer, Lambda repeats the initialization at the first invocation
 * with the function's own timeout:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const initMilliseconds = 10_000;

/** Largest message: a response of 6 MB, or an error with its stack trace. The bootstrap refuses larger responses. */
const maxMessageBytes = 8 * 1024 * 1024;

/** Time without output after which the runner stops waiting for the end of the output. Milliseconds. */
const silence = 1_000;

/**
 * One execution environment of a function: a process that handles one invocation at a time and is reused. A timeout, a
 * crash or `process.exit` ends it, and the next invocation starts a new one. The processes that it has started end with
 * it.
 *
 * Nothing that it sends is trusted: it may print without end, and write anything to the runner's pipe.
 */
export class FunctionWorker {
  /** Number of invocations so far. */
  invocations = 0;
  private readonly child: ChildProcess;
  private readonly channel: Socket | undefined;
  /** Resolves when the function is initialized, or with the reason why its process has ended. */
  private readonly ready: Promise<FunctionError | undefined>;
  /**
   * Why the process has ended. This is not a promise, because a promise that lives as long as the process would retain
   * the payload of every invocation that awaits it.
   */
  private death: FunctionError | undefined;
  private becomeReady: (error?: FunctionError) => void = () => {};
  /** Why the process is about to end, as it has reported or as the runner has decided. */
  private fatal: FunctionError | undefined;
  private invocation: Invocation | undefined;
  private isReady = false;
  /** Whether the runner is ending the process. */
  private isKilled = false;

  constructor(private readonly options: WorkerOptions) {
    const { fn, environment, taskRoot } = options;
    const [command, ...args] = commandOf(fn);
    this.child = spawn(command, args, {
      cwd: taskRoot,
      env: environment,
      // A Ctrl-C in the terminal is meant for the runner. The worker continues while the runner drains.
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

  /** Invokes the handler with an event in JSON. Never rejects: any failure is part of the outcome. */
  async invoke(payload: string, { outOfTime = false }: InvokeOptions = {}): Promise<InvocationOutcome> {
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
    // The process itself prints errors that the handler has thrown.
    if ("error" in outcome && !this.alive)
      onLines([`${outcome.error.errorType}: ${outcome.error.errorMessage}`]);
    const milliseconds = performance.now() - started;
    const memory = [`Memory Size: ${fn.memoryMegabytes} MB`];
    if (outcome.maxMemoryMegabytes !== undefined)
      memory.push(`Max Memory Used: ${outcome.maxMemoryMegabytes} MB`);
    onLines([`REPORT RequestId: ${requestId} Duration: ${milliseconds.toFixed(2)} ms ${memory.join(" ")}`]);
    return outcome;
  }

  /** Ends the process and all processes that it has started, immediately. */
  async kill(): Promise<void> {
    if (this.death || this.child.pid === undefined) return;
    this.isKilled = true;
    const exited = once(this.child, "exit");
    endGroup(this.child.pid);
    await exited;
  }

  private async initialized(requestId: string): Promise<FunctionError | undefined> {
    const limit = Math.max(initMilliseconds, this.options.fn.timeoutSeconds * 1000);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<FunctionError>((resolve) => {
      timer = setTimeout(() => resolve(timedOut(requestId, limit)), limit);
    });
    try {
      return await Promise.race([this.ready, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private run(requestId: string, payload: string, outOfTime: boolean): Promise<InvocationOutcome> {
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

  private settle(outcome: InvocationOutcome): void {
    const { invocation } = this;
    this.invocation = undefined;
    clearTimeout(invocation?.timer);
    invocation?.settle(outcome);
  }

  /** Ends the process, for a reason of the runner or one that the process has reported. */
  private end(reason: FunctionError): void {
    this.fatal ??= reason;
    void this.kill();
  }

  private die(error: FunctionError): void {
    if (this.death) return;
    this.death = error;
    // The processes that it has started are still there and have to be ended.
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

  private onAnswer(invocation: Invocation, answer: InvocationOutcome): void {
    clearTimeout(invocation.timer);
    invocation.answer = answer;
    if (invocation.printed) this.settle(answer);
    // The function may have closed or replaced its output, so the end of the output may never arrive.
    else {
      invocation.timer = setTimeout(() => {
        // A setImmediate callback runs after the output that has arrived in the meantime was read.
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

  private onMessage({ head, body }: MessageFrame): void {
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
    // The channel also closes when the process ends, which gives a better reason, so that event is awaited first.
    channel.on("close", () => setTimeout(() => this.end(malformed("its end")), silence).unref());
    channel.on("error", () => {});
  }
}

/**
 * The command that runs a function: this machine's Node.js or Python, whatever version the function's runtime names.
 */
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
  const error = jsonValueOf(body);
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

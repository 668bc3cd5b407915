import { existsSync } from "node:fs";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { AccessDenied, type Authorize } from "../access/control";
import type { FunctionCalls } from "../access/lambda";
import { retry } from "../lifecycle/retry";
import { linkRuntimeModules, unpackFunction, unpackLayers } from "./archive";
import { type FunctionApi, functionEnvironment } from "./process/environment";
import { FunctionLog } from "./process/function-log";
import {
  type FunctionError,
  FunctionWorker,
  type InvocationOutcome,
  type InvokeOptions,
} from "./process/worker";

export interface RuntimeOptions {
  readonly fn: LambdaFunction;
  readonly region: string;
  /** The runner's folder. Archives are unpacked and logs are written in it. */
  readonly dir: string;
  readonly kinesisEndpoint: string;
  readonly firehoseEndpoint?: string | undefined;
  readonly api?: FunctionApi;
  /** Called with the lines of the function's log. */
  readonly onLog: (functionName: string, lines: readonly string[]) => void;
  readonly onTrouble: (message: string) => void;
  readonly abort: AbortSignal;
  /** The calls that Lambda makes with the execution role. @default - they are not checked */
  readonly calls?: FunctionCalls;
  readonly authorize?: Authorize;
}

/** Observes one invocation. */
export interface InvocationReader {
  readonly onLines?: (lines: readonly string[]) => void;
  readonly onStart?: (coldStart: boolean) => void;
}

/**
 * A function that can be invoked any number of times in parallel. Each invocation has an execution environment to
 * itself, and environments are reused.
 */
export class FunctionRuntime {
  private readonly idle: FunctionWorker[] = [];
  private readonly workers = new Set<FunctionWorker>();
  private readonly log: FunctionLog;
  private taskRoot = "";
  private layerRoot: string | undefined;
  private hasToldInitError = false;
  private isClosed = false;
  /** The listener for the current invocation of each worker. */
  private readonly readers = new Map<FunctionWorker, (lines: readonly string[]) => void>();
  /** What the role may not write, so that it is reported only once. */
  private readonly missing = new Set<string>();

  constructor(private readonly options: RuntimeOptions) {
    const { fn, dir, onTrouble } = options;
    this.unpack();
    this.log = new FunctionLog(inside(dir, "logs", `${fileName(fn.name)}.log`), onTrouble);
  }

  /** Starts an execution environment before the first event arrives. */
  warm(): void {
    if (this.isClosed || this.workers.size > 0) return;
    try {
      this.idle.push(this.start());
    } catch {
      // The first invocation tries again and reports the error.
    }
  }

  /** @throws AccessDenied when Lambda may not assume the execution role, or the role may not use the function's key. */
  checkRole(): void {
    const { authorize, calls } = this.options;
    authorize?.(...(calls?.start ?? []));
  }

  /**
   * @param onLines Called with what the invocation prints.
   * @param onStart Called with whether it is the first invocation of its execution environment.
   * @throws the reason of the abort.
   */
  async invoke(
    payload: string,
    { onLines, onStart, ...options }: InvokeOptions & InvocationReader = {},
  ): Promise<InvocationOutcome> {
    const { fn, abort, onTrouble } = this.options;
    const worker = await retry(() => this.take(), { abort, what: `can't start ${fn.name}`, onTrouble });
    if (onLines) this.readers.set(worker, onLines);
    onStart?.(worker.invocations === 0);
    const outcome = await worker.invoke(payload, options);
    this.readers.delete(worker);
    this.permitted("trace");
    if (worker.alive) this.idle.push(worker);
    else this.workers.delete(worker);
    return outcome;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.workers].map((worker) => worker.kill()));
    this.log.close();
  }

  private take(): FunctionWorker {
    for (;;) {
      const worker = this.idle.pop();
      if (!worker) return this.start();
      if (worker.alive) return worker;
      this.workers.delete(worker);
    }
  }

  private start(): FunctionWorker {
    const { fn } = this.options;
    // Somebody may have deleted the unpacked files.
    if (!existsSync(this.taskRoot)) this.unpack();
    const { taskRoot, layerRoot } = this;
    const worker: FunctionWorker = new FunctionWorker({
      fn,
      taskRoot,
      environment: functionEnvironment(fn, { ...this.options, taskRoot, layerRoot }),
      onLines: (lines) => {
        this.onLines(lines);
        this.readers.get(worker)?.(lines);
      },
      onInitError: (error) => this.onInitError(error),
    });
    this.workers.add(worker);
    return worker;
  }

  private unpack(): void {
    const { fn, dir } = this.options;
    const folder = inside(dir, "functions");
    this.taskRoot = unpackFunction(fn, folder);
    this.layerRoot = unpackLayers(fn, folder);
    linkRuntimeModules(folder);
  }

  /** Reports an initialization error only once, because every invocation would fail for the same reason. */
  private onInitError({ errorType, errorMessage }: FunctionError): void {
    if (this.hasToldInitError) return;
    this.hasToldInitError = true;
    const { fn, onTrouble } = this.options;
    onTrouble(
      `${fn.address}: the function can't be initialized: ${errorType}: ${errorMessage.split("\n")[0]}`,
    );
  }

  /** Whether the role may write the log or traces. Lambda continues without them. */
  private permitted(what: "log" | "trace"): boolean {
    const { authorize, calls, fn, onTrouble } = this.options;
    try {
      authorize?.(...(calls?.[what] ?? []));
      return true;
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      if (!this.missing.has(what)) onTrouble(`${fn.name} has no ${what}: ${error.message}`);
      this.missing.add(what);
      return false;
    }
  }

  private onLines(lines: readonly string[]): void {
    if (lines.length === 0 || !this.permitted("log")) return;
    this.log.write(lines);
    this.options.onLog(this.options.fn.name, lines);
  }
}

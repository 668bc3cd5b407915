import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { AccessDenied, type Authorize } from "../access/control";
import type { FunctionCalls } from "../access/lambda";
import { unpackArchive } from "./archive";
import { functionEnvironment } from "./environment";
import { FunctionLog } from "./process/function-log";
import { FunctionWorker, type Outcome } from "./process/worker";

export interface RuntimeOptions {
  readonly fn: LambdaFunction;
  readonly region: string;
  /** The runner's folder: the archive is unpacked and the log written below it. */
  readonly dir: string;
  readonly kinesisEndpoint: string;
  /** Told the lines of the function's log. */
  readonly onLog: (functionName: string, lines: readonly string[]) => void;
  readonly onTrouble: (message: string) => void;
  /** What Lambda asks for in the execution role's name. @default - nobody is asked */
  readonly calls?: FunctionCalls;
  readonly authorize?: Authorize;
}

/**
 * A function that can be invoked, as often at once as its callers like: each invocation has an execution
 * environment to itself, and environments are reused.
 */
export class FunctionRuntime {
  private readonly idle: FunctionWorker[] = [];
  private readonly workers = new Set<FunctionWorker>();
  private readonly log: FunctionLog;
  private readonly taskRoot: string;
  /** What the role may not write. */
  private readonly missing = new Set<string>();

  constructor(private readonly options: RuntimeOptions) {
    const { fn, dir, onTrouble } = options;
    this.taskRoot = unpackArchive(fn, inside(dir, "functions"));
    this.log = new FunctionLog(inside(dir, "logs", `${fileName(fn.name)}.log`), onTrouble);
  }

  /** Starts an execution environment before the first event comes. */
  warm(): void {
    this.idle.push(this.start());
  }

  /** @throws AccessDenied when Lambda may not take on the execution role, or the role may not use the function's key. */
  checkRole(): void {
    const { authorize, calls } = this.options;
    authorize?.(...(calls?.start ?? []));
  }

  async invoke(payload: string): Promise<Outcome> {
    const worker = this.take();
    const outcome = await worker.invoke(payload);
    this.permitted("trace");
    if (worker.alive) this.idle.push(worker);
    else this.workers.delete(worker);
    return outcome;
  }

  async close(): Promise<void> {
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
    const { fn, region, kinesisEndpoint } = this.options;
    const { taskRoot } = this;
    const worker = new FunctionWorker({
      fn,
      taskRoot,
      environment: functionEnvironment(fn, { region, taskRoot, kinesisEndpoint }),
      onLines: (lines) => this.onLines(lines),
    });
    this.workers.add(worker);
    return worker;
  }

  /** Lambda goes on without a log or traces that its role may not write. */
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

import { existsSync } from "node:fs";
import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { retry } from "../lifecycle/retry";
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
  readonly abort: AbortSignal;
}

/**
 * A function that can be invoked, as often at once as its callers like: each invocation has an execution
 * environment to itself, and environments are reused.
 */
export class FunctionRuntime {
  private readonly idle: FunctionWorker[] = [];
  private readonly workers = new Set<FunctionWorker>();
  private readonly log: FunctionLog;
  private taskRoot: string;

  constructor(private readonly options: RuntimeOptions) {
    const { fn, dir, onTrouble } = options;
    this.taskRoot = this.unpack();
    this.log = new FunctionLog(inside(dir, "logs", `${fileName(fn.name)}.log`), onTrouble);
  }

  /** Starts an execution environment before the first event comes. */
  warm(): void {
    this.idle.push(this.start());
  }

  /** @throws the reason of the abort. */
  async invoke(payload: string): Promise<Outcome> {
    const { fn, abort, onTrouble } = this.options;
    const worker = await retry(() => this.take(), { abort, what: `can't start ${fn.name}`, onTrouble });
    const outcome = await worker.invoke(payload);
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
    // Someone may have deleted what was unpacked.
    if (!existsSync(this.taskRoot)) this.taskRoot = this.unpack();
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

  private unpack(): string {
    const { fn, dir } = this.options;
    return unpackArchive(fn, inside(dir, "functions"));
  }

  private onLines(lines: readonly string[]): void {
    this.log.write(lines);
    this.options.onLog(this.options.fn.name, lines);
  }
}

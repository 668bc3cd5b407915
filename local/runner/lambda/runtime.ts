import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { linkRuntimeModules, unpackFunction, unpackLayers } from "./archive";
import { functionEnvironment } from "./environment";
import { FunctionLog } from "./process/function-log";
import { type FunctionError, FunctionWorker, type Outcome } from "./process/worker";

export interface RuntimeOptions {
  readonly fn: LambdaFunction;
  readonly region: string;
  /** The runner's folder: the archive is unpacked and the log written below it. */
  readonly dir: string;
  readonly kinesisEndpoint: string;
  readonly firehoseEndpoint?: string | undefined;
  /** Told the lines of the function's log. */
  readonly onLog: (functionName: string, lines: readonly string[]) => void;
  readonly onTrouble: (message: string) => void;
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
  private readonly layerRoot: string | undefined;
  private hasToldInitError = false;

  constructor(private readonly options: RuntimeOptions) {
    const { fn, dir, onTrouble } = options;
    const folder = inside(dir, "functions");
    this.taskRoot = unpackFunction(fn, folder);
    this.layerRoot = unpackLayers(fn, folder);
    linkRuntimeModules(folder);
    this.log = new FunctionLog(inside(dir, "logs", `${fileName(fn.name)}.log`), onTrouble);
  }

  /** Starts an execution environment before the first event comes. */
  warm(): void {
    this.idle.push(this.start());
  }

  async invoke(payload: string): Promise<Outcome> {
    const worker = this.take();
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
    const { fn } = this.options;
    const { taskRoot, layerRoot } = this;
    const worker = new FunctionWorker({
      fn,
      taskRoot,
      environment: functionEnvironment(fn, { ...this.options, taskRoot, layerRoot }),
      onLines: (lines) => this.onLines(lines),
      onInitError: (error) => this.onInitError(error),
    });
    this.workers.add(worker);
    return worker;
  }

  /** Told once in the terminal: each record would fail for the same reason. */
  private onInitError({ errorType, errorMessage }: FunctionError): void {
    if (this.hasToldInitError) return;
    this.hasToldInitError = true;
    const { fn, onTrouble } = this.options;
    onTrouble(
      `${fn.address}: the function can't be initialized: ${errorType}: ${errorMessage.split("\n")[0]}`,
    );
  }

  private onLines(lines: readonly string[]): void {
    this.log.write(lines);
    this.options.onLog(this.options.fn.name, lines);
  }
}

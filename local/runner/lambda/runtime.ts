import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import type { LambdaFunction } from "@streaming-data-lake/terraform/types";
import { unpackArchive } from "./archive";
import { MetricSums } from "./embedded-metrics";
import { functionEnvironment } from "./environment";
import { FunctionWorker, type Outcome } from "./worker";

export interface RuntimeOptions {
  readonly fn: LambdaFunction;
  readonly region: string;
  /** The runner's folder: the archive is unpacked and the log written below it. */
  readonly dir: string;
  readonly kinesisEndpoint: string;
}

/**
 * A function that can be invoked, as often at once as its callers like: each invocation has an execution
 * environment to itself, and environments are reused.
 */
export class FunctionRuntime {
  private readonly sums = new MetricSums();
  /** Sums of the metrics that the function has embedded in its log, by name; live. */
  readonly metrics: ReadonlyMap<string, number> = this.sums.totals;
  private readonly idle: FunctionWorker[] = [];
  private readonly workers = new Set<FunctionWorker>();
  private readonly log: WriteStream;
  private readonly taskRoot: string;

  constructor(private readonly options: RuntimeOptions) {
    const { fn, dir } = options;
    this.taskRoot = unpackArchive(fn, join(dir, "functions"));
    mkdirSync(join(dir, "logs"), { recursive: true });
    this.log = createWriteStream(join(dir, "logs", `${fn.name}.log`), { flags: "a" });
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
    await new Promise<void>((resolve) => this.log.end(() => resolve()));
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
      onLine: (line) => this.onLine(line),
    });
    this.workers.add(worker);
    return worker;
  }

  private onLine(line: string): void {
    if (!this.log.writableEnded) this.log.write(`${line}\n`);
    this.sums.add(line);
  }
}

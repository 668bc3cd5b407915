import { Worker } from "node:worker_threads";

/**
 * Ends the process where a statement holds its only thread for too long, and names the statement: neither a time limit
 * nor a signal arrives there.
 */
export class Watchdog {
  private readonly worker: Worker;

  constructor(milliseconds: number) {
    this.worker = new Worker(watch, { eval: true, workerData: milliseconds });
    this.worker.unref();
  }

  /** Runs a question. */
  async over<Result>(sql: string, run: () => Promise<Result>): Promise<Result> {
    this.worker.postMessage(sql);
    try {
      return await run();
    } finally {
      this.worker.postMessage(undefined);
    }
  }
}

const watch = `
const { parentPort, workerData: milliseconds } = require("node:worker_threads");
let timer;
parentPort.on("message", (sql) => {
  clearTimeout(timer);
  if (sql === undefined) return;
  timer = setTimeout(() => {
    require("node:fs").writeSync(2, "does not end here within " + milliseconds + " ms: " + sql + "\\n");
    process.kill(process.pid, "SIGKILL");
  }, milliseconds);
});
`;

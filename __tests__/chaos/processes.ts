import { type ChildProcess, fork } from "node:child_process";
import { bundle } from "./bundle";
import type { Acknowledged, ProducerSettings } from "./producer-process";
import type { RunnerMessage, RunnerSettings } from "./runner-process";

/** Every process of a round, so that none is left when it ends. */
const running = new Set<ChildProcess>();

function start(script: string, settings: object): { child: ChildProcess; exited: Promise<void> } {
  const child = fork(bundle(script), [JSON.stringify(settings)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  running.add(child);
  const exited = new Promise<void>((resolve) =>
    child.once("exit", () => {
      running.delete(child);
      resolve();
    }),
  );
  return { child, exited };
}

export function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** A runner in a process of its own. */
export class RunnerProcess {
  readonly troubles: string[] = [];
  private readonly messages: RunnerMessage[] = [];
  private wake = () => {};

  private constructor(
    private readonly child: ChildProcess,
    readonly exited: Promise<void>,
  ) {
    child.on("message", (message: RunnerMessage) => {
      if ("trouble" in message) this.troubles.push(message.trouble);
      else this.messages.push(message);
      this.wake();
    });
  }

  static start(settings: RunnerSettings): RunnerProcess {
    const { child, exited } = start("runner-process.ts", settings);
    return new RunnerProcess(child, exited);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its endpoint, or the line that says why it has not started. */
  started(): Promise<{ readonly endpoint: string } | { readonly refused: string }> {
    return this.next("to start") as Promise<{ endpoint: string } | { refused: string }>;
  }

  /** The line that says which part it has lost; it ends by itself then. */
  async lost(): Promise<string> {
    const message = await this.next("to lose a part");
    await this.exited;
    return "lost" in message ? message.lost : `it has lost nothing: ${JSON.stringify(message)}`;
  }

  /** Drains it, writes its buffers and ends it; returns what does not add up. */
  async finish(): Promise<readonly string[]> {
    this.child.send("finish");
    const message = await this.next("to finish");
    await this.exited;
    if ("finished" in message) return message.finished;
    throw new Error(`the runner did not finish: ${JSON.stringify(message)}`);
  }

  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  private async next(what: string): Promise<RunnerMessage> {
    const mostMilliseconds = 120_000;
    const deadline = performance.now() + mostMilliseconds;
    let gone = false;
    void this.exited.then(() => {
      gone = true;
      this.wake();
    });
    for (;;) {
      const message = this.messages.shift();
      if (message) return message;
      if (gone) throw new Error(`the runner has ended when it was ${what}`);
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(
          `the runner took more than ${mostMilliseconds / 1000} s ${what}: ${this.troubles.join("; ")}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** A producer in a process of its own. */
export class ProducerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exited: Promise<void>,
  ) {}

  /** @param onAcknowledged Told of each record that is acknowledged. */
  static start(settings: ProducerSettings, onAcknowledged: (record: Acknowledged) => void): ProducerProcess {
    const { child, exited } = start("producer-process.ts", settings);
    child.on("message", (record) => onAcknowledged(record as Acknowledged));
    return new ProducerProcess(child, exited);
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

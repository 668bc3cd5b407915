import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/** Commands of a shell in a process group of their own, as a terminal starts them. */
export class Commands {
  output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | NodeJS.Signals | null>;
  private changed: () => void = () => {};

  constructor(text: string, folder: string) {
    // One pipe for both, so that lines come in the order in which they were written.
    this.child = spawn("sh", ["-ec", `exec 2>&1\n${text}`], {
      cwd: folder,
      env: environment(),
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      this.output += chunk;
      this.changed();
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        resolve(code ?? signal);
        this.changed();
      });
    });
  }

  /** The exit code, or the signal that ended them; they are killed when the time is over. */
  async end(milliseconds: number): Promise<number | NodeJS.Signals | null> {
    const timer = setTimeout(() => this.kill(), milliseconds);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until the output is as it should be, the commands have ended, or the time is over. */
  async until(holds: (output: string) => boolean, milliseconds: number): Promise<void> {
    const over = AbortSignal.timeout(milliseconds);
    while (!holds(this.output) && !over.aborted && this.child.exitCode === null)
      await new Promise<void>((resolve) => {
        this.changed = resolve;
        over.addEventListener("abort", () => resolve(), { once: true });
      });
  }

  /** As Ctrl-C on a terminal: every process of the group gets it. */
  interrupt(): void {
    this.signal("SIGINT");
  }

  kill(): void {
    this.signal("SIGKILL");
  }

  /** Whether a process of the group is left; a helper may end a moment after what it helped. */
  get running(): boolean {
    return this.signal(0);
  }

  private signal(signal: NodeJS.Signals | 0): boolean {
    if (this.child.pid === undefined) return false;
    try {
      return process.kill(-this.child.pid, signal);
    } catch {
      return false;
    }
  }
}

/** Runs the commands again until their output is as it should be; at the end of the time with what it was last. */
export async function repeat(
  text: string,
  folder: string,
  holds: (output: string) => boolean,
  milliseconds: number,
): Promise<Commands> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const commands = new Commands(text, folder);
    await commands.end(milliseconds);
    if (holds(commands.output) || Date.now() > end) return commands;
    await pause(500);
  }
}

/** Command lines of processes that name this, whatever their group. */
export function processesWith(text: string): string[] {
  const all = execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return all.split("\n").filter((line) => line.includes(text));
}

/** The environment of a person with no AWS account, and not of a test that npm runs. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:AWS_|CDKTF_|npm_|VITEST|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$)/i.test(name),
  );
  return { ...Object.fromEntries(own), CHECKPOINT_DISABLE: "1", NO_COLOR: "1" };
}

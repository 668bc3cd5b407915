import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../../support/program";
import { inherited } from "../support/project";

const root = join(__dirname, "../../..");

/** `npm run local`, from its first line to Ctrl-C. */
export class RunningCommand {
  private constructor(
    private readonly child: ChildProcess,
    readonly output: () => string,
  ) {}

  /** Runs a stack with a port for AWS's API. Resolves when it has printed the lines for clients. @throws Error with what it has printed, when it ends before. */
  static async start(stack: string, folder: string): Promise<RunningCommand> {
    const args = ["--stack", stack, "--dir", join(folder, ".local"), "--aws-port", "0"];
    const child = spawn(process.execPath, [...program("cli/main.ts"), ...args], {
      cwd: root,
      env: inherited(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    const command = new RunningCommand(child, () => output);
    while (!/^export .*\n/m.test(output)) {
      if (child.exitCode !== null) throw new Error(output);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return command;
  }

  /** The variables of the lines that begin with `export`. */
  exported(): Readonly<Record<string, string>> {
    const lines = this.output().match(/^export .*$/gm) ?? [];
    return Object.fromEntries(
      lines.flatMap((line) =>
        [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
      ),
    );
  }

  /** The most memory that it has had resident. MiB; undefined where the system does not tell. */
  peakMemory(): number | undefined {
    if (process.platform !== "linux") return undefined;
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** Ctrl-C, twice. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGINT");
    setTimeout(() => this.child.kill("SIGINT"), 200);
    await ended;
  }
}

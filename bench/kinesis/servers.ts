import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";
import { freePort } from "../../__tests__/support/free-port";
import { noTools, toolFile } from "../../scripts/tools";
import { RawClient } from "./client";

/** A Kinesis server in a separate process. */
export interface Server {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Folder of the server's data, which is deleted when the server is stopped. */
  readonly folder: string;
  stop(): Promise<void>;
  /** Kills the server. Its data stays until `stop` is called too. */
  kill(): Promise<void>;
}

const root = join(__dirname, "..", "..");

/** Starts our server as it is installed, which is compiled. */
export function startOurs(): Promise<Server> {
  return start("ours", (port, folder) => {
    const cli = join(folder, "cli.js");
    buildSync({
      entryPoints: [join(root, "local", "kinesis", "cli.ts")],
      outfile: cli,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "error",
    });
    return [cli, "--port", String(port), "--path", join(folder, "data"), "--transition-ms", "0"];
  });
}

/** Starts kinesalite. @returns The server; undefined when kinesalite is not installed. */
export async function startKinesalite(): Promise<Server | undefined> {
  if (noTools) return undefined;
  return start("kinesalite", (port, folder) => [
    toolFile("kinesalite", "cli.js"),
    "--port",
    String(port),
    "--path",
    folder,
    "--createStreamMs",
    "0",
    "--shardLimit",
    "100",
  ]);
}

/** Starts kinesis-local. @returns The server; undefined when kinesis-local is not installed. */
export async function startKinesisLocal(): Promise<Server | undefined> {
  const main = [process.env.KINESIS_LOCAL ?? "", join(root, "node_modules", "kinesis-local", "main.js")].find(
    (path) => path !== "" && existsSync(path),
  );
  if (!main) return undefined;
  return start(
    "kinesis-local",
    () => [main],
    (port) => ({
      KINESIS_MOCK_PLAIN_PORT: String(port),
      KINESIS_MOCK_TLS_PORT: String(port + 1),
      CREATE_STREAM_DURATION: "1ms",
      LOG_LEVEL: "ERROR",
    }),
  );
}

async function start(
  name: string,
  args: (port: number, folder: string) => readonly string[],
  environment: (port: number) => Record<string, string> = () => ({}),
): Promise<Server> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "bench-kinesis-"));
  const command = args(port, folder);
  const [script = ""] = command;
  const child = spawn(process.execPath, command, {
    // kinesis-local reads one of its files from the working directory.
    cwd: name === "kinesis-local" ? dirname(script) : root,
    env: { ...process.env, ...environment(port) },
    // kinesis-local prints many warnings about its own slowness.
    stdio: ["ignore", "ignore", name === "kinesis-local" ? "ignore" : "inherit"],
  });
  for (let attempt = 0; ; attempt++) {
    const client = new RawClient(port, 1);
    try {
      await client.json("ListStreams", {});
      break;
    } catch (error) {
      if (attempt > 400 || child.exitCode !== null) throw error;
      await sleep(25);
    } finally {
      client.close();
    }
  }
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    child.kill(signal);
    await exited;
  };
  return {
    name,
    port,
    process: child,
    folder,
    kill: () => end("SIGKILL"),
    stop: async () => {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Peak resident memory of a process in MiB; 0 if the system does not provide it. */
export function peakMemory({ process: { pid } }: Server): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Processor time that a process has used, in milliseconds; NaN if the system does not provide it. */
export function processorTime({ process: { pid } }: Server): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // The times are in ticks, of which Linux counts a hundred a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

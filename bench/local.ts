import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadStack, startRunner, synthesize } from "@streaming-data-lake/runner";
import { deliveryRate } from "./local/delivery";
import { medianLag } from "./local/lag";
import { atLeast, below, type Measurement } from "./measurement";

const root = resolve(__dirname, "..");

/** Measures the runner on this project's stack: its start, its end-to-end rate, its memory and its lag. */
export async function run(): Promise<readonly Measurement[]> {
  const stackFile = await synthesize({ folder: root });
  const single = await endToEnd(stackFile, 100_000, []);
  const aggregated = await endToEnd(stackFile, 100_000, ["--aggregate"]);
  const million = await endToEnd(stackFile, 1_000_000, ["--aggregate"]);
  const mebibytes = (bytes: number) => bytes / 1024 / 1024;
  const growth = million.peakBytes / aggregated.peakBytes;
  return [
    below("ready after synth", await readyIn(stackFile), "ms", 300),
    atLeast("delivery path alone", await deliveryRate(), "records/s", 100_000),
    below("100,000 readings, single records", single.seconds, "s", 4),
    below("100,000 readings, aggregated", aggregated.seconds, "s", 2.5),
    below("  most memory, all processes", mebibytes(single.peakBytes), "MiB", 500),
    below("1,000,000 readings, aggregated", million.seconds, "s", 30),
    below("  most memory, all processes", mebibytes(million.peakBytes), "MiB", 500),
    { what: "  against 100,000", value: growth, unit: "times" },
    below("put to handler at 500/s, median", await medianLag(), "ms", 30),
  ];
}

/** Milliseconds from reading the stack file until Kinesis takes records. */
async function readyIn(stackFile: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "bench-local-"));
  try {
    const started = performance.now();
    const runner = await startRunner({ stack: loadStack(stackFile), dir });
    const milliseconds = performance.now() - started;
    await runner.close();
    return milliseconds;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface EndToEnd {
  /** Seconds from the producer's start to the summary, which counts the readings with SQL. */
  readonly seconds: number;
  /** Peak of the resident memory of runner, function and producer together. */
  readonly peakBytes: number;
}

export async function endToEnd(
  stackFile: string,
  count: number,
  flags: readonly string[],
): Promise<EndToEnd> {
  const dir = mkdtempSync(join(tmpdir(), "bench-local-"));
  const runner = start(["cli/main.ts", "run", "--stack", stackFile, "--dir", dir, "--json"]);
  const output = text(runner);
  const memory = watchMemory();
  try {
    await appearance(join(dir, "runtime.json"));
    const started = performance.now();
    const producer = start(["producer/cli.ts", "--local", "--dir", dir, "--count", String(count), ...flags]);
    const [status] = await once(producer, "exit");
    if (status !== 0) throw new Error(`the producer ended with exit code ${status}`);
    runner.kill("SIGINT");
    const [code] = await once(runner, "exit");
    const seconds = (performance.now() - started) / 1000;
    const { delivery } = JSON.parse(await output);
    // More can be delivered than was sent, because the producer repeats a call whose answer is late, as on AWS.
    if (code !== 0 || delivery.records < count)
      throw new Error(`${count} readings were sent, ${delivery.records} delivered, exit code ${code}`);
    return { seconds, peakBytes: memory.peak() };
  } finally {
    memory.stop();
    runner.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["scripts/run.cjs", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

async function text(child: ChildProcess): Promise<string> {
  let all = "";
  for await (const chunk of child.stdout ?? []) all += chunk;
  return all;
}

async function appearance(path: string): Promise<void> {
  for (let wait = 0; wait < 200; wait++) {
    try {
      readFileSync(path);
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  throw new Error("the runner did not start");
}

/** Samples the resident memory of all descendants of this process, ten times a second. On systems but Linux it is 0. */
function watchMemory() {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, descendantBytes(process.pid));
  }, 100);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}

function descendantBytes(root: number): number {
  if (process.platform !== "linux") return 0;
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        const number = (field: string) =>
          Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
        return [{ pid: Number(name), parent: number("PPid"), bytes: number("VmRSS") * 1024 }];
      } catch {
        return [];
      }
    });
  const sum = (parent: number): number =>
    processes
      .filter((process) => process.parent === parent)
      .reduce((total, { pid, bytes }) => total + bytes + sum(pid), 0);
  return sum(root);
}

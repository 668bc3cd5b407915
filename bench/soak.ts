import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { synthesize } from "@streaming-data-lake/runner";
import { atMost, type Measurement, median } from "./measurement";

const root = resolve(__dirname, "..");

/** The soak runs only when it is named, because it takes half an hour. */
export const onlyByName = true;

const rate = 2_000;
const sampleSeconds = 5;
/** Most that memory can grow from the beginning of the second half to its end, as a ratio. */
const growthLimit = 1.05;

/** The memory of a process, in MiB. */
interface Memory {
  readonly resident: number;
  /** Part of the resident memory that the process itself has allocated: the heap, DuckDB and other libraries. */
  readonly anonymous: number;
  /** Part of the resident memory that is pages of files, which the system can take back when it needs memory. */
  readonly files: number;
}

/**
 * Runs the runner with 2,000 readings a second for 30 minutes, or for SOAK_MINUTES. Its memory must not grow in the
 * second half. Linux only.
 */
export async function run(): Promise<readonly Measurement[]> {
  if (process.platform !== "linux") throw new Error("the soak reads /proc, which is Linux's");
  const minutes = Number(process.env.SOAK_MINUTES ?? 30);
  const dir = mkdtempSync(join(tmpdir(), "bench-soak-"));
  const stack = await synthesize({ folder: root });
  const runner = start(["cli/main.ts", "run", "--stack", stack, "--dir", join(dir, ".local"), "--json"]);
  try {
    await appearance(join(dir, ".local", "runtime.json"));
    const producer = start([
      "producer/cli.ts",
      "--local",
      "--dir",
      join(dir, ".local"),
      "--continuous",
      "--rate",
      String(rate),
    ]);
    const samples = await sample(runner, minutes * 60);
    producer.kill("SIGINT");
    await once(producer, "exit");
    const stopped = once(runner, "exit");
    runner.kill("SIGINT");
    const [code] = await stopped;
    if (code !== 0) throw new Error(`the runner ended with exit code ${code}`);
    return report(samples, minutes);
  } finally {
    runner.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
}

async function sample({ pid = 0 }: ChildProcess, seconds: number): Promise<readonly Memory[]> {
  const samples: Memory[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const memory = memoryOf(pid);
    samples.push(memory);
    const [resident, anonymous, files] = [memory.resident, memory.anonymous, memory.files].map(Math.round);
    process.stderr.write(
      `${samples.length * sampleSeconds} s: ${resident} MiB, ${anonymous} its own, ${files} of files\n`,
    );
    await sleep(sampleSeconds * 1000);
  }
  return samples;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html */
function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1024;
  const resident = field("Rss");
  const anonymous = field("Anonymous");
  return { resident, anonymous, files: resident - anonymous };
}

function report(samples: readonly Memory[], minutes: number): readonly Measurement[] {
  const quarter = (index: number, value: (memory: Memory) => number) => {
    const length = Math.floor(samples.length / 4);
    return median(samples.slice(index * length, (index + 1) * length).map(value));
  };
  const growth = quarter(3, ({ anonymous }) => anonymous) / quarter(2, ({ anonymous }) => anonymous);
  const most = Math.max(...samples.map(({ resident }) => resident));
  return [
    {
      what: `resident after ${minutes} min, median of the last quarter`,
      value: quarter(3, ({ resident }) => resident),
      unit: "MiB",
    },
    { what: "  its own", value: quarter(3, ({ anonymous }) => anonymous), unit: "MiB" },
    { what: "  pages of files", value: quarter(3, ({ files }) => files), unit: "MiB" },
    { what: "  most resident", value: most, unit: "MiB" },
    atMost("its own memory, last quarter against the third", growth, "times", growthLimit),
  ];
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", ...args], { cwd: root, stdio: "ignore" });
}

async function appearance(path: string): Promise<void> {
  for (let wait = 0; wait < 1_200 && !existsSync(path); wait++) await sleep(50);
  if (!existsSync(path)) throw new Error("the runner did not start");
}

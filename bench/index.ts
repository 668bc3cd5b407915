import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { defineCommand, flag, runAlone, suggestion, UsageError } from "@streaming-data-lake/command";
import type { Measurement } from "./measurement";

/** A benchmark, which returns its measurements or prints its own report. */
interface Benchmark {
  run(): Promise<unknown>;
  /** Whether the benchmark runs only when it is named. */
  readonly onlyByName?: boolean;
}

const notBenchmarks = new Set(["index", "measurement"]);
const names = readdirSync(__dirname)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => basename(file, ".ts"))
  .filter((name) => !name.includes("-") && !notBenchmarks.has(name))
  .sort();

const benchmark = (name: string): Promise<Benchmark> => import(`./${name}.ts`);

const command = defineCommand(
  "bench",
  "npm run bench --",
  "Runs the named benchmarks, or all of them: each file bench/NAME.ts without a hyphen in its name. Those that take long " +
    "are run when they are named.",
)
  .argument("[name...]", "names of benchmarks")
  .addOption(flag("--json", "print the measurements as one JSON object"))
  .addOption(flag("--list", "list the benchmarks"));

async function run(): Promise<number> {
  const { json, list } = command.opts<{ json?: true; list?: true }>();
  const { args } = command;
  if (list) {
    for (const name of names)
      console.log((await benchmark(name)).onlyByName ? `${name} (only when it is named)` : name);
    return 0;
  }
  const unknown = args.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `there is no benchmark "${unknown}"${suggestion(unknown, names) || `; there are ${names.join(", ")}`}`,
    );
  const report: Record<string, readonly Measurement[]> = {};
  for (const name of args.length > 0 ? args : names) {
    const { run: measure, onlyByName } = await benchmark(name);
    if (onlyByName && !args.includes(name)) continue;
    process.stderr.write(`${name} ...\n`);
    const result = await measure();
    const measurements = Array.isArray(result) ? (result as readonly Measurement[]) : [];
    report[name] = measurements;
    if (!json) print(measurements);
  }
  if (json) console.log(JSON.stringify(report, undefined, 2));
  return Object.values(report).some((all) => all.some(({ reached }) => reached === false)) ? 1 : 0;
}

function print(measurements: readonly Measurement[]): void {
  const width = Math.max(0, ...measurements.map(({ what }) => what.length));
  for (const { what, value, unit, target = "", reached } of measurements) {
    const number = value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 2 : 0 });
    const verdict = reached === undefined ? "" : reached ? "ok" : "MISSED";
    console.log(
      `${what.padEnd(width)} ${number.padStart(12)} ${unit.padEnd(12)} ${target.padEnd(16)} ${verdict}`.trimEnd(),
    );
  }
}

void runAlone({ command, run });

import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { Measurement } from "./measurement";

const help = `Usage: npm run bench -- [--json] [--list] [NAME...]

Runs the named benchmarks, or all of them: each file bench/NAME.ts without a hyphen in its name. Those that take long
are run when they are named.
`;

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

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: "boolean" }, list: { type: "boolean" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help) return void process.stdout.write(help);
  if (values.list) {
    for (const name of names)
      console.log((await benchmark(name)).onlyByName ? `${name} (only when it is named)` : name);
    return;
  }
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown) throw new Error(`There is no benchmark ${unknown}; there are ${names.join(", ")}`);
  const report: Record<string, readonly Measurement[]> = {};
  for (const name of positionals.length > 0 ? positionals : names) {
    const { run, onlyByName } = await benchmark(name);
    if (onlyByName && !positionals.includes(name)) continue;
    process.stderr.write(`${name} ...\n`);
    const result = await run();
    const measurements = Array.isArray(result) ? (result as readonly Measurement[]) : [];
    report[name] = measurements;
    if (!values.json) print(measurements);
  }
  if (values.json) console.log(JSON.stringify(report, undefined, 2));
  if (Object.values(report).some((all) => all.some(({ reached }) => reached === false))) process.exitCode = 1;
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

main().catch((error: Error) => {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
});

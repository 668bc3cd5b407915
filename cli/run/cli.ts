import { resolve } from "node:path";
import type { Counters } from "@streaming-data-lake/runner/counters";
import { countRows, runNamedQueries } from "@streaming-data-lake/runner/queries";
import { type Runner, startRunner } from "@streaming-data-lake/runner/runner";
import { findRunner, getJson } from "@streaming-data-lake/runner/runtime-file";
import {
  findDiscrepancies,
  renderSummary,
  type Summary,
  summarize,
} from "@streaming-data-lake/runner/summary";
import { loadStack, type Stack, StackError } from "@streaming-data-lake/terraform";
import { synthesize } from "@streaming-data-lake/terraform/synth";
import { renderView, type Screen, showLive } from "../view";
import { type Arguments, parseArguments, usage } from "./arguments";
import { drain } from "./drain";
import { resetFolder } from "./reset";
import { renderRuns, runRollUp } from "./roll-up";

async function main(args: Arguments): Promise<number> {
  if (args.command === "help") {
    console.log(usage);
    return 0;
  }
  if (args.command === "rollup") return showRollUp(args);
  return args.command === "status" ? showStatus(args) : run(args);
}

async function showRollUp(args: Arguments): Promise<number> {
  const runs = await runRollUp(args);
  console.log(args.json ? JSON.stringify(runs) : renderRuns(runs, process.stdout.columns ?? 120));
  return 0;
}

async function showStatus({ dir, json }: Arguments): Promise<number> {
  const runtime = await findRunner(resolve(dir));
  if (!runtime) throw new StackError(`no runner is running on ${resolve(dir)}`);
  const status = await getJson(runtime.status);
  if (json) console.log(JSON.stringify({ ...runtime, ...(status as object) }, null, 2));
  else console.log(renderView(reviveMetrics(status as Counters), Date.now()).join("\n"));
  return 0;
}

function reviveMetrics(counters: Counters): Counters {
  const mappings = counters.mappings.map((mapping) => ({
    ...mapping,
    metrics: new Map(Object.entries(mapping.metrics)),
  }));
  return { ...counters, mappings };
}

async function run(args: Arguments): Promise<number> {
  const stop = stopSignals();
  const file = args.stack ?? (await synthesize());
  const stack = loadStack(file);
  if (args.reset) await resetFolder(resolve(args.dir));
  const started = performance.now();
  let screen: Screen = { line: (text) => console.error(text), stop: () => {} };
  const runner = await startRunner({ ...args, stack, onTrouble: (message) => screen.line(message) });
  try {
    for (const line of greeting(stack, runner)) screen.line(line);
    if (!stop.asked) screen = showLive(runner.counters);
    await stop.first;
    screen.line(
      "draining: every record is processed and delivered (Ctrl-C again to leave it to the next run)",
    );
    const drained = await drain(runner, stop.second);
    await runner.flush();
    screen.stop();
    screen = { line: (text) => console.error(text), stop: () => {} };
    if (!drained) console.error("not drained: the next run goes on where this one stopped");
    const summary = await sumUp(stack, runner, (performance.now() - started) / 1000);
    console.log(args.json ? JSON.stringify(summary) : renderSummary(summary));
    const discrepancies = drained ? findDiscrepancies(runner.counters) : [];
    for (const discrepancy of discrepancies) console.error(`counts do not add up: ${discrepancy}`);
    return drained && discrepancies.length === 0 ? 0 : 1;
  } finally {
    screen.stop();
    await runner.close();
  }
}

interface StopSignals {
  readonly asked: boolean;
  readonly first: Promise<void>;
  /** Aborted by the second signal. */
  readonly second: AbortSignal;
}

function stopSignals(): StopSignals {
  const second = new AbortController();
  let count = 0;
  let latest = 0;
  let first = () => {};
  const asked = new Promise<void>((done) => {
    first = done;
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      // One Ctrl-C arrives twice when npm passes on what the terminal has sent to both.
      const again = performance.now() - latest < 500;
      latest = performance.now();
      if (count === 0) first();
      else if (!again) second.abort();
      count++;
    });
  return {
    get asked() {
      return count > 0;
    },
    first: asked,
    second: second.signal,
  };
}

function greeting(stack: Stack, { endpoint, region, dir }: Runner): string[] {
  return [
    ...stack.unsupported.map((sentence) => `not run here: ${sentence}`),
    `running on ${dir}; Ctrl-C drains, writes the buffers and sums up. For the aws CLI, boto3 and other clients:`,
    `export AWS_ENDPOINT_URL_KINESIS=${endpoint}`,
    `export AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
  ];
}

async function sumUp(stack: Stack, runner: Runner, seconds: number): Promise<Summary> {
  const answers = await runNamedQueries(stack, runner.lakeFolder);
  for (const answer of answers)
    if ("error" in answer) console.error(`query ${answer.query.name}: ${answer.error}`);
  return summarize({ counters: runner.counters, queries: countRows(answers), seconds });
}

async function start(): Promise<void> {
  try {
    process.exitCode = await main(parseArguments(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

void start();

import { resolve } from "node:path";
import type { Counters } from "@streaming-data-lake/runner/counters";
import { countRows, runNamedQueries } from "@streaming-data-lake/runner/queries";
import { findDiscrepancies, leftUndone } from "@streaming-data-lake/runner/reconciliation";
import { type Runner, startRunner } from "@streaming-data-lake/runner/runner";
import { findRunner, getJson } from "@streaming-data-lake/runner/runtime-file";
import { abortable } from "@streaming-data-lake/runner/signal";
import { type RunSummary, renderSummary, summarize } from "@streaming-data-lake/runner/summary";
import { loadStack, type Stack, StackError } from "@streaming-data-lake/terraform";
import { synthesize } from "@streaming-data-lake/terraform/synth";
import { anyAborted, stopSignals } from "../stop-signals";
import { renderView, type Screen, showLive } from "../view";
import { type Arguments, parseArguments, usage } from "./arguments";
import { resetFolder } from "./reset";
import { renderRuns, runRollUp } from "./roll-up";
import { shutDown } from "./shut-down";

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
  else console.log(renderView(status as Counters, Date.now()).join("\n"));
  return 0;
}

async function run(args: Arguments): Promise<number> {
  let undone = (): readonly string[] => [];
  const stop = stopSignals(() => tellUndone(undone()));
  const file = args.stack ?? (await synthesize({ signal: stop.first }));
  const stack = loadStack(file);
  if (args.reset) await resetFolder(args.dir);
  const started = performance.now();
  let screen: Screen = { line: (text) => console.error(text), stop: () => {} };
  const runner = await startRunner({
    ...args,
    stack,
    signal: stop.first,
    onTrouble: (message) => screen.line(message),
  });
  undone = () => leftUndone(runner.counters);
  try {
    for (const line of greeting(stack, runner)) screen.line(line);
    if (!stop.first.aborted) screen = showLive(runner.counters);
    await anyAborted(stop.first, runner.lost);
    if (!runner.lost.aborted)
      screen.line(
        "draining: every record is processed and delivered (Ctrl-C again to leave it to the next run)",
      );
    const complete = await shutDown(runner, stop.second);
    screen.stop();
    screen = { line: (text) => console.error(text), stop: () => {} };
    if (runner.lost.aborted) console.error((runner.lost.reason as Error).message);
    if (!complete) tellUndone(undone());
    if (stop.second.aborted) return 1;
    const seconds = (performance.now() - started) / 1000;
    const summary = await abortable(sumUp(stack, runner, seconds), stop.second);
    console.log(args.json ? JSON.stringify(summary) : renderSummary(summary));
    const discrepancies = complete ? findDiscrepancies(runner.counters) : [];
    for (const discrepancy of discrepancies) console.error(`counts do not add up: ${discrepancy}`);
    return complete && discrepancies.length === 0 ? 0 : 1;
  } finally {
    screen.stop();
    await runner.close();
  }
}

function tellUndone(sentences: readonly string[]): void {
  for (const sentence of sentences) console.error(`left undone: ${sentence}`);
  console.error("not drained: the next run goes on where this one stopped");
}

function greeting(stack: Stack, { endpoint, region, dir }: Runner): string[] {
  return [
    ...stack.unsupported.map((sentence) => `not run here: ${sentence}`),
    `running on ${dir}; Ctrl-C drains, writes the buffers and sums up. For the aws CLI, boto3 and other clients:`,
    `export AWS_ENDPOINT_URL_KINESIS=${endpoint}`,
    `export AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
  ];
}

async function sumUp(stack: Stack, runner: Runner, seconds: number): Promise<RunSummary> {
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

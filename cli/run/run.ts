import type { IamMode } from "@streaming-data-lake/runner/access/control";
import { countRows, runNamedQueries } from "@streaming-data-lake/runner/queries";
import { findDiscrepancies, leftUndone } from "@streaming-data-lake/runner/reconciliation";
import { type Runner, startRunner } from "@streaming-data-lake/runner/runner";
import { abortable } from "@streaming-data-lake/runner/signal";
import { type RunSummary, renderSummary, summarize } from "@streaming-data-lake/runner/summary";
import type { Stack } from "@streaming-data-lake/terraform";
import { openStack } from "@streaming-data-lake/terraform/open-stack";
import { writableFolder } from "../folder";
import { type Screen, showLive } from "../output/view";
import { anyAborted, stopSignals } from "../stop-signals";
import { resetFolder } from "./reset";
import { shutDown } from "./shut-down";

/** The flags of `npm run local`. */
export interface RunOptions {
  readonly stack?: string;
  readonly dir: string;
  readonly port?: number;
  readonly kinesisEndpoint?: string;
  readonly enforceLimits?: true;
  readonly iam: IamMode;
  readonly reset?: true;
  readonly json?: true;
}

/** @returns The exit code. */
export async function run(args: RunOptions): Promise<number> {
  let undone = (): readonly string[] => [];
  const stop = stopSignals(() => tellUndone(undone()));
  const { stack } = await openStack({
    path: args.stack,
    signal: stop.first,
    note: (line) => console.error(`run: ${line}`),
  });
  const dir = writableFolder(args.dir);
  if (args.reset) await resetFolder(dir);
  const started = performance.now();
  let screen: Screen = { line: (text) => console.error(text), stop: () => {} };
  const runner = await startRunner({
    ...args,
    dir,
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

function greeting(stack: Stack, { access, endpoint, region, dir }: Runner): string[] {
  return [
    ...stack.unsupported.map((sentence) => `not run here: ${sentence}`),
    ...access.notes.map((sentence) => `not decided here: ${sentence}`),
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

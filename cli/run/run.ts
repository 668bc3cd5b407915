import { existsSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { type AwsEndpoint, openEndpoint } from "@streaming-data-lake/aws";
import { type Console, openConsole, type Simulator } from "@streaming-data-lake/console";
import type { IamMode } from "@streaming-data-lake/runner/access/control";
import { checkArchives } from "@streaming-data-lake/runner/lambda/archive";
import { countRows, runNamedQueries } from "@streaming-data-lake/runner/queries";
import { findDiscrepancies, leftUndone } from "@streaming-data-lake/runner/reconciliation";
import { renderSummary } from "@streaming-data-lake/runner/render-summary";
import { type Runner, startRunner } from "@streaming-data-lake/runner/runner";
import { type RunSummary, summarize } from "@streaming-data-lake/runner/summary";
import type { Stack } from "@streaming-data-lake/terraform";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { FileTimes } from "@streaming-data-lake/terraform/files";
import { abortable } from "@streaming-data-lake/timing";
import { writableFolder } from "../folder";
import { openInBrowser } from "../output/browser";
import { type Screen, showLive } from "../output/view";
import { type OpenedStack, openStackOf, sourceOf } from "../stack";
import { anyAborted, type StopSignals, stopSignals } from "../stop-signals";
import { defaultAwsPort, defaultConsolePort } from "./default-ports";
import { resetFolder } from "./reset";
import { shutDown } from "./shut-down";
import { openOn } from "./usual-port";
import { look, nextChange } from "./watch";

/**
 * How much garbage can accumulate, in percent of the memory in use. By default V8 lets it grow to several times that,
 * because most programs do not run for days beside other work.
 */
const garbagePercent = 30;

/** The flags of `npm run local`. */
export interface RunOptions {
  readonly stack?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly dir: string;
  readonly port?: number;
  readonly awsPort?: number;
  readonly fallbackEndpoint?: string;
  /** Whether the console's page is served. */
  readonly console: boolean;
  readonly consolePort?: number;
  /** Opens the console's page in a browser. */
  readonly open?: boolean;
  readonly kinesisEndpoint?: string;
  readonly enforceLimits?: true;
  readonly watch?: true;
  readonly iam: IamMode;
  readonly reset?: true;
  readonly json?: true;
}

/** A running stack, with the servers and the screen that show it. */
interface Running {
  readonly opened: OpenedStack;
  readonly stack: Stack;
  readonly runner: Runner;
  readonly aws: AwsEndpoint;
  readonly console: Console | undefined;
  readonly simulatorFor: SimulatorFor | undefined;
  /** Modification times of the stack's files when it was opened, or when they were last checked. */
  seen: FileTimes;
  screen: Screen;
}

const plainScreen: Screen = { line: (text) => console.error(text), stop: () => {} };

const namedStack = ({ stack, plan, state }: RunOptions) => ({
  ...(stack !== undefined && { stack }),
  ...(plan !== undefined && { plan }),
  ...(state !== undefined && { state }),
});

/** Finds a simulator that sends records like those of a stack's producers; undefined when there is none. */
export type SimulatorFor = (stack: Stack, runner: Runner) => Promise<Simulator | undefined>;

/** @returns The exit code. */
export async function run(args: RunOptions, simulatorFor?: SimulatorFor): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${garbagePercent}`);
  let running: Running | undefined;
  let isTold = false;
  // Both the regular end and the forced end of a process that takes too long call this. Only the first call prints.
  const tellUndone: TellUndone = (goesOn = true) => {
    if (isTold) return;
    isTold = true;
    for (const sentence of running ? leftUndone(running.runner.counters) : [])
      console.error(`left undone: ${sentence}`);
    if (goesOn) console.error("not drained: the next run goes on where this one stopped");
  };
  const stop = stopSignals(tellUndone);
  const open = () =>
    openStackOf(namedStack(args), { signal: stop.first, note: (line) => console.error(`run: ${line}`) });
  const opened = await open();
  const dir = writableFolder(args.dir);
  if (args.reset) await resetFolder(dir);
  const started = performance.now();
  const tell = (message: string) => running?.screen.line(message);
  const aws = await openOn(args.awsPort, defaultAwsPort, (port) =>
    openEndpoint({
      port,
      fallback: args.fallbackEndpoint,
      onTrouble: tell,
      onLost: ({ message }) => tell(`the port of AWS's API has ended: ${message}`),
    }),
  );
  let page: Console | undefined;
  try {
    page = args.console
      ? await openOn(args.consolePort, defaultConsolePort, (port) =>
          openConsole({
            port,
            tokenFile: join(dir, "console-token"),
            onTrouble: tell,
            onLost: ({ message }) => tell(`the console's port has ended: ${message}`),
          }),
        )
      : undefined;
    const doors: Doors = { aws, console: page, simulatorFor };
    running = await begin(opened, { ...args, dir }, doors, stop);
    for (const line of greeting(running)) running.screen.line(line);
    if (args.open && page && !(await openInBrowser(page.url)))
      running.screen.line("no browser could be opened: open the console's URL yourself");
    for (;;) {
      if (!stop.first.aborted) running.screen = showLive(running.runner.counters);
      const changed = await untilStopOrChange(args, running, stop);
      if (changed === undefined) break;
      running = await takeUp(changed, running, { args: { ...args, dir }, stop, open });
    }
    return await end(args, running, { stop, started, tellUndone });
  } finally {
    running?.screen.stop();
    await page?.close();
    await aws.close();
    await running?.runner.close();
  }
}

/** What clients and people use to reach the running stack: AWS's APIs, the console and its simulator. */
type Doors = Pick<Running, "aws" | "console" | "simulatorFor">;

async function begin(
  opened: OpenedStack,
  args: RunOptions & { readonly firehosePort?: number },
  { aws, console: page, simulatorFor }: Doors,
  stop: StopSignals,
  before?: Stack,
): Promise<Running> {
  const { stack } = opened;
  // The files are looked at before the runner starts, so that a change during the start is noticed as well.
  const seen = args.watch ? look(namedStack(args), stack) : new Map();
  for (const sentence of stack.unsupported)
    if (!before?.unsupported.includes(sentence)) console.error(`not run here: ${sentence}`);
  for (const sentence of stack.notes)
    if (!before?.notes.includes(sentence)) console.error(`run all the same: ${sentence}`);
  const running: { screen: Screen } = { screen: plainScreen };
  const runner = await startRunner({
    ...args,
    stack,
    source: sourceOf(args),
    ...(opened.folderPlan && { folderPlan: opened.folderPlan }),
    signal: stop.first,
    onTrouble: (message) => running.screen.line(message),
    api: aws.functionApi,
    journal: page !== undefined,
  });
  const world = await aws.answerFor(opened, runner);
  const simulator = page && (await simulatorFor?.(stack, runner));
  page?.show(world, { aws: aws.url, ...(simulator && { simulator }) });
  return Object.assign(running, { opened, stack, runner, aws, console: page, simulatorFor, seen });
}

/** @returns The paths of the changed files; undefined when the runner should end. */
async function untilStopOrChange(
  args: RunOptions,
  { runner, stack, seen }: Running,
  stop: StopSignals,
): Promise<readonly string[] | undefined> {
  const ended = anyAborted(stop.first, runner.lost);
  if (!args.watch) {
    await ended;
    return undefined;
  }
  const watching = new AbortController();
  const changed = nextChange(namedStack(args), stack, seen, watching.signal);
  await Promise.race([ended, changed]);
  watching.abort();
  const paths = await changed;
  return stop.first.aborted || runner.lost.aborted ? undefined : paths;
}

interface TakeUpOptions {
  readonly args: RunOptions;
  readonly stop: StopSignals;
  readonly open: () => Promise<OpenedStack>;
}

/** Runs a changed stack in place of the running one. If the changed stack can't be run, the old one keeps running. */
async function takeUp(
  changed: readonly string[],
  running: Running,
  { args, stop, open }: TakeUpOptions,
): Promise<Running> {
  running.screen.stop();
  running.screen = plainScreen;
  const [first = "", ...others] = changed;
  const what = others.length === 0 ? first : `${first} and ${others.length} more`;
  running.seen = look(namedStack(args), running.stack);
  let next: OpenedStack;
  try {
    next = await open();
    // This is checked before the running stack is stopped. That stack uses the same archives, so it could not restart
    // if one of them were missing.
    checkArchives(next.stack);
  } catch (error) {
    stop.first.throwIfAborted();
    console.error(`${what} changed, but can't be read: ${(error as Error).message.split("\n")[0]}`);
    return running;
  }
  const { endpoint, firehoseEndpoint } = running.runner;
  running.console?.pause();
  await running.aws.pause();
  await running.runner.close();
  const port = portOf(endpoint);
  const again = {
    ...args,
    ...(args.kinesisEndpoint === undefined && port !== undefined && { port }),
    ...(firehoseEndpoint !== undefined && { firehosePort: portOf(firehoseEndpoint) ?? 0 }),
  };
  try {
    const begun = await begin(next, again, running, stop, running.stack);
    console.error(`reloaded: ${what}; what is counted begins anew`);
    return begun;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(`${what} changed, but can't be run: ${error.message}; the previous stack keeps running`);
    return begin(running.opened, again, running, stop, running.stack);
  }
}

const portOf = (url: string): number | undefined => Number(new URL(url).port) || undefined;

/** Prints, at the first call, what is left undone and whether the next run continues with it. */
type TellUndone = (goesOn?: boolean) => void;

interface EndOptions {
  readonly stop: StopSignals;
  /** Time at which the run started, as returned by `performance.now`. Milliseconds. */
  readonly started: number;
  readonly tellUndone: TellUndone;
}

/** Ends a run: drains the stream, writes the buffers and prints the summary. @returns The exit code. */
async function end(
  args: RunOptions,
  running: Running,
  { stop, started, tellUndone }: EndOptions,
): Promise<number> {
  const { runner, stack } = running;
  if (!runner.lost.aborted)
    running.screen.line(
      "draining: every record is processed and delivered (Ctrl-C again to leave it to the next run)",
    );
  const complete = await shutDown(runner, stop.second);
  running.screen.stop();
  running.screen = plainScreen;
  if (runner.lost.aborted) console.error((runner.lost.reason as Error).message);
  // The message about the loss already says what the next run does.
  if (!complete) tellUndone(!runner.lost.aborted);
  // Checks the runner's folder, not the lake's: a stack without a delivery or a bucket never has a folder of the lake.
  if (stop.second.aborted || !existsSync(runner.dir)) return 1;
  const seconds = (performance.now() - started) / 1000;
  const summary = await abortable(sumUp(stack, runner, seconds), stop.second);
  console.log(args.json ? JSON.stringify(summary) : renderSummary(summary));
  if (cameToNothing(runner))
    for (const sentence of stack.unsupported) console.error(`not run here: ${sentence}`);
  const discrepancies = complete ? findDiscrepancies(runner.counters) : [];
  for (const discrepancy of discrepancies) console.error(`counts do not add up: ${discrepancy}`);
  return complete && discrepancies.length === 0 ? 0 : 1;
}

/** Whether nothing was processed and nothing delivered. */
function cameToNothing({ counters: { mappings, deliveries } }: Runner): boolean {
  return (
    mappings.every(({ succeeded }) => succeeded === 0) &&
    deliveries.every(({ delivered, rejected }) => delivered + rejected === 0)
  );
}

function greeting({ aws, console: page, runner: { access, region, dir } }: Running): string[] {
  const regions = `AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`;
  return [
    ...access.notes.map((sentence) => `not decided here: ${sentence}`),
    ...(page ? [`console: ${page.url}`] : []),
    `running on ${dir}; Ctrl-C drains, writes the buffers and sums up`,
    "for the aws command, boto3 and other clients:",
    `export AWS_ENDPOINT_URL=${aws.url} ${regions} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
  ];
}

async function sumUp(stack: Stack, runner: Runner, seconds: number): Promise<RunSummary> {
  const answers = await runNamedQueries(stack, runner.lakeFolder);
  for (const answer of answers) {
    const told = "error" in answer ? [answer.error] : answer.result.statistics.notes;
    for (const sentence of told) console.error(`query ${answer.query.name}: ${sentence}`);
  }
  return summarize({ counters: runner.counters, queries: countRows(answers), seconds });
}

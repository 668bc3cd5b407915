import { relative } from "node:path";
import { encodeReading, partitionKeyField } from "@streaming-data-lake/dataset";
import { labQueries } from "@streaming-data-lake/dataset/queries";
import { simulateReadings } from "@streaming-data-lake/dataset/simulate";
import { KinesisProducer, type ProducerRecord } from "@streaming-data-lake/producer";
import {
  type AnsweredQuery,
  countRows,
  findDiscrepancies,
  type Runner,
  runNamedQueries,
  startRunner,
  summarize,
} from "@streaming-data-lake/runner";
import type { IamMode } from "@streaming-data-lake/runner/access/control";
import { plural } from "@streaming-data-lake/runner/format";
import { leftUndone } from "@streaming-data-lake/runner/reconciliation";
import { openStack } from "@streaming-data-lake/terraform/open-stack";
import { abortable } from "@streaming-data-lake/timing";
import { untilStuck } from "../run/until-stuck";
import { sourceOf } from "../stack";
import { findReadingDiscrepancies, type ReadingSummary, summarizeReadings } from "./readings";
import type { Stages } from "./stages";

export interface PipelineRun {
  readonly summary: ReadingSummary;
  readonly answers: readonly AnsweredQuery[];
  /** Readings in the lake, including those of earlier runs in the folder. */
  readonly readingsInLake: number;
  /** The alarms that began or ended, one line each. */
  readonly alarms: readonly string[];
  /** What went wrong and which counts do not add up, one sentence each; empty when all is well. */
  readonly problems: readonly string[];
}

export interface PipelineOptions {
  /** Number of readings to send. */
  readonly count: number;
  /** Folder for everything that the runner writes. */
  readonly dir: string;
  /** Whether the stack's policies are enforced. @default "enforce" */
  readonly iam?: IamMode;
  /** Records what happens to each reading, so that a console can show it. @default false */
  readonly journal?: boolean | undefined;
  /** Stops the run, which first ends everything that it has started. */
  readonly signal: AbortSignal;
  readonly stages: Stages;
}

/** Gives up when no record has moved on for this time, as when a role is denied what it needs. Milliseconds. */
const stallMilliseconds = 20_000;

/** Runs the project's stack on this machine: sends readings, has all of them processed, and runs the lab's queries. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineRun> {
  const { count, dir, iam, journal, signal, stages } = options;
  const started = performance.now();
  let stop = signal;
  const stage = <T>(name: string, work: () => Promise<T>, describe: (result: T) => string) =>
    stages.run(name, () => abortable(work(), stop), describe);

  const { stack } = await stage(
    "synthesize",
    () => openStack({ signal }),
    ({ path, reason }) => (reason === undefined ? `${relative("", path)} is up to date` : relative("", path)),
  );
  const [stream] = stack.streams;
  const troubles: string[] = [];
  const alarms: string[] = [];
  const runner = await stages.run(
    "start",
    () =>
      startRunner({
        stack,
        dir,
        source: sourceOf({}),
        iam,
        journal,
        signal,
        onTrouble: (message) => troubles.push(message),
        onAlarm: (message) => alarms.push(message),
      }),
    ({ endpoint }) => `Kinesis at ${endpoint}, files in ${dir}`,
  );
  stop = AbortSignal.any([signal, runner.lost]);
  try {
    stop.throwIfAborted();
    const streamName = stream?.name ?? "";
    const now = Date.now();
    await stage(
      "produce",
      () => send(runner, streamName, readingsUpTo(now, count), stop),
      () => `${plural(count, "reading")} sent to ${streamName}`,
    );
    const sumUp = (queries: ReadingSummary["queries"]) =>
      summarizeReadings(
        summarize({ counters: runner.counters, queries, seconds: (performance.now() - started) / 1000 }),
      );
    await stage(
      "process",
      () => untilStuck(runner, (abort) => runner.drain(abort), { abort: stop, stallMilliseconds }),
      () => {
        const { processed, invalid, failed, alerts } = sumUp({}).lambda;
        return `${processed} processed, ${invalid} invalid, ${failed} failed; ${alerts} above the threshold`;
      },
    );
    await stage(
      "deliver",
      () => untilStuck(runner, (abort) => runner.flush(abort), { abort: stop, stallMilliseconds }),
      () => {
        const { records, parquetObjects, rawObjects, errorObjects } = sumUp({}).delivery;
        return `${plural(records, "reading")} in ${parquetObjects} Parquet, ${rawObjects} raw and ${errorObjects} error objects`;
      },
    );
    await stage(
      "rollup",
      () => runner.rollup({ hours: hoursOf(count, now) }),
      (runs) =>
        `${plural(
          runs.reduce((sum, { rows }) => sum + rows, 0),
          "row",
        )} by sensor and hour`,
    );
    const answers = await stage(
      "query",
      () =>
        runNamedQueries({ ...stack, namedQueries: stack.namedQueries.filter(isLabQuery) }, runner.lakeFolder),
      (all) => `${all.length} questions answered`,
    );
    const summary = sumUp(countRows(answers));
    return {
      summary,
      answers,
      readingsInLake: readingsIn(answers),
      alarms,
      problems: [
        ...troubles,
        ...leftUndone(runner.counters).map((sentence) => `left undone: ${sentence}`),
        ...problemsOf(summary, answers),
        ...findDiscrepancies(runner.counters),
        ...findReadingDiscrepancies(runner.counters),
      ],
    };
  } finally {
    await runner.close();
  }
}

/** The number of readings in the lake. The query of averages counts them, because it reads all of them. */
function readingsIn(answers: readonly AnsweredQuery[]): number {
  return answers
    .flatMap((answer) =>
      "result" in answer && answer.query.name === "average-temperature-by-sensor" ? answer.result.rows : [],
    )
    .reduce((sum, { readings }) => sum + Number(readings), 0);
}

function isLabQuery({ name }: { readonly name: string }): boolean {
  return labQueries.some((query) => query.name === name);
}

async function send(
  runner: Runner,
  streamName: string,
  records: Iterable<ProducerRecord>,
  signal: AbortSignal,
): Promise<void> {
  const producer = new KinesisProducer({
    streamName,
    signal,
    region: runner.region,
    endpoint: runner.endpoint,
    // The embedded Kinesis takes smaller calls than AWS and does not throttle.
    maxBatchBytes: 4 * 1024 * 1024,
    shardLimits: false,
  });
  try {
    for await (const { error } of producer.sendAll(records)) if (error) throw error;
  } finally {
    await producer.close();
  }
}

/** Milliseconds between two readings: ten sensors take one reading a second each. */
const intervalMs = 100;
/** Seed of the simulated readings. Four of its first hundred are above 30 degrees, so that each query has an answer. */
const seed = 9;

const startOf = (now: number, count: number) => now - (count - 1) * intervalMs;

/** Generates `count` readings, the last of which is taken at `now`. */
function* readingsUpTo(now: number, count: number): Generator<ProducerRecord> {
  const readings = simulateReadings({ seed, intervalMs, start: new Date(startOf(now, count)) });
  for (let sent = 0; sent < count; sent++) {
    const reading = readings.next().value;
    yield { partitionKey: reading[partitionKeyField], data: encodeReading(reading) };
  }
}

/** The hours in which these readings were taken. */
function hoursOf(count: number, now: number): Date[] {
  const hour = 3_600_000;
  const first = Math.floor(startOf(now, count) / hour);
  const last = Math.floor(now / hour);
  return Array.from({ length: last - first + 1 }, (_, at) => new Date((first + at) * hour));
}

function problemsOf({ lambda }: ReadingSummary, answers: readonly AnsweredQuery[]): string[] {
  const problems = answers.flatMap((answer) =>
    "error" in answer ? [`query ${answer.query.name}: ${answer.error}`] : [],
  );
  if (lambda.failed > 0)
    problems.push(`${lambda.failed} readings were discarded: see dead-letters.ndjson and logs/`);
  return problems;
}

import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Io, UserError } from "@streaming-data-lake/command";
import { KinesisProducer } from "@streaming-data-lake/producer";
import { openStack } from "@streaming-data-lake/terraform/open-stack";
import { setupOf } from "../cost/setup";
import { writableFolder } from "../folder";
import { type Check, exact, reconcile } from "./checks";
import { costOf } from "./cost";
import { freeHour } from "./hour";
import type { Observed } from "./observed";
import { type VerifiedPipeline, verifiedPipelineOf } from "./pipeline";
import { type MarkedReadings, markedReadings } from "./readings";
import { renderVerification, type Verification } from "./report";
import { Looking } from "./seen";

/** The flags of `npm run verify`. */
export interface VerifyOptions {
  readonly aws?: true;
  readonly stack?: string;
  readonly dir: string;
  readonly count: number;
  readonly wrong: number;
  /** Seconds to wait for the results. */
  readonly wait?: number;
  readonly json?: true;
}

/** @returns The exit code: 0 when all checks pass, otherwise 1. */
export async function verify(options: VerifyOptions, io: Io): Promise<number> {
  const { stdout, stderr, signal } = io;
  const note = (line: string) => void stderr.write(`verify: ${line}\n`);
  const folder = options.aws ? undefined : writableFolder(options.dir);
  const opened = await openStack({ path: options.stack, signal, note });
  const pipeline = verifiedPipelineOf(opened);
  const observed =
    folder === undefined
      ? (await import("./aws/observed.js")).observeAws(pipeline, io)
      : await (await import("./runner.js")).observeRunner(pipeline, {
          dir: options.dir,
          folder,
          signal,
          note,
        });
  try {
    const progress = (line: string) => void (options.json ? stderr : stdout).write(`${line}\n`);
    progress(`${options.count} readings to ${observed.place}, ${options.wrong} of them wrong on purpose`);
    const checks = await run(observed, pipeline, options, { signal, progress });
    const verification: Verification = {
      ...checks,
      place: observed.place,
      cost: costOf(setupOf(opened), { count: options.count, scans: checks.scans, looks: checks.looks }),
    };
    stdout.write(
      options.json
        ? `${JSON.stringify(verification)}\n`
        : renderVerification(verification, stdout.columns ?? 120),
    );
    return verification.checks.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await observed.close();
  }
}

interface Running {
  readonly signal: AbortSignal;
  /** Called with the progress, one line at a time. */
  readonly progress: (line: string) => void;
}

async function run(
  observed: Observed,
  pipeline: VerifiedPipeline,
  { count, wrong, wait = longestWait(pipeline) }: VerifyOptions,
  { signal, progress }: Running,
): Promise<Pick<Verification, "mark" | "checks" | "seconds"> & { scans: readonly number[]; looks: number }> {
  const started = performance.now();
  await observed.ready();
  const mark = `verify-${randomBytes(4).toString("hex")}`;
  const hour = await freeHour(observed, pipeline, new Date());
  const time = hour ?? new Date(Date.now() - count);
  const readings = markedReadings({ mark, count, wrong, time, alertThreshold: pipeline.alertThreshold });
  await send(observed, pipeline, readings, signal);
  progress(`sent as ${mark}; now they are looked for`);

  const looking = new Looking(observed, pipeline, mark);
  const until = performance.now() + wait * 1000;
  let checks: Check[];
  let looks = 0;
  for (;;) {
    await observed.deliverNow();
    checks = reconcile(readings.expected, await looking.look(), pipeline.alarms);
    looks++;
    if (checks.every(({ ok }) => ok) || performance.now() > until) break;
    await delay(observed.lookAgain, undefined, { signal });
  }
  checks.push(
    await tableCheck(observed, pipeline),
    ...(await rollupChecks(observed, looking, readings, hour)),
  );
  const seconds = (performance.now() - started) / 1000;
  return { mark, checks, seconds, scans: looking.scans, looks };
}

/** Twice the longest buffer, and the time that CloudWatch takes to show a metric. Seconds. */
const longestWait = ({ delivery }: VerifiedPipeline): number =>
  2 * Math.max(delivery.destination.bufferSeconds, delivery.backup?.bufferSeconds ?? 0) + 600;

/** @throws UserError when a record could not be sent to the stream. */
async function send(
  observed: Observed,
  { stream }: VerifiedPipeline,
  { records }: MarkedReadings,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const producer = new KinesisProducer({
    ...observed.target,
    streamName: stream.name,
    signal: AbortSignal.any([signal, failed.signal, ...(observed.lost ? [observed.lost] : [])]),
  });
  try {
    for await (const { error } of producer.sendAll(records)) {
      if (!error) continue;
      failed.abort();
      await observed.counts();
      throw new UserError(`${stream.name}: ${error.message}`);
    }
  } finally {
    await producer.close();
  }
}

async function tableCheck(observed: Observed, { stack }: VerifiedPipeline): Promise<Check> {
  const astray: string[] = [];
  for (const { database, name, columns, partitionKeys } of stack.tables) {
    const wanted = [...columns, ...partitionKeys].map((column) => column.name);
    const found = await observed.columns(database, name);
    if (found?.join() !== wanted.join()) astray.push(`${name}: ${found?.join(", ") ?? "missing"}`);
  }
  const { length } = stack.tables;
  return exact(
    "tables with the stack's columns",
    length,
    length - astray.length,
    astray.join("; ") || undefined,
  );
}

async function rollupChecks(
  observed: Observed,
  looking: Looking,
  { expected }: MarkedReadings,
  hour: Date | undefined,
): Promise<Check[]> {
  const last = await observed.lastRollup();
  const scheduled: Check = {
    what: "last roll-up before",
    expected: "SUCCEEDED",
    found: last ?? "none yet",
    ok: last === undefined || last === "SUCCEEDED",
  };
  if (!hour)
    return [
      { ...scheduled, note: "the roll-up has all hours of the day, so that none was free to run it for" },
    ];
  const { bytesScanned } = await observed.rollup(hour);
  looking.scans.push(bytesScanned);
  const { readings, outOfRange } = await looking.rollup(hour);
  const hourName = `of ${hour.toISOString().slice(0, 13)}:00`;
  return [
    scheduled,
    exact(`readings in the roll-up ${hourName}`, expected.rollup, readings),
    exact("rows that it counts as out of range", expected.outOfRange, outOfRange),
  ];
}

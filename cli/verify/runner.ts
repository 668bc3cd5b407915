import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@streaming-data-lake/command";
import { readingMetrics } from "@streaming-data-lake/dataset/metrics";
import { openLake, type ScheduleRun } from "@streaming-data-lake/lake";
import { objectPath } from "@streaming-data-lake/lake/paths";
import type { Counters } from "@streaming-data-lake/runner/counters";
import { type Runner, startRunner } from "@streaming-data-lake/runner/runner";
import { findRunner, getJson, isRunning, requestRollup } from "@streaming-data-lake/runner/runtime-file";
import { abortable } from "@streaming-data-lake/timing";
import { answerOf } from "../running";
import { clockSlack, foldersSince, unpacked } from "./objects";
import type { Counts, Observed } from "./observed";
import type { VerifiedPipeline } from "./pipeline";

export interface RunnerPlace {
  /** The runner's folder, as it was given. */
  readonly dir: string;
  /** Absolute path of the same folder, which can be written. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called with each problem that the runner reports, one line each. */
  readonly note: (line: string) => void;
}

/**
 * Observes the pipeline on this machine. It uses the runner that is running on the folder. If there is none, it starts
 * one for the verification, and then need not wait for the buffers' intervals.
 *
 * @throws UserError when the folder's runner runs another stack or ends meanwhile; StackError when none can be started.
 */
export async function observeRunner(
  pipeline: VerifiedPipeline,
  { dir, folder, signal, note }: RunnerPlace,
): Promise<Observed> {
  const running = await findRunner(folder);
  if (running && !running.streams.includes(pipeline.stream.name))
    throw new UserError(`the runner on ${dir} has no stream ${pipeline.stream.name}: it runs another stack`);
  if (running) {
    const ended = new AbortController();
    const watch = setInterval(() => {
      if (!isRunning(running)) ended.abort();
    }, 500);
    return observe(pipeline, {
      place: `the runner on ${dir} (pid ${running.pid})`,
      folder,
      endpoint: running.endpoint,
      counters: () => answerOf(running, getJson(running.status)) as Promise<Counters>,
      deliverNow: async () => {},
      rollup: (hours) => answerOf(running, requestRollup(running.status, hours), "did not roll up"),
      lost: ended.signal,
      close: async () => clearInterval(watch),
    });
  }
  const { stack } = pipeline;
  const runner: Runner = await startRunner({
    stack,
    dir: folder,
    signal,
    onTrouble: note,
    onAlarm: () => {},
  });
  const stop = AbortSignal.any([signal, runner.lost]);
  return observe(pipeline, {
    place: `a runner on ${dir}`,
    folder,
    endpoint: runner.endpoint,
    counters: async () => runner.counters,
    deliverNow: async () => {
      await abortable(runner.drain(stop), stop);
      await abortable(runner.flush(stop), stop);
    },
    rollup: (hours) => runner.rollup({ hours }),
    lost: runner.lost,
    close: () => runner.close(),
  });
}

interface Observable {
  readonly place: string;
  readonly folder: string;
  readonly endpoint: string;
  counters(): Promise<Counters>;
  deliverNow(): Promise<void>;
  rollup(hours: readonly Date[]): Promise<readonly ScheduleRun[]>;
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

async function observe(pipeline: VerifiedPipeline, runner: Observable): Promise<Observed> {
  const { stack, delivery } = pipeline;
  const lakeFolder = join(runner.folder, "lake");
  const lake = await openLake(stack, lakeFolder);
  let since = Date.now();
  let before: Counts & { readonly failed: number } = { incoming: 0, processed: 0, rejected: 0, failed: 0 };
  const counted = async () => countedBy(pipeline, await runner.counters());
  return {
    place: runner.place,
    target: {
      region: stack.region,
      endpoint: runner.endpoint,
      // The embedded Kinesis takes smaller calls than AWS and does not throttle.
      maxBatchBytes: 4 * 1024 * 1024,
      shardLimits: false,
    },
    lost: runner.lost,
    lookAgain: 1_000,
    async ready() {
      await runner.deliverNow();
      before = await counted();
      since = Date.now();
    },
    deliverNow: () => runner.deliverNow(),
    async counts() {
      const { incoming, processed, rejected } = await counted();
      return {
        incoming: incoming - before.incoming,
        processed: processed - before.processed,
        rejected: rejected - before.rejected,
      };
    },
    async deadLetters() {
      const { queues } = await runner.counters();
      const messages = queues.reduce((sum, queue) => sum + queue.messages, 0);
      return { messages, records: (await counted()).failed - before.failed };
    },
    async alarms() {
      const { alarms } = await runner.counters();
      return new Map(alarms.map(({ name, state }) => [name, state]));
    },
    async columns(database, table) {
      const { rows } = await lake.query(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
        [database, table],
      );
      return rows.map(({ column_name }) => String(column_name));
    },
    async *objects(zone) {
      const { bucket, prefix, errorOutputPrefix } =
        (zone === "raw" ? delivery.backup : delivery.destination) ?? delivery.destination;
      const prefixes = foldersSince(zone === "raw" ? prefix : errorOutputPrefix, new Date(since), new Date());
      for (const start of prefixes) {
        const folder = objectPath(lakeFolder, bucket, start.replace(/\/?[^/]*$/, ""));
        yield* writtenSince(
          folder,
          objectPath(lakeFolder, bucket, start.replace(/\/$/, "")),
          since - clockSlack,
        );
      }
    },
    async query(sql) {
      const { rows, statistics } = await lake.query(sql);
      return { rows, bytesScanned: statistics.bytesScanned };
    },
    async rollup(hour) {
      const [run] = await runner.rollup([hour]);
      return { rows: [], bytesScanned: run?.statistics.bytesScanned ?? 0 };
    },
    lastRollup: async () => undefined,
    async close() {
      lake.close();
      await runner.close();
    },
  };
}

function countedBy({ stream, function: fn }: VerifiedPipeline, { streams, functions, mappings }: Counters) {
  const metrics = functions.find(({ name }) => name === fn.name)?.metrics ?? {};
  return {
    incoming: streams.find(({ name }) => name === stream.name)?.acknowledged ?? 0,
    processed: metrics[readingMetrics.processed]?.sum ?? 0,
    rejected: metrics[readingMetrics.rejected]?.sum ?? 0,
    failed: mappings.reduce((sum, { failedUserRecords }) => sum + failedUserRecords, 0),
  };
}

/** The contents of the objects whose paths begin with `start` and that were written since a time. */
async function* writtenSince(folder: string, start: string, since: number): AsyncGenerator<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const file = join(folder, name);
    if (!file.startsWith(start)) continue;
    const found = await stat(file);
    if (found.isFile() && found.mtimeMs >= since) yield unpacked(await readFile(file));
  }
}

import { setMaxListeners } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import type { Kinesis } from "@streaming-data-lake/kinesis";
import { ownIdentity } from "@streaming-data-lake/kinesis/store/process-identity";
import type { ScheduleRun } from "@streaming-data-lake/lake";
import { inside } from "@streaming-data-lake/lake/paths";
import { StackError } from "@streaming-data-lake/terraform";
import type { FolderPlan } from "@streaming-data-lake/terraform/open-stack";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { abortable } from "@streaming-data-lake/timing";
import { AccessControl, type IamMode } from "./access/control";
import { addUsage, countedCall } from "./access/usage-file";
import { Monitoring } from "./cloudwatch/monitoring";
import type { Counters, StreamCounters } from "./counters";
import { Faults } from "./faults";
import { isSystemError } from "./files/system-error";
import type { Delivery } from "./firehose/delivery";
import type { DirectPut } from "./firehose/direct-put";
import { lockFolder } from "./folder/lock";
import { RunnerFolder } from "./folder/runner-folder";
import { rememberStack, type StackSource } from "./folder/stack-source";
import { Journal } from "./journal/journal";
import { checkArchives } from "./lambda/archive";
import type { FunctionApi } from "./lambda/environment";
import type { EventSourceMapper } from "./lambda/mapping";
import type { FunctionRuntime } from "./lambda/runtime";
import { type AlarmAction, alarmActions } from "./lifecycle/alarm-actions";
import { Closing } from "./lifecycle/closing";
import { directPut, openDeliveries } from "./lifecycle/deliveries";
import { startFunctions } from "./lifecycle/functions";
import { embeddedKinesis, remoteKinesis } from "./lifecycle/kinesis";
import { startMappers } from "./lifecycle/mappers";
import { queueCounters } from "./lifecycle/queue-counters";
import { RunStart } from "./lifecycle/run-start";
import type { ConsumerParts, ReadySource } from "./lifecycle/shared";
import { Supervisor } from "./lifecycle/supervisor";
import { publish, unpublish } from "./runtime-file";
import { type RollupOptions, Schedules } from "./schedules";
import { type RunnerStatus, serveStatus } from "./status-server";

export interface RunnerOptions {
  readonly stack: Stack;
  /** Where the stack comes from; remembered in the folder, for commands that ask about it. */
  readonly source?: StackSource;
  /** What Terraform has planned of a folder of HCL; remembered with it. */
  readonly folderPlan?: FolderPlan;
  /** Folder of everything the runner writes. It is kept: a runner that starts there again continues. @default ".local" */
  readonly dir?: string;
  /** Port of the embedded Kinesis on loopback. @default 0, any free port */
  readonly port?: number;
  /** Port of Firehose on loopback, where a delivery stream takes what is put to it. @default 0, any free port */
  readonly firehosePort?: number;
  /** URL of a Kinesis that already runs, to use instead of the embedded one. */
  readonly kinesisEndpoint?: string;
  /** Throttles each shard as AWS does: 1,000 records and 1 MiB a second. @default false */
  readonly enforceLimits?: boolean;
  /** Whether calls that the stack's policies don't allow are denied, or reported and allowed. @default "enforce" */
  readonly iam?: IamMode;
  /** Called for trouble that does not stop the runner, one line each. */
  readonly onTrouble?: (message: string) => void;
  /** Called for each alarm of the stack that begins or ends, in one line such as `ALARM dead-letters: 4 >= 1`. */
  readonly onAlarm?: (message: string) => void;
  /** Milliseconds between two looks at the counters, the alarms and the schedules. @default 1000 */
  readonly sampleMilliseconds?: number;
  /** AWS's API on this machine, for the functions' own clients. @default - Kinesis and Firehose alone */
  readonly api?: FunctionApi;
  /** Keeps what became of the last 100,000 records, on disk. @default false */
  readonly journal?: boolean;
  /** Ends the start: what was opened is closed, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Clients of CloudWatch are shown metrics of three hours, as its console shows them first. */
const askedMinutes = 180;

/** What the parts of a runner are, for those who answer AWS's API over them. */
export interface RunnerState {
  /** Undefined where the Kinesis is another one's. */
  readonly kinesis: Kinesis | undefined;
  /** What takes records that are put to a delivery stream; undefined when there is none that takes any. */
  readonly directPut: DirectPut | undefined;
  /** What invokes a function of the stack; it starts one that nothing else invokes. */
  readonly functionOf: (arn: string) => FunctionRuntime | undefined;
  readonly mappers: readonly EventSourceMapper[];
  readonly deliveries: readonly Delivery[];
  /** What became of records; undefined where it is not kept. */
  readonly journal: Journal | undefined;
  readonly monitoring: Monitoring;
  /** Notices for topics, oldest first. Publishing a notice removes it. */
  readonly alarmActions: AlarmAction[];
  readonly status: () => RunnerStatus;
}

const states = new WeakMap<Runner, RunnerState>();

/** The parts of a runner that `startRunner` has started. */
export function stateOf(runner: Runner): RunnerState {
  const state = states.get(runner);
  if (!state) throw new Error("this runner was not started here");
  return state;
}

/** A stack that runs on this machine. */
export interface Runner {
  /** URL of Kinesis, for producers and other clients. */
  readonly endpoint: string;
  /** URL of Firehose, where a delivery stream takes what producers put to it. */
  readonly firehoseEndpoint: string | undefined;
  readonly region: string;
  readonly dir: string;
  /** Folder of the buckets: an object is at `<lakeFolder>/<bucket>/<key>`. */
  readonly lakeFolder: string;
  /** Names of the streams. */
  readonly streams: readonly string[];
  /** Counts of this run, live. */
  readonly counters: Counters;
  /** What is made to fail. */
  readonly faults: Faults;
  /** What was asked for in the names of roles. */
  readonly access: AccessControl;
  /**
   * Resolves when every record that was put before this call has been processed (or discarded) by every mapping and
   * taken over by every delivery stream. Batching windows are not waited for. Never resolves while a function fails
   * and its mapping retries without end: give a signal to stop waiting. Rejects when a part is lost.
   *
   * @param options.write Whether each delivery stream also writes its buffers, as soon as it has taken over everything.
   * @default false
   */
  drain(signal?: AbortSignal, options?: { readonly write?: boolean }): Promise<void>;
  /**
   * Writes the delivery streams' buffers; resolves when the objects are in their buckets. A write that fails is tried
   * again without end: give a signal to stop waiting.
   */
  flush(signal?: AbortSignal): Promise<void>;
  /**
   * Runs the stack's scheduled queries over the lake by hand, by default for the time of each one's last run. When they are
   * due and enabled, the runner starts them by itself.
   *
   * @throws QueryError when there is none, or one is refused or fails.
   */
  rollup(times?: RollupOptions): Promise<readonly ScheduleRun[]>;
  /** Stops everything: no process, port or lock is left. What was not drained is processed by the next run. */
  close(): Promise<void>;
  /**
   * Aborted when a part is lost that can't be started again: the Kinesis, a stream that was deleted, a port. The
   * reason is a StackError that says which. Flush and close the runner then; the next one goes on.
   */
  readonly lost: AbortSignal;
}

/**
 * Runs a stack: Kinesis, its functions by their mappings, its delivery streams.
 *
 * @throws StackError (one line) when the stack has no stream, an archive is missing, the port is taken or another
 *   runner works in the folder.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { stack, onTrouble = () => {} } = options;
  if (stack.streams.length === 0 && stack.deliveryStreams.length === 0)
    throw new StackError(
      `the stack has no Kinesis stream and no delivery stream that is run here: there is nothing to run${reasons(stack)}`,
    );
  checkArchives(stack);

  const folder = RunnerFolder.claim(options.dir ?? ".local", onTrouble);
  const dir = folder.path;
  const { signal } = options;
  const supervisor = new Supervisor();
  const onLost = (what: string) => supervisor.report(what);
  const ended = new AbortController();
  // Each shard, buffer and call listens to it; Node would take more than ten for a leak.
  setMaxListeners(0, ended.signal);
  const closing = new Closing();
  const close = () => {
    supervisor.stop();
    ended.abort();
    return closing.close();
  };
  try {
    const streams: StreamCounters[] = stack.streams.map(({ name }) => ({
      name,
      acknowledged: options.kinesisEndpoint ? undefined : 0,
      bytes: 0,
      throttled: 0,
      throttledReads: 0,
    }));
    const access = new AccessControl({ stack, mode: options.iam, onTrouble });
    const actions: AlarmAction[] = [];
    const monitoring = new Monitoring({
      alarms: stack.alarms,
      functions: stack.functions.map(({ name }) => name),
      onAlarm: options.onAlarm ?? onTrouble,
      sampleMilliseconds: options.sampleMilliseconds,
      ...(options.api && { keptMinutes: askedMinutes }),
      onChange: (change) => {
        const allowed = alarmActions(stack, access, change, onTrouble);
        // Without the API, nothing publishes them.
        if (options.api) actions.push(...allowed);
      },
    });
    const faults = new Faults(onTrouble);
    const counters: {
      -readonly [Name in keyof Counters]: Counters[Name];
    } = {
      streams,
      mappings: [],
      deliveries: [],
      functions: monitoring.functions,
      queues: [],
      alarms: monitoring.alarms,
    };
    closing.add(lockFolder(dir));
    closing.add(() => {
      if (existsSync(dir)) addUsage(dir, access.usage.list());
    });
    if (options.source) rememberStack(dir, options.source, options.folderPlan);
    const lakeFolder = inside(dir, "lake");
    const journal = options.journal ? new Journal({ folder: inside(dir, "journal"), onTrouble }) : undefined;
    closing.add(() => journal?.close());
    const schedules = new Schedules({
      journal,
      stack,
      authorize: access.authorize,
      dir,
      lakeFolder,
      faults,
      onTrouble,
      onQuery: monitoring.queried.bind(monitoring),
      abort: ended.signal,
      lookMilliseconds: options.sampleMilliseconds,
    });
    closing.add(() => schedules.stop());
    const rollup: Runner["rollup"] = async (times) => {
      try {
        return await schedules.run(times);
      } finally {
        monitoring.evaluate(counters);
      }
    };
    const delivering: Delivery[] = [];
    const runnerStatus = (): RunnerStatus => ({
      pid: process.pid,
      dir,
      ...counters,
      calls: access.usage.list().map(countedCall),
    });
    const status = await serveStatus({
      status: runnerStatus,
      flush: async () => {
        await Promise.all(delivering.map((delivery) => delivery.drain(ended.signal)));
        await Promise.all(delivering.map((delivery) => delivery.flush()));
      },
      rollup,
      onLost: ({ message }) => onLost(`the status server has ended: ${message}`),
    });
    closing.add(() => status.close());

    const buckets = Object.fromEntries(stack.buckets.map(({ name }) => [name, inside(lakeFolder, name)]));
    for (const bucket of Object.values(buckets)) mkdirSync(bucket, { recursive: true });

    const shared: ConsumerParts = {
      dir,
      faults,
      monitoring,
      authorize: access.authorize,
      journal,
      readingSince: folder.readingSince.bind(folder),
      runStart: new RunStart(),
      abort: ended.signal,
      onTrouble,
      onLost,
    };
    const sources = new Map<string, ReadySource>();
    const { endpoint, open, kinesis } = options.kinesisEndpoint
      ? remoteKinesis(options.kinesisEndpoint, stack, shared, closing, signal)
      : await embeddedKinesis(options, shared, streams, sources, closing);
    closing.add(
      folder.watch(options.kinesisEndpoint === undefined, (path) => {
        onLost(`${path} was deleted while the runner worked there`);
        // Nothing can be written any more.
        if (path === dir) ended.abort(supervisor.lost.reason);
      }),
    );
    for (const stream of stack.streams) {
      const { source, streamIsNew, shards } = await open(stream);
      if (shards !== stream.shardCount && stream.mode === "PROVISIONED")
        onTrouble(
          `${stream.name} has ${shards} open shards here and ${stream.shardCount} in the stack: --reset starts over with those`,
        );
      sources.set(stream.arn, { source, streamIsNew });
    }

    const direct = await directPut(options, shared, streams, sources, closing);
    const { invokers, functionOf } = startFunctions(
      stack,
      shared,
      { kinesis: endpoint, firehose: direct?.endpoint, api: options.api },
      closing,
    );
    const mappers = startMappers(stack, shared, invokers, lakeFolder, sources, closing);
    const deliveries = await openDeliveries(stack, shared, invokers, lakeFolder, sources, closing);
    delivering.push(...deliveries);
    counters.mappings = mappers.map((mapper) => mapper.counters);
    counters.deliveries = deliveries.map((delivery) => delivery.counters);
    counters.queues = queueCounters(stack, counters.mappings, schedules);
    monitoring.start(counters);
    closing.add(() => monitoring.stop());
    schedules.start();
    const consumers = [...mappers, ...deliveries];
    await abortable(Promise.all(consumers.map((consumer) => consumer.start())), signal);

    signal?.throwIfAborted();
    const names = stack.streams.map(({ name }) => name);
    closing.add(() => unpublish(dir));
    publish(dir, {
      ...ownIdentity(),
      region: stack.region,
      endpoint,
      ...(direct && { firehoseEndpoint: direct.endpoint }),
      ...(options.api && { awsEndpoint: options.api.url }),
      streams: names,
      buckets,
      status: status.url,
    });
    // Producers need not wait for a function's process.
    for (const invoker of invokers.values()) setImmediate(() => invoker.warm());
    const { lost } = supervisor;
    const runner: Runner = {
      endpoint,
      firehoseEndpoint: direct?.endpoint,
      region: stack.region,
      dir,
      lakeFolder,
      streams: names,
      counters,
      faults,
      access,
      lost,
      drain: async (abort, { write = false } = {}) => {
        const stop = AbortSignal.any([lost, ...(abort ? [abort] : [])]);
        // Each mapping and delivery stream listens to it.
        setMaxListeners(0, stop);
        const steps = [
          ...mappers.map((mapper) => mapper.drain(stop)),
          ...deliveries.map(async (delivery) => {
            await delivery.drain(stop);
            if (write) await delivery.flush();
          }),
        ];
        await abortable(Promise.all(steps), stop);
        monitoring.evaluate(counters);
      },
      flush: async (abort) => {
        await abortable(Promise.all(deliveries.map((delivery) => delivery.flush())), abort);
        monitoring.evaluate(counters);
      },
      rollup,
      close,
    };
    states.set(runner, {
      kinesis,
      directPut: direct,
      functionOf,
      mappers,
      deliveries,
      journal,
      monitoring,
      alarmActions: actions,
      status: runnerStatus,
    });
    return runner;
  } catch (error) {
    // What failed first is what the user can fix.
    await close().catch(() => {});
    if (signal?.aborted) throw signal.reason;
    if (!isSystemError(error)) throw error;
    throw new StackError(
      error.syscall === "connect"
        ? `nothing answers at ${options.kinesisEndpoint}: ${error.message}`
        : `${dir} can't be used: ${error.message}`,
    );
  }
}

/** Why there is nothing to run, as far as the stack's reader knows. */
function reasons({ unsupported }: Stack): string {
  return unsupported.length === 0 ? "" : ` (${unsupported.slice(0, 3).join("; ")})`;
}

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
import type { Counters } from "./counters";
import { Faults } from "./faults";
import { isSystemError } from "./files/system-error";
import type { Delivery } from "./firehose/delivery";
import type { DirectPut } from "./firehose/direct-put";
import { lockFolder } from "./folder/lock";
import { RunnerFolder } from "./folder/runner-folder";
import { rememberStack, type StackSource } from "./folder/stack-source";
import { Journal } from "./journal/journal";
import { checkArchives } from "./lambda/archive";
import type { EventSourceMapper } from "./lambda/mapping";
import type { FunctionApi } from "./lambda/process/environment";
import type { FunctionRuntime } from "./lambda/runtime";
import { AlarmActions, actionsOf } from "./lifecycle/alarm-actions";
import { Closing } from "./lifecycle/closing";
import { openDeliveries } from "./lifecycle/deliveries";
import { startFunctions } from "./lifecycle/functions";
import { startMappers } from "./lifecycle/mappers";
import { queueCounters } from "./lifecycle/queue-counters";
import { RunStart } from "./lifecycle/run-start";
import type { ConsumerParts } from "./lifecycle/shared";
import { openSources } from "./lifecycle/sources";
import { Supervisor } from "./lifecycle/supervisor";
import { publish, unpublish } from "./runtime-file";
import { type RollupOptions, Schedules } from "./schedules";
import { type RunnerStatus, serveStatus } from "./status-server";

export interface RunnerOptions {
  readonly stack: Stack;
  /** Where the stack comes from. This is saved in the folder, for later commands on it. */
  readonly source?: StackSource;
  /** Terraform's plan of a folder of HCL, which is saved as well. */
  readonly folderPlan?: FolderPlan;
  /** Folder that the runner writes everything to. The next runner in the same folder continues there. @default ".local" */
  readonly dir?: string;
  /** Port of the embedded Kinesis on loopback. @default 0, any free port */
  readonly port?: number;
  /** Port of Firehose on loopback, for delivery streams with Direct PUT. @default 0, any free port */
  readonly firehosePort?: number;
  /** URL of a running Kinesis that is used instead of the embedded one. */
  readonly kinesisEndpoint?: string;
  /** Throttles each shard as AWS does: 1,000 records and 1 MiB a second. @default false */
  readonly enforceLimits?: boolean;
  /** Whether calls that the stack's policies don't allow are denied, or reported and allowed. @default "enforce" */
  readonly iam?: IamMode;
  /** Called with one line for each problem that does not stop the runner. */
  readonly onTrouble?: (message: string) => void;
  /** Called with one line, such as `ALARM dead-letters: 4 >= 1`, when an alarm of the stack goes off or ends. */
  readonly onAlarm?: (message: string) => void;
  /** Interval at which counters, alarms and schedules are evaluated. Milliseconds. @default 1000 */
  readonly sampleMilliseconds?: number;
  /** The local AWS API, for the functions' own clients. @default - functions reach only Kinesis and Firehose */
  readonly api?: FunctionApi;
  /** Whether to record on disk what became of the last 100,000 records. @default false */
  readonly journal?: boolean;
  /** Cancels the start: what was opened is closed, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long metrics are kept for clients of CloudWatch, whose console shows three hours by default. Minutes. */
const askedMinutes = 180;

/** The parts of a runner, for the implementation of the local AWS API. */
export interface RunnerState {
  /** The embedded Kinesis; undefined when `kinesisEndpoint` was given. */
  readonly kinesis: Kinesis | undefined;
  /** Firehose's API for records from producers; undefined when no delivery stream accepts Direct PUT. */
  readonly directPut: DirectPut | undefined;
  /** Returns the runtime of a function of the stack, which is started if nothing has invoked the function before. */
  readonly functionOf: (arn: string) => FunctionRuntime | undefined;
  readonly mappers: readonly EventSourceMapper[];
  readonly deliveries: readonly Delivery[];
  /** Records what became of records; undefined when this is not wanted. */
  readonly journal: Journal | undefined;
  readonly monitoring: Monitoring;
  readonly alarmActions: AlarmActions;
  readonly status: () => RunnerStatus;
}

const states = new WeakMap<Runner, RunnerState>();

/** The parts of a runner. @throws Error for a runner that `startRunner` of this process has not started. */
export function stateOf(runner: Runner): RunnerState {
  const state = states.get(runner);
  if (!state) throw new Error("this runner was not started here");
  return state;
}

/** A stack that runs on this machine. */
export interface Runner {
  /** URL of Kinesis, for producers and other clients. */
  readonly endpoint: string;
  /** URL of Firehose; undefined when no delivery stream accepts Direct PUT. */
  readonly firehoseEndpoint: string | undefined;
  readonly region: string;
  readonly dir: string;
  /** Folder of the buckets: an object is at `<lakeFolder>/<bucket>/<key>`. */
  readonly lakeFolder: string;
  /** Names of the streams. */
  readonly streams: readonly string[];
  /** Counters of this run. They change as the run goes on. */
  readonly counters: Counters;
  /** The faults that are simulated. */
  readonly faults: Faults;
  /** Decides which calls services may make in the names of roles, and records them. */
  readonly access: AccessControl;
  /**
   * Resolves when every mapping has processed or discarded every record that was put before this call, and every
   * delivery stream has buffered it. Does not wait for batching windows. Never resolves while a function fails and its
   * mapping retries without end, so pass a signal to stop waiting. Rejects when a part is lost.
   *
   * @param options.write Whether each delivery stream also writes its buffers, once it has buffered every record.
   * @default false
   */
  drain(signal?: AbortSignal, options?: { readonly write?: boolean }): Promise<void>;
  /**
   * Writes the delivery streams' buffers. Resolves when the objects are in their buckets. A write that fails is retried
   * without end, so pass a signal to stop waiting.
   */
  flush(signal?: AbortSignal): Promise<void>;
  /**
   * Runs the stack's scheduled queries now, by default for the time of each schedule's last run. The runner itself starts
   * those that are enabled when they are due.
   *
   * @throws QueryError when the stack has no scheduled query, or when a query is refused or fails.
   */
  rollup(times?: RollupOptions): Promise<readonly ScheduleRun[]>;
  /** Stops everything and leaves no process, port or lock behind. The next run processes what was not drained. */
  close(): Promise<void>;
  /**
   * Aborted when a part is lost that can't be started again: Kinesis, a stream that was deleted, or a port. The reason
   * is a StackError that says which part. Flush and close the runner then. The next runner continues where it stopped.
   */
  readonly lost: AbortSignal;
}

/**
 * Runs a stack: its Kinesis streams, its functions, its delivery streams, its schedules and its alarms.
 *
 * @throws StackError with a one-line message when the stack has nothing to run, an archive is missing, a port is taken or
 *   another runner works in the folder.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { stack, onTrouble = () => {} } = options;
  if (stack.streams.length === 0 && stack.deliveryStreams.length === 0)
    throw new StackError(
      `the stack has no Kinesis stream and no delivery stream that is run here: there is nothing to run${reasons(stack)}`,
    );
  checkArchives(stack);

  const folder = RunnerFolder.claim(options.dir ?? ".local", onTrouble);
  const supervisor = new Supervisor();
  const ended = new AbortController();
  // Every shard, buffer and call listens to this signal. Node would take more than ten listeners for a leak.
  setMaxListeners(0, ended.signal);
  const closing = new Closing();
  const close = () => {
    supervisor.stop();
    ended.abort();
    return closing.close();
  };
  try {
    return await start(options, { folder, supervisor, ended, closing, close });
  } catch (error) {
    // The first failure is the one that the user can fix.
    await close().catch(() => {});
    if (options.signal?.aborted) throw options.signal.reason;
    if (!isSystemError(error)) throw error;
    throw new StackError(
      error.syscall === "connect"
        ? `nothing answers at ${options.kinesisEndpoint}: ${error.message}`
        : `${folder.path} can't be used: ${error.message}`,
    );
  }
}

/** The folder of a runner, and what ends the runner. */
interface Life {
  readonly folder: RunnerFolder;
  readonly supervisor: Supervisor;
  /** Aborted when the runner is closed, or when nothing can be written any more. */
  readonly ended: AbortController;
  readonly closing: Closing;
  readonly close: () => Promise<void>;
}

async function start(options: RunnerOptions, life: Life): Promise<Runner> {
  const { signal, stack, onTrouble = () => {} } = options;
  const { folder, supervisor, ended, closing, close } = life;
  const { lost } = supervisor;
  const onLost = (what: string) => supervisor.report(what);
  const dir = folder.path;
  const lakeFolder = inside(dir, "lake");
  const access = new AccessControl({ stack, mode: options.iam, onTrouble });
  const alarmActions = new AlarmActions();
  const monitoring = new Monitoring({
    alarms: stack.alarms,
    functions: stack.functions.map(({ name }) => name),
    onAlarm: options.onAlarm ?? onTrouble,
    sampleMilliseconds: options.sampleMilliseconds,
    ...(options.api && { keptMinutes: askedMinutes }),
    onChange: (change) => {
      const allowed = actionsOf(stack, access, change, onTrouble);
      // Without the API, nothing publishes notifications.
      if (options.api) alarmActions.add(allowed);
    },
  });
  const faults = new Faults(onTrouble);
  closing.add(lockFolder(dir));
  closing.add(() => {
    if (existsSync(dir)) addUsage(dir, access.usage.list());
  });
  if (options.source) rememberStack(dir, options.source, options.folderPlan);
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
  const { endpoint, kinesis, directPut, sources, ...read } = await openSources(options, shared, closing);
  closing.add(
    folder.watch(kinesis !== undefined, (path) => {
      onLost(`${path} was deleted while the runner worked there`);
      // Nothing can be written any more.
      if (path === dir) ended.abort(lost.reason);
    }),
  );
  const { invokers, functionOf } = startFunctions(
    stack,
    shared,
    { kinesis: endpoint, firehose: directPut?.endpoint, api: options.api },
    closing,
  );
  const mappers = startMappers(stack, shared, invokers, lakeFolder, sources, closing);
  const deliveries = await openDeliveries(stack, shared, invokers, lakeFolder, sources, closing);
  const mappings = mappers.map((mapper) => mapper.counters);
  const counters: Counters = {
    streams: read.counters,
    mappings,
    deliveries: deliveries.map((delivery) => delivery.counters),
    functions: monitoring.functions,
    queues: queueCounters(stack, mappings, schedules),
    alarms: monitoring.alarms,
  };
  const flushAll = () => Promise.all(deliveries.map((delivery) => delivery.flush()));
  const rollup: Runner["rollup"] = async (times) => {
    try {
      return await schedules.run(times);
    } finally {
      monitoring.evaluate(counters);
    }
  };
  const status = (): RunnerStatus => ({
    pid: process.pid,
    dir,
    ...counters,
    calls: access.usage.list().map(countedCall),
  });
  const statusServer = await serveStatus({
    status,
    flush: async () => {
      await Promise.all(deliveries.map((delivery) => delivery.drain(ended.signal)));
      await flushAll();
    },
    rollup,
    onLost: ({ message }) => onLost(`the status server has ended: ${message}`),
  });
  closing.add(() => statusServer.close());
  monitoring.start(counters);
  closing.add(() => monitoring.stop());
  schedules.start();
  const consumers = [...mappers, ...deliveries];
  await abortable(Promise.all(consumers.map((consumer) => consumer.start())), signal);

  signal?.throwIfAborted();
  const streams = stack.streams.map(({ name }) => name);
  closing.add(() => unpublish(dir));
  publish(dir, {
    ...ownIdentity(),
    region: stack.region,
    endpoint,
    ...(directPut && { firehoseEndpoint: directPut.endpoint }),
    ...(options.api && { awsEndpoint: options.api.url }),
    streams,
    buckets,
    status: statusServer.url,
  });
  // The processes of functions start in the background, so that producers need not wait for them.
  for (const invoker of invokers.values()) setImmediate(() => invoker.warm());
  const runner: Runner = {
    endpoint,
    firehoseEndpoint: directPut?.endpoint,
    region: stack.region,
    dir,
    lakeFolder,
    streams,
    counters,
    faults,
    access,
    lost,
    drain: async (abort, { write = false } = {}) => {
      const stop = AbortSignal.any([lost, ...(abort ? [abort] : [])]);
      // Each mapping and delivery stream listens to this signal.
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
      await abortable(flushAll(), abort);
      monitoring.evaluate(counters);
    },
    rollup,
    close,
  };
  states.set(runner, {
    kinesis,
    directPut,
    functionOf,
    mappers,
    deliveries,
    journal,
    monitoring,
    alarmActions,
    status,
  });
  return runner;
}

/** The first reasons why parts of the stack are not run, for the message that nothing is. */
function reasons({ unsupported }: Stack): string {
  return unsupported.length === 0 ? "" : ` (${unsupported.slice(0, 3).join("; ")})`;
}

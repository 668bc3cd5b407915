import { setMaxListeners } from "node:events";
import { mkdirSync } from "node:fs";
import { inside } from "@streaming-data-lake/lake/paths";
import { missingArchives, StackError } from "@streaming-data-lake/terraform";
import type { KinesisStream, Stack } from "@streaming-data-lake/terraform/types";
import { alarmCalls } from "./access/cloudwatch";
import { AccessControl, AccessDenied, type IamMode } from "./access/control";
import { sourceCalls, sourceProblem } from "./access/firehose";
import { functionCalls, mappingProblem, onFailureCalls, pollerCalls } from "./access/lambda";
import { AuthorizedSource } from "./access/streams";
import { addUsage, countedCall } from "./access/usage-file";
import type { AlarmChange } from "./cloudwatch/alarm-watch";
import { Monitoring } from "./cloudwatch/monitoring";
import type { Counters, MappingCounters, QueueCounters, StreamCounters } from "./counters";
import { isSystemError } from "./files/system-error";
import { Database } from "./firehose/database";
import { Delivery } from "./firehose/delivery";
import { lockFolder } from "./folder/lock";
import { ownIdentity } from "./folder/process-start";
import { RunnerFolder } from "./folder/runner-folder";
import { DeadLetters } from "./lambda/dead-letters";
import { EventSourceMapper } from "./lambda/mapping";
import { FunctionRuntime } from "./lambda/runtime";
import { Closing } from "./lifecycle/closing";
import { RunStart } from "./lifecycle/run-start";
import { Supervisor } from "./lifecycle/supervisor";
import { publish, unpublish } from "./runtime-file";
import { abortable } from "./signal";
import { serveStatus } from "./status-server";
import { ensureStream, kinesisClient } from "./stream/client";
import { type EmbeddedKinesis, ensureEmbeddedStream, startEmbeddedKinesis } from "./stream/embedded";
import { LocalSource } from "./stream/local-source";
import { RemoteSource } from "./stream/remote-source";
import type { StreamSource } from "./stream/stream-source";

export interface RunnerOptions {
  readonly stack: Stack;
  /** Folder of everything the runner writes. It survives: a runner that starts there again goes on. @default ".local" */
  readonly dir?: string;
  /** Port of the embedded Kinesis on loopback. @default 0, any free port */
  readonly port?: number;
  /** URL of a Kinesis that already runs, to use instead of the embedded one. */
  readonly kinesisEndpoint?: string;
  /** Throttles each shard as AWS does: 1,000 records and 1 MB a second. @default false */
  readonly enforceLimits?: boolean;
  /** Whether calls that the stack's policies don't allow are denied, or told and let through. @default "enforce" */
  readonly iam?: IamMode;
  /** Told of trouble that does not stop the runner, one line each. */
  readonly onTrouble?: (message: string) => void;
  /** Told of each alarm of the stack that begins or ends, in one line such as `ALARM dead-letters: 4 >= 1`. */
  readonly onAlarm?: (message: string) => void;
  /** Ends the start: what was opened is closed, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A stack that runs on this machine. */
export interface Runner {
  /** URL of Kinesis, for producers and other clients. */
  readonly endpoint: string;
  readonly region: string;
  readonly dir: string;
  /** Folder of the buckets: an object is at `<lakeFolder>/<bucket>/<key>`. */
  readonly lakeFolder: string;
  /** Names of the streams. */
  readonly streams: readonly string[];
  /** Counts of this run, live. */
  readonly counters: Counters;
  /** What was asked for in the names of roles. */
  readonly access: AccessControl;
  /**
   * Resolves when every record that was put before this call has been processed (or given up) by every mapping and
   * taken over by every delivery stream. Batching windows are not waited for. Never resolves while a function fails
   * and its mapping retries without end: give a signal to stop waiting. Rejects when a part is lost.
   */
  drain(signal?: AbortSignal): Promise<void>;
  /**
   * Writes the delivery streams' buffers; resolves when the objects are in their buckets. A write that fails is tried
   * again without end: give a signal to stop waiting.
   */
  flush(signal?: AbortSignal): Promise<void>;
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
  if (stack.streams.length === 0)
    throw new StackError("the stack has no Kinesis stream: there is nothing to run");
  const [missing] = missingArchives(
    stack.functions.filter(({ arn }) => stack.mappings.some(({ functionArn }) => functionArn === arn)),
  );
  if (missing) throw new StackError(missing);

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
    }));
    const access = new AccessControl({ stack, mode: options.iam, onTrouble });
    const monitoring = new Monitoring({
      alarms: stack.alarms,
      functions: stack.functions.map(({ name }) => name),
      onAlarm: options.onAlarm ?? onTrouble,
      onChange: (change) => notify(stack, access, change, onTrouble),
    });
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
    const lock = lockFolder(dir);
    closing.add(() => lock.release());
    closing.add(() => addUsage(dir, access.usage.list()));
    const status = await serveStatus(
      () => ({ pid: process.pid, dir, ...counters, calls: access.usage.list().map(countedCall) }),
      ({ message }) => onLost(`the status server has ended: ${message}`),
    );
    closing.add(() => status.close());
    closing.add(
      folder.watch(() => {
        onLost(`${dir} was deleted while the runner worked there`);
        // Nothing can be written any more.
        ended.abort(supervisor.lost.reason);
      }),
    );

    const lakeFolder = inside(dir, "lake");
    const buckets = Object.fromEntries(stack.buckets.map(({ name }) => [name, inside(lakeFolder, name)]));
    for (const bucket of Object.values(buckets)) mkdirSync(bucket, { recursive: true });

    const shared: Shared = {
      dir,
      monitoring,
      authorize: access.authorize,
      readingSince: folder.readingSince.bind(folder),
      runStart: new RunStart(),
      abort: ended.signal,
      onTrouble,
      onLost,
    };
    const sources = new Map<string, ReadySource>();
    const { endpoint, open } = options.kinesisEndpoint
      ? remoteKinesis(options.kinesisEndpoint, stack, shared, closing, signal)
      : await embeddedKinesis(options, shared, streams, sources, closing);
    for (const stream of stack.streams) {
      const { source, streamIsNew, shards } = await open(stream);
      if (shards !== stream.shardCount && stream.mode === "PROVISIONED")
        onTrouble(
          `${stream.name} has ${shards} open shards here and ${stream.shardCount} in the stack: --reset begins afresh with those`,
        );
      sources.set(stream.arn, { source, streamIsNew });
    }

    const mappers = startMappers(stack, shared, endpoint, lakeFolder, sources, closing);
    const deliveries = await openDeliveries(stack, shared, lakeFolder, sources, closing);
    counters.mappings = mappers.map((mapper) => mapper.counters);
    counters.deliveries = deliveries.map((delivery) => delivery.counters);
    counters.queues = queueCounters(stack, counters.mappings);
    monitoring.start(counters);
    closing.add(() => monitoring.stop());
    const consumers = [...mappers, ...deliveries];
    await abortable(Promise.all(consumers.map((consumer) => consumer.start())), signal);

    signal?.throwIfAborted();
    const names = streams.map(({ name }) => name);
    closing.add(() => unpublish(dir));
    publish(dir, {
      ...ownIdentity(),
      region: stack.region,
      endpoint,
      streams: names,
      buckets,
      status: status.url,
    });
    const { lost } = supervisor;
    return {
      endpoint,
      region: stack.region,
      dir,
      lakeFolder,
      streams: names,
      counters,
      access,
      lost,
      drain: async (abort) => {
        const stop = AbortSignal.any([lost, ...(abort ? [abort] : [])]);
        await abortable(Promise.all(consumers.map((consumer) => consumer.drain(stop))), stop);
        monitoring.evaluate(counters);
      },
      flush: async (abort) => {
        await abortable(Promise.all(deliveries.map((delivery) => delivery.flush())), abort);
        monitoring.evaluate(counters);
      },
      close,
    };
  } catch (error) {
    // What failed first is what the user can mend.
    await close().catch(() => {});
    if (signal?.aborted) throw signal.reason;
    throw isSystemError(error) ? new StackError(`${dir} can't be used: ${error.message}`) : error;
  }
}

/** A Kinesis, and how its streams are made ready to be read. */
interface ReadableKinesis {
  readonly endpoint: string;
  open(stream: KinesisStream): Promise<ReadySource & { readonly shards: number }>;
}

function remoteKinesis(
  endpoint: string,
  { region }: Stack,
  { abort }: Shared,
  closing: Closing,
  signal: AbortSignal | undefined,
): ReadableKinesis {
  const client = kinesisClient(endpoint, region);
  closing.add(() => client.destroy());
  return {
    endpoint,
    async open(stream) {
      const { shards, created } = await ensureStream(client, stream, signal);
      return { source: new RemoteSource(client, stream.name, abort), streamIsNew: created, shards };
    },
  };
}

async function embeddedKinesis(
  { stack, port, enforceLimits }: RunnerOptions,
  { dir, onLost, onTrouble }: Shared,
  streams: readonly StreamCounters[],
  sources: ReadonlyMap<string, ReadySource>,
  closing: Closing,
): Promise<ReadableKinesis> {
  const counters = new Map(streams.map((stream) => [stream.name, stream]));
  const embedded: EmbeddedKinesis = await startEmbeddedKinesis({
    path: inside(dir, "kinesis"),
    port,
    region: stack.region,
    accountId: stack.accountId,
    enforceLimits,
    onTrouble,
    onLost,
    onPut: ({ stream, records, bytes }) => {
      const counted = counters.get(stream);
      if (!counted) return;
      counted.acknowledged = (counted.acknowledged ?? 0) + records;
      counted.bytes += bytes;
      for (const { source } of sources.values()) if (source.name === stream) source.arrivals.notify();
    },
    onThrottle: ({ stream, records }) => {
      const counted = counters.get(stream);
      if (counted) counted.throttled += records;
    },
  });
  closing.add(() => embedded.close());
  const { endpoint, kinesis } = embedded;
  return {
    endpoint,
    async open(stream) {
      const { shards, created } = await ensureEmbeddedStream(kinesis, stream);
      return { source: new LocalSource(kinesis, stream.name), streamIsNew: created, shards };
    },
  };
}

/** A stream that is there to be read. */
interface ReadySource {
  readonly source: StreamSource;
  readonly streamIsNew: boolean;
}

/** What all consumers are given. */
interface Shared {
  readonly dir: string;
  readonly monitoring: Monitoring;
  readonly authorize: AccessControl["authorize"];
  readonly readingSince: (consumer: string, saved?: number) => number;
  readonly runStart: RunStart;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  readonly onLost: (message: string) => void;
}

function startMappers(
  stack: Stack,
  shared: Shared,
  kinesisEndpoint: string,
  lakeFolder: string,
  sources: ReadonlyMap<string, ReadySource>,
  closing: Closing,
): EventSourceMapper[] {
  const runtimes = new Map<string, FunctionRuntime>();
  const mappers: EventSourceMapper[] = [];
  closing.add(async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
    await Promise.all(mappers.map((mapper) => mapper.stopped()));
  });
  const { region, accountId } = stack;
  const deadLetters = new DeadLetters(shared.dir, lakeFolder);
  const { monitoring } = shared;
  const onLog = monitoring.logged.bind(monitoring);
  const onInvocation = monitoring.invoked.bind(monitoring);
  for (const mapping of stack.mappings) {
    const fn = stack.functions.find(({ arn }) => arn === mapping.functionArn);
    const stream = stack.streams.find(({ arn }) => arn === mapping.streamArn);
    const ready = sources.get(mapping.streamArn);
    if (!fn || !ready || !stream || !mapping.enabled) continue;
    const runtime =
      runtimes.get(fn.arn) ??
      new FunctionRuntime({
        ...shared,
        fn,
        region,
        kinesisEndpoint,
        onLog,
        calls: functionCalls(stack, fn),
      });
    runtimes.set(fn.arn, runtime);
    const onFailure = onFailureCalls(stack, mapping, fn);
    mappers.push(
      new EventSourceMapper({
        ...shared,
        ...ready,
        source: new AuthorizedSource(
          ready.source,
          shared.authorize,
          pollerCalls(stack, mapping, fn, stream),
          (denied) => mappingProblem(mapping, denied),
        ),
        authorizeOnFailure: () => shared.authorize(...onFailure),
        mapping,
        fn,
        region,
        accountId,
        runtime,
        deadLetters,
        onInvocation,
      }),
    );
  }
  for (const runtime of runtimes.values()) runtime.warm();
  return mappers;
}

async function openDeliveries(
  stack: Stack,
  shared: Shared,
  lake: string,
  sources: ReadonlyMap<string, ReadySource>,
  closing: Closing,
): Promise<Delivery[]> {
  const database = new Database(inside(shared.dir, "spool", "duckdb"), shared.abort);
  closing.add(() => database.close());
  const deliveries: Delivery[] = [];
  for (const delivery of stack.deliveryStreams) {
    const stream = stack.streams.find(({ arn }) => arn === delivery.sourceStreamArn);
    const ready = sources.get(delivery.sourceStreamArn);
    if (!ready || !stream) continue;
    const source = new AuthorizedSource(
      ready.source,
      shared.authorize,
      sourceCalls(stack, delivery, stream),
      () => sourceProblem(delivery),
    );
    const opened = await Delivery.open({ ...shared, ...ready, source, delivery, stack, lake, database });
    deliveries.push(opened);
    closing.add(() => opened.close());
  }
  return deliveries;
}

/** CloudWatch tells an alarm's topics of its state. */
function notify(
  stack: Stack,
  { authorize }: AccessControl,
  { alarm, to }: AlarmChange,
  onTrouble: (message: string) => void,
): void {
  for (const [arn, calls] of alarmCalls(stack, alarm, to)) {
    try {
      authorize(...calls);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      onTrouble(`${alarm.name}: can't publish to ${arn}: ${error.message}`);
    }
  }
}

/** The queues that mappings send what they give up to; each message stands for a batch. */
function queueCounters(stack: Stack, mappings: readonly MappingCounters[]): QueueCounters[] {
  const arns = new Set(
    stack.mappings.flatMap(({ onFailureArn }) => (onFailureArn?.includes(":sqs:") ? [onFailureArn] : [])),
  );
  return [...arns].map((arn) => {
    const senders = mappings.filter(({ address }) =>
      stack.mappings.some((mapping) => mapping.address === address && mapping.onFailureArn === arn),
    );
    return {
      name: arn.slice(arn.lastIndexOf(":") + 1),
      get messages() {
        return senders.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
      },
    };
  });
}

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { DuckDBInstance } from "@duckdb/node-api";
import { missingArchives, StackError } from "@streaming-data-lake/terraform";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { Counters, StreamCounters } from "./counters";
import { Delivery } from "./firehose/delivery";
import { DeadLetters } from "./lambda/dead-letters";
import { EventSourceMapper } from "./lambda/mapping";
import { FunctionRuntime } from "./lambda/runtime";
import { lockFolder, publish, unlockFolder } from "./runtime-file";
import { serveStatus } from "./status-server";
import { ensureStream, kinesisClient } from "./stream/client";
import { type KinesisEndpoint, startEmbeddedKinesis } from "./stream/embedded";
import { startLimitedEndpoint } from "./stream/limits";
import { StreamSource } from "./stream/stream-source";

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
  /** Told of trouble that does not stop the runner, one line each. */
  readonly onTrouble?: (message: string) => void;
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
  /**
   * Resolves when every record that was put before this call has been processed (or given up) by every mapping and
   * taken over by every delivery stream. Batching windows are not waited for. Never resolves while a function fails
   * and its mapping retries without end: give a signal to stop waiting.
   */
  drain(signal?: AbortSignal): Promise<void>;
  /** Writes the delivery streams' buffers; resolves when the objects are in their buckets. */
  flush(): Promise<void>;
  /** Stops everything: no process, port or lock is left. What was not drained is processed by the next run. */
  close(): Promise<void>;
}

/**
 * Runs a stack: Kinesis, its functions by their mappings, its delivery streams.
 *
 * @throws StackError (one line) when the stack has no stream, an archive is missing, the port is taken or another
 *   runner works in the folder.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { stack, onTrouble = () => {} } = options;
  const dir = resolve(options.dir ?? ".local");
  if (stack.streams.length === 0)
    throw new StackError("the stack has no Kinesis stream: there is nothing to run");
  const [missing] = missingArchives(
    stack.functions.filter(({ arn }) => stack.mappings.some(({ functionArn }) => functionArn === arn)),
  );
  if (missing) throw new StackError(missing);

  const startedAt = Date.now();
  const closing: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (let step = closing.pop(); step; step = closing.pop()) await step();
  };
  try {
    const streams: StreamCounters[] = stack.streams.map(({ name }) => ({
      name,
      acknowledged: options.kinesisEndpoint ? undefined : 0,
      bytes: 0,
      throttled: 0,
    }));
    const counters: Counters & { mappings: Counters["mappings"]; deliveries: Counters["deliveries"] } = {
      streams,
      mappings: [],
      deliveries: [],
    };
    const status = await serveStatus(() => ({ pid: process.pid, dir, ...counters }));
    closing.push(() => status.close());
    await lockFolder(dir, { pid: process.pid, status: status.url });
    closing.push(() => unlockFolder(dir));

    const lakeFolder = join(dir, "lake");
    const buckets = Object.fromEntries(stack.buckets.map(({ name }) => [name, join(lakeFolder, name)]));
    for (const folder of Object.values(buckets)) mkdirSync(folder, { recursive: true });

    const sources = new Map<string, StreamSource>();
    const internal = await openKinesis(options, dir, streams, sources);
    closing.push(() => internal.close());
    const client = kinesisClient(internal.endpoint, stack.region);
    closing.push(() => client.destroy());
    await Promise.all(stack.streams.map((stream) => prepareStream(client, stream, onTrouble)));
    for (const { arn, name } of stack.streams) sources.set(arn, new StreamSource(client, name));

    const shared = { dir, startedAt, onTrouble };
    const mappers = startMappers(stack, shared, internal.endpoint, lakeFolder, sources, closing);
    const deliveries = await openDeliveries(stack, shared, lakeFolder, sources, closing);
    counters.mappings = mappers.map((mapper) => mapper.counters);
    counters.deliveries = deliveries.map((delivery) => delivery.counters);
    await Promise.all([...mappers, ...deliveries].map((consumer) => consumer.start()));

    const endpoint = options.enforceLimits
      ? await startLimitedEndpoint({ upstream: internal.endpoint, client, port: options.port ?? 0, streams })
      : internal;
    if (endpoint !== internal) closing.push(() => endpoint.close());
    const names = streams.map(({ name }) => name);
    publish(dir, {
      pid: process.pid,
      region: stack.region,
      endpoint: endpoint.endpoint,
      streams: names,
      buckets,
      status: status.url,
    });
    return {
      endpoint: endpoint.endpoint,
      region: stack.region,
      dir,
      lakeFolder,
      streams: names,
      counters,
      drain: async (signal) => {
        await Promise.all([...mappers, ...deliveries].map((consumer) => consumer.drain(signal)));
      },
      flush: async () => {
        await Promise.all(deliveries.map((delivery) => delivery.flush()));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openKinesis(
  { stack, port, kinesisEndpoint, enforceLimits, onTrouble = () => {} }: RunnerOptions,
  dir: string,
  streams: readonly StreamCounters[],
  sources: ReadonlyMap<string, StreamSource>,
): Promise<KinesisEndpoint> {
  if (kinesisEndpoint) return { endpoint: kinesisEndpoint, close: async () => {} };
  const counters = new Map(streams.map((stream) => [stream.name, stream]));
  return startEmbeddedKinesis({
    path: join(dir, "kinesis"),
    // With limits the public port is that of the endpoint in front.
    port: enforceLimits ? 0 : port,
    region: stack.region,
    accountId: stack.accountId,
    onTrouble,
    onPut: ({ stream, records, bytes }) => {
      const counted = counters.get(stream);
      if (!counted) return;
      counted.acknowledged = (counted.acknowledged ?? 0) + records;
      counted.bytes += bytes;
      for (const source of sources.values()) if (source.name === stream) source.arrivals.notify();
    },
  });
}

async function prepareStream(
  client: KinesisClient,
  stream: Stack["streams"][number],
  onTrouble: (message: string) => void,
): Promise<void> {
  const shards = await ensureStream(client, stream);
  if (shards !== stream.shardCount)
    onTrouble(
      `${stream.name} has ${shards} open shards here and ${stream.shardCount} in the stack: --reset begins afresh with those`,
    );
}

interface Shared {
  readonly dir: string;
  readonly startedAt: number;
  readonly onTrouble: (message: string) => void;
}

function startMappers(
  stack: Stack,
  shared: Shared,
  kinesisEndpoint: string,
  lakeFolder: string,
  sources: ReadonlyMap<string, StreamSource>,
  closing: (() => Promise<void> | void)[],
): EventSourceMapper[] {
  const runtimes = new Map<string, FunctionRuntime>();
  const mappers: EventSourceMapper[] = [];
  const deadLetters = new DeadLetters(shared.dir, lakeFolder);
  for (const mapping of stack.mappings) {
    const fn = stack.functions.find(({ arn }) => arn === mapping.functionArn);
    const source = sources.get(mapping.streamArn);
    if (!fn || !source || !mapping.enabled) continue;
    const { region, accountId } = stack;
    const runtime =
      runtimes.get(fn.arn) ?? new FunctionRuntime({ fn, region, dir: shared.dir, kinesisEndpoint });
    if (!runtimes.has(fn.arn)) runtime.warm();
    runtimes.set(fn.arn, runtime);
    mappers.push(
      new EventSourceMapper({
        ...shared,
        mapping,
        fn,
        source,
        region,
        accountId,
        runtime,
        deadLetters,
      }),
    );
  }
  closing.push(async () => {
    await Promise.all(mappers.map((mapper) => mapper.close()));
    await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
    await Promise.all(mappers.map((mapper) => mapper.stopped()));
  });
  return mappers;
}

async function openDeliveries(
  stack: Stack,
  shared: Shared,
  lake: string,
  sources: ReadonlyMap<string, StreamSource>,
  closing: (() => Promise<void> | void)[],
): Promise<Delivery[]> {
  if (stack.deliveryStreams.length === 0) return [];
  const database = await DuckDBInstance.create(":memory:", {
    memory_limit: "256MB",
    threads: "2",
    temp_directory: join(shared.dir, "spool", "duckdb"),
  });
  closing.push(() => database.closeSync());
  const deliveries: Delivery[] = [];
  for (const delivery of stack.deliveryStreams) {
    const source = sources.get(delivery.sourceStreamArn);
    if (!source) continue;
    const connection = await database.connect();
    const opened = await Delivery.open({
      ...shared,
      delivery,
      stack,
      source,
      lake,
      connection,
    });
    deliveries.push(opened);
    closing.push(async () => {
      await opened.close();
      connection.closeSync();
    });
  }
  return deliveries;
}

import { type Kinesis, systemClock } from "@streaming-data-lake/kinesis";
import { inside } from "@streaming-data-lake/lake/paths";
import type { KinesisStream, Stack } from "@streaming-data-lake/terraform/types";
import { type StreamCounters, streamCounters } from "../counters";
import { ensureStream, kinesisClient } from "../stream/client";
import { type EmbeddedKinesis, ensureEmbeddedStream, startEmbeddedKinesis } from "../stream/embedded";
import { LocalSource } from "../stream/local-source";
import { RemoteSource } from "../stream/remote-source";
import type { Closing } from "./closing";
import type { ConsumerParts, ReadySource } from "./shared";

/** A Kinesis endpoint, and how its streams are prepared for reading. */
export interface ReadableKinesis {
  readonly endpoint: string;
  /** The embedded Kinesis; absent when the endpoint is elsewhere. */
  readonly kinesis?: Kinesis;
  /** Counters of the stack's streams. They change as the run goes on. */
  readonly counters: readonly StreamCounters[];
  open(stream: KinesisStream): Promise<ReadySource & { readonly shards: number }>;
}

export function remoteKinesis(
  endpoint: string,
  { region, streams }: Stack,
  { abort }: ConsumerParts,
  closing: Closing,
  signal: AbortSignal | undefined,
): ReadableKinesis {
  const client = kinesisClient(endpoint, region);
  closing.add(() => client.destroy());
  return {
    endpoint,
    counters: streams.map(({ name }) => ({ ...streamCounters(name), acknowledged: undefined })),
    async open(stream) {
      const { shards, created } = await ensureStream(client, stream, signal);
      return { source: new RemoteSource(client, stream.name, abort), streamIsNew: created, shards };
    },
  };
}

interface EmbeddedOptions {
  readonly stack: Stack;
  readonly port?: number | undefined;
  readonly enforceLimits?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function embeddedKinesis(
  { stack, port, enforceLimits, signal }: EmbeddedOptions,
  { dir, faults, onLost, onTrouble }: ConsumerParts,
  closing: Closing,
): Promise<ReadableKinesis> {
  const counters = new Map(stack.streams.map(({ name }) => [name, streamCounters(name)]));
  const sources = new Map<string, LocalSource>();
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
      sources.get(stream)?.arrivals.notify();
    },
    admit: (operation) => {
      if (/^(Put|Get)Record/.test(operation)) faults.check("key-disabled");
    },
    isThrottled: () => faults.first("shard-throttled") !== undefined,
    clock: { ...systemClock, now: () => faults.streamTime() },
    onThrottle: ({ stream, records, reads }) => {
      const counted = counters.get(stream);
      if (!counted) return;
      counted.throttled += records;
      counted.throttledReads += reads;
    },
  });
  closing.add(() => embedded.close());
  const { endpoint, kinesis } = embedded;
  return {
    endpoint,
    kinesis,
    counters: [...counters.values()],
    async open(stream) {
      const { shards, created } = await ensureEmbeddedStream(kinesis, stream, signal);
      const source = new LocalSource(kinesis, stream.name);
      sources.set(stream.name, source);
      return { source, streamIsNew: created, shards };
    },
  };
}

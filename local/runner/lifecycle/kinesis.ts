import { type Kinesis, systemClock } from "@streaming-data-lake/kinesis";
import { inside } from "@streaming-data-lake/lake/paths";
import type { KinesisStream, Stack } from "@streaming-data-lake/terraform/types";
import { type StreamCounters, streamCounters } from "../counters";
import { ensureStream, kinesisClient } from "../stream/client";
import { type EmbeddedKinesis, ensureEmbeddedStream, startEmbeddedKinesis } from "../stream/embedded";
import { RemoteSource } from "../stream/remote-source";
import type { Closing } from "./closing";
import { LocalStreams } from "./local-streams";
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
  const streams = new LocalStreams(stack.streams.map(({ name }) => name));
  const embedded: EmbeddedKinesis = await startEmbeddedKinesis({
    path: inside(dir, "kinesis"),
    port,
    region: stack.region,
    accountId: stack.accountId,
    enforceLimits,
    onTrouble,
    onLost,
    onPut: (put) => streams.onPut(put),
    admit: (operation) => {
      if (/^(Put|Get)Record/.test(operation)) faults.check("key-disabled");
    },
    isThrottled: () => faults.first("shard-throttled") !== undefined,
    clock: { ...systemClock, now: () => faults.streamTime() },
    onThrottle: (throttle) => streams.onThrottle(throttle),
  });
  closing.add(() => embedded.close());
  const { endpoint, kinesis } = embedded;
  return {
    endpoint,
    kinesis,
    counters: streams.counters,
    async open(stream) {
      const { shards, created } = await ensureEmbeddedStream(kinesis, stream, signal);
      return { source: streams.open(kinesis, stream.name), streamIsNew: created, shards };
    },
  };
}

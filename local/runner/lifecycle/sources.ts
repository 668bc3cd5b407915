import type { Kinesis } from "@streaming-data-lake/kinesis";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { StreamCounters } from "../counters";
import type { DirectPut } from "../firehose/direct-put";
import type { Closing } from "./closing";
import { openDirectPut } from "./direct-put";
import { embeddedKinesis, remoteKinesis } from "./kinesis";
import type { ConsumerParts, ReadySource } from "./shared";

export interface SourceOptions {
  readonly stack: Stack;
  readonly kinesisEndpoint?: string;
  readonly port?: number;
  readonly firehosePort?: number;
  readonly enforceLimits?: boolean;
  /** Cancels the start. */
  readonly signal?: AbortSignal;
}

/** Everything that the stack's consumers read, and the APIs that take records from producers. */
export interface Sources {
  /** URL of Kinesis. */
  readonly endpoint: string;
  /** The embedded Kinesis; absent when the endpoint is elsewhere. */
  readonly kinesis: Kinesis | undefined;
  /** Firehose's API; absent when no delivery stream accepts records from producers. */
  readonly directPut: DirectPut | undefined;
  /** The sources by the ARN of their stream, or of their delivery stream if it accepts records from producers. */
  readonly sources: ReadonlyMap<string, ReadySource>;
  /** Counters of the streams. They change as the run goes on. */
  readonly counters: readonly StreamCounters[];
}

/** Opens Kinesis, the stack's streams and the delivery streams that accept records from producers. */
export async function openSources(
  options: SourceOptions,
  shared: ConsumerParts,
  closing: Closing,
): Promise<Sources> {
  const { kinesisEndpoint, signal, stack } = options;
  const kinesis =
    kinesisEndpoint === undefined
      ? await embeddedKinesis(options, shared, closing)
      : remoteKinesis(kinesisEndpoint, stack, shared, closing, signal);
  const sources = new Map<string, ReadySource>();
  for (const stream of stack.streams) {
    const { shards, ...ready } = await kinesis.open(stream);
    if (shards !== stream.shardCount && stream.mode === "PROVISIONED")
      shared.onTrouble(
        `${stream.name} has ${shards} open shards here and ${stream.shardCount} in the stack: --reset starts over with those`,
      );
    sources.set(stream.arn, ready);
  }
  const direct = await openDirectPut(options, shared, closing);
  return {
    endpoint: kinesis.endpoint,
    kinesis: kinesis.kinesis,
    directPut: direct?.directPut,
    sources: new Map([...sources, ...(direct?.sources ?? [])]),
    counters: [...kinesis.counters, ...(direct?.counters ?? [])],
  };
}

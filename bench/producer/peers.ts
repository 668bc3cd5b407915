import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { Aggregate } from "@streaming-data-lake/aggregation";
import { Epoch } from "../../producer/core/epoch";
import { PendingRecord } from "../../producer/core/record";
import { readingAt } from "./load";

/** The part of `aws-kinesis-agg` that the benchmark uses. */
interface Aggregator {
  aggregateRecords(
    records: readonly object[],
    flush: boolean,
    ready: (error: unknown, entries: unknown) => void,
  ): void;
}

export interface Peers {
  readonly KinesisStream: new (options: object) => Writable;
  readonly RecordAggregator: new () => Aggregator;
}

/**
 * Loads the peers from the folder in `BENCH_PEERS`, in which `npm install aws-kinesis-writable aws-kinesis-agg` must
 * have been run. They are not dependencies of this project, because they depend on version 2 of the AWS SDK, whose
 * support has ended, and have scripts that run at installation.
 */
export function loadPeers(): Peers | undefined {
  const folder = process.env.BENCH_PEERS;
  if (!folder) return undefined;
  const load = createRequire(join(resolve(folder), "package.json"));
  return {
    KinesisStream: load("aws-kinesis-writable"),
    RecordAggregator: load("aws-kinesis-agg").RecordAggregator,
  };
}

/**
 * Measures `aws-kinesis-writable` with batches of 500. It has no backpressure and no end, so its answers are counted.
 */
export async function writablePeer(
  { KinesisStream }: Peers,
  endpoint: string,
  count: number,
): Promise<number> {
  const stream = new KinesisStream({
    streamName: "readings",
    region: "us-east-1",
    endpoint,
    accessKeyId: "local",
    secretAccessKey: "local",
    partitionKey: ({ sensor_id }: { sensor_id: string }) => sensor_id,
    buffer: { length: 500 },
  });
  const peer = stream as unknown as { putRecords(records: unknown[], done: (error: unknown) => void): void };
  const send = peer.putRecords.bind(peer);
  let answered = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((done) => {
    finish = done;
  });
  peer.putRecords = (records, done) =>
    send(records, (error) => {
      answered += records.length;
      if (answered >= count) finish();
      done(error);
    });
  const started = performance.now();
  for (let at = 0; at < count; at++) {
    stream.write(readingAt(at).data);
    // Without this pause, no call would be sent before all readings are in memory.
    if (at % 2_000 === 0) await new Promise((next) => setImmediate(next));
  }
  await finished;
  return (count / (performance.now() - started)) * 1000;
}

/** Readings a second that are packed into aggregates of 50 KiB, by our encoder. */
export function encode(count: number): number {
  const nothing = () => undefined;
  const pending = Array.from({ length: 240 }, (_, at) => {
    const { data, partitionKey } = readingAt(at);
    return new PendingRecord(data, partitionKey, undefined, 210, undefined, new Epoch(), nothing, nothing);
  });
  const started = performance.now();
  for (let sent = 0; sent < count; sent += pending.length) {
    const aggregate = new Aggregate();
    for (const record of pending) aggregate.tryAdd(record, 51_200);
    aggregate.encode();
  }
  return (count / (performance.now() - started)) * 1000;
}

/** Readings a second that `aws-kinesis-agg` packs into aggregates. It uses protobufjs. */
export function encodePeer({ RecordAggregator }: Peers, count: number): number {
  const records = Array.from({ length: 240 }, (_, at) => ({ ...readingAt(at) }));
  const started = performance.now();
  for (let sent = 0; sent < count; sent += records.length)
    new RecordAggregator().aggregateRecords(records, true, () => undefined);
  return (count / (performance.now() - started)) * 1000;
}

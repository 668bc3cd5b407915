import { shardLimits } from "@streaming-data-lake/rules/limits";
import { TokenBucket } from "@streaming-data-lake/timing";
import { sleep } from "../../clock";
import type { KinesisContext } from "../../context";
import { notFound, resourceInUse } from "../../protocol/errors";
import type { Input, Output } from "../../protocol/model";
import type { WireValue } from "../../protocol/shape";
import type { subscribeToShardEvent } from "../../protocol/shapes";
import type { Shard } from "../../streams/shard";
import type { StoredStream } from "../../streams/stream";
import { requiredConsumer } from "../consumers";
import { requireShardIndex, shardToRead } from "../resolve";
import { startOf } from "./position";
import { readShard } from "./read";

type SubscribeToShardEvent = WireValue<typeof subscribeToShardEvent>;

/** How long a subscription lasts. Milliseconds. */
const lifetime = 300_000;
/** A consumer cannot replace its own subscription within this time. Milliseconds. */
const exclusive = 5_000;
/** Longest time between two events. When there are no records, an event without records is sent. Milliseconds. */
const heartbeat = 5_000;
const eventBytes = 1024 * 1024;
const eventRecords = 10_000;

/**
 * Pushes a shard's records to a consumer for five minutes.
 *
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 */
export async function subscribeToShard(
  kinesis: KinesisContext,
  input: Input<"SubscribeToShard">,
  abort?: AbortSignal,
): Promise<Output<"SubscribeToShard">> {
  const { stream, consumer } = requiredConsumer(kinesis, input);
  if (consumer.status !== "ACTIVE")
    throw resourceInUse(
      `Consumer ${consumer.name} with creation timestamp ${Math.floor(consumer.createdAt / 1000)} under stream: ${stream.name} , account ${kinesis.accountId} is not in ACTIVE status.`,
    );
  const index = requireShardIndex(kinesis, stream.name, input.ShardId);
  const { shard } = shardToRead(kinesis, stream.name, index);
  const { Type, SequenceNumber, Timestamp } = input.StartingPosition;
  const from = await startOf(kinesis, stream, shard, {
    type: Type,
    sequenceNumber: SequenceNumber,
    timestamp: Timestamp,
    operation: "SubscribeToShard",
  });
  const key = `${consumer.arn}/${shard.id}`;
  const now = kinesis.clock.now();
  const other = kinesis.subscriptions.get(key);
  if (other && now - other.since < exclusive)
    throw resourceInUse(
      `Another active subscription exists for this consumer: ${kinesis.accountId}:${stream.name}:${consumer.name}:${shard.id}`,
    );
  const end = new AbortController();
  kinesis.subscriptions.set(key, { since: now, end });
  other?.end.abort(resourceInUse("Another subscription took over."));
  if (abort?.aborted) end.abort();
  abort?.addEventListener("abort", () => end.abort(), { once: true });
  return { EventStream: events(kinesis, stream, shard, from, key, end) };
}

async function* events(
  kinesis: KinesisContext,
  stream: StoredStream,
  shard: Shard,
  start: number,
  key: string,
  end: AbortController,
): AsyncGenerator<SubscribeToShardEvent> {
  const { clock, enforceLimits } = kinesis;
  const { signal } = end;
  const cancel = clock.after(lifetime, () => end.abort());
  const rate = new TokenBucket(shardLimits.bytesOut, clock.now());
  let from = start;
  try {
    while (!signal.aborted) {
      if (kinesis.stream(stream.name) !== stream)
        throw notFound(`Stream ${stream.name} under account ${kinesis.accountId} not found.`);
      const read = await readShard(stream, shard, clock, { from, records: eventRecords, bytes: eventBytes });
      if (signal.aborted) break;
      from = read.next;
      yield {
        Records: read.records,
        // A closed shard that has been read to its end cannot be continued.
        ContinuationSequenceNumber: (read.ended ? undefined : continuation(shard, read)) as string,
        MillisBehindLatest: read.behind,
        ChildShards: read.children,
      };
      if (read.ended) return;
      if (enforceLimits && read.records.size > 0) {
        rate.take(read.records.size);
        const wait = rate.wait(0, clock.now());
        if (wait > 0) await sleep(clock, wait, signal);
      }
      if (from >= shard.log.next && !shard.ended) await nextRecord(kinesis, shard, from, signal);
    }
    if (signal.reason instanceof Error && signal.reason.name === "ResourceInUseException")
      throw signal.reason;
  } finally {
    cancel();
    if (kinesis.subscriptions.get(key)?.end === end) kinesis.subscriptions.delete(key);
  }
}

/** The sequence number after which the next subscription can continue. */
function continuation(shard: Shard, { records, next }: Awaited<ReturnType<typeof readShard>>): string {
  if (records.lastSequenceNumber) return records.lastSequenceNumber;
  return next <= 1 ? shard.startingSequenceNumber : shard.sequenceNumber(next - 1, shard.log.newestArrival);
}

/** Resolves at the next record, when a heartbeat is due, or when the signal is aborted. */
async function nextRecord(
  kinesis: KinesisContext,
  shard: Shard,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const wake = () => woken.abort();
  const cancel = shard.log.onRecord(from, wake);
  signal.addEventListener("abort", wake, { once: true });
  await sleep(kinesis.clock, heartbeat, woken.signal);
  signal.removeEventListener("abort", wake);
  cancel();
}

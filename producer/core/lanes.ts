import type { Batch } from "./batch";
import type { Clock } from "./clock";
import { Lane, type ShardLimits } from "./lane";
import { Counters, type ProducerMetrics, type ShardMetrics } from "./metrics";
import { FifoQueue, KeyedQueue, type RecordQueue } from "./queue";
import type { PendingRecord } from "./record";
import type { ShardMap } from "./shard-map";

export interface LaneOptions {
  readonly clock: Clock;
  readonly lingerMs: number;
  readonly shardLimits: ShardLimits | undefined;
  /** Gives a call one record of each partition key at most. */
  readonly keyed: boolean;
}

/** Milliseconds between two calls that a shard's limit keeps from being full. */
const paceMs = 100;

/** One lane for each open shard, and the counts of all shards there ever were. */
export class Lanes {
  all: readonly Lane[] = [];
  map: ShardMap | undefined;
  readonly #byShard = new Map<string, Lane>();
  readonly #counters = new Map<string, Counters>();

  constructor(private readonly options: LaneOptions) {}

  /** Records that wait in all lanes. */
  queued = 0;
  /** Their bytes. */
  queuedBytes = 0;

  /** Makes lanes for the shards of this map; what waited in the old ones moves to the new. */
  rebuild(map: ShardMap): void {
    const now = this.options.clock.now();
    const waiting = this.drain();
    this.#byShard.clear();
    this.map = map;
    this.all = map.shards.map((shard) => {
      const queue: RecordQueue = this.options.keyed ? new KeyedQueue() : new FifoQueue();
      const lane = new Lane(shard, queue, this.countersOf(shard.shardId), this.options.shardLimits, now);
      this.#byShard.set(shard.shardId, lane);
      return lane;
    });
    for (const record of waiting) this.push(record, now);
  }

  /** Adds a record to its lane. */
  push(record: PendingRecord, now: number): Lane {
    const lane = this.#laneOf(record);
    if (lane.queue.length === 0) lane.dueAt = now + this.options.lingerMs;
    lane.queue.push(record);
    this.queued++;
    this.queuedBytes += record.bytes;
    return lane;
  }

  /** Puts records that failed ahead of the others; they are sent as soon as their lane may. */
  putBack(records: readonly PendingRecord[], now: number): void {
    for (const record of records.toReversed()) {
      const lane = this.#laneOf(record);
      lane.queue.putBack([record]);
      lane.dueAt = now;
      this.queued++;
      this.queuedBytes += record.bytes;
    }
  }

  /**
   * Moves records of one lane into a call.
   *
   * @param due All that there are, and not only whole aggregates.
   */
  fill(batch: Batch, lane: Lane, now: number, due: boolean): void {
    const { queue } = lane;
    const allowance = lane.allowance(now);
    if (allowance === 0) return;
    const records = queue.length;
    const bytes = queue.bytes;
    batch.fill(lane, allowance, due);
    this.queued -= records - queue.length;
    this.queuedBytes -= bytes - queue.bytes;
    if (lane.allowance(now) === 0) lane.pacedUntil = now + paceMs;
    lane.dueAt = (queue.oldest()?.acceptedAt ?? now) + this.options.lingerMs;
  }

  /** Empties all lanes. */
  drain(): PendingRecord[] {
    this.queued = 0;
    this.queuedBytes = 0;
    return this.all.flatMap(({ queue }) => queue.drain());
  }

  /** Counts of the shard a record is meant for. */
  countersFor({ partitionKey, explicitHashKey }: PendingRecord): Counters {
    return this.countersOf(this.map?.shardOf(partitionKey, explicitHashKey).shardId ?? "unknown");
  }

  /** Counts of a shard. */
  countersOf(shardId: string): Counters {
    let counters = this.#counters.get(shardId);
    if (counters === undefined) {
      counters = new Counters();
      this.#counters.set(shardId, counters);
    }
    return counters;
  }

  /** Counts of each shard and their totals. */
  metrics(): Omit<
    ProducerMetrics,
    "bufferedBytes" | "bufferedRecords" | "calls" | "callsInFlight" | "concurrency"
  > {
    const now = this.options.clock.now();
    const total = new Counters();
    const shards: ShardMetrics[] = [];
    for (const [shardId, counters] of this.#counters) {
      total.add(counters);
      const queue = this.#byShard.get(shardId)?.queue;
      const oldest = queue?.oldest();
      shards.push({
        shardId,
        ...counters.snapshot(),
        queued: queue?.length ?? 0,
        oldestAgeMs: oldest === undefined ? 0 : now - oldest.acceptedAt,
      });
    }
    return { ...total.snapshot(), shards };
  }

  #laneOf({ partitionKey, explicitHashKey }: PendingRecord): Lane {
    const shard = this.map?.shardOf(partitionKey, explicitHashKey);
    const lane = shard && this.#byShard.get(shard.shardId);
    if (lane === undefined) throw new Error("The shard map is not loaded");
    return lane;
  }
}

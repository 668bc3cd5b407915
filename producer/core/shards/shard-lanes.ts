import type { MonotonicClock } from "../clock";
import { type ProducerMetrics, ShardCounters, type ShardMetrics } from "../metrics";
import type { PendingRecord } from "../record";
import { ShardLane, type ShardLaneOptions } from "./shard-lane";
import type { ShardMap } from "./shard-map";

export interface ShardLanesOptions extends ShardLaneOptions {
  readonly clock: MonotonicClock;
}

/** One lane for each open shard, and the counts of all shards that have been seen. */
export class ShardLanes {
  #all: readonly ShardLane[] = [];
  #map: ShardMap | undefined;
  #length = 0;
  #bytes = 0;
  readonly #byShard = new Map<string, ShardLane>();
  readonly #counters = new Map<string, ShardCounters>();

  constructor(private readonly options: ShardLanesOptions) {}

  get all(): readonly ShardLane[] {
    return this.#all;
  }

  get map(): ShardMap | undefined {
    return this.#map;
  }

  /** Number of records that wait in all lanes. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of the records that wait in all lanes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Creates lanes for the shards of a map, and moves waiting records from the old lanes to the new ones. */
  rebuild(map: ShardMap): void {
    const now = this.options.clock.now();
    const waiting = this.drain();
    this.#byShard.clear();
    this.#map = map;
    this.#all = map.shards.map((shard) => {
      const counters = this.countersOf(shard.shardId);
      const lane = new ShardLane(shard, counters, this.options, now, this.#changed);
      this.#byShard.set(shard.shardId, lane);
      return lane;
    });
    for (const record of waiting) this.push(record, now);
  }

  /** Adds a record to its lane. */
  push(record: PendingRecord, now: number): ShardLane {
    const lane = this.#laneOf(record);
    lane.push(record, now);
    return lane;
  }

  /** Puts failed records ahead of the others, in their order. */
  putBack(records: readonly PendingRecord[], now: number): void {
    for (const record of records.toReversed()) this.#laneOf(record).putBack(record, now);
  }

  /** Removes and returns all records of all lanes. */
  drain(): PendingRecord[] {
    return this.#all.flatMap((lane) => lane.drain());
  }

  /** The counts of the shard that a record is meant for. */
  countersFor({ partitionKey, explicitHashKey }: PendingRecord): ShardCounters {
    return this.countersOf(this.#map?.shardOf(partitionKey, explicitHashKey).shardId ?? "unknown");
  }

  /** The counts of a shard. */
  countersOf(shardId: string): ShardCounters {
    let counters = this.#counters.get(shardId);
    if (counters === undefined) {
      counters = new ShardCounters();
      this.#counters.set(shardId, counters);
    }
    return counters;
  }

  /** The counts of each shard, and their totals. */
  metrics(): Omit<
    ProducerMetrics,
    "bufferedBytes" | "bufferedRecords" | "calls" | "callsInFlight" | "concurrency"
  > {
    const now = this.options.clock.now();
    const total = new ShardCounters();
    const shards: ShardMetrics[] = [];
    for (const [shardId, counters] of this.#counters) {
      total.add(counters);
      const lane = this.#byShard.get(shardId);
      const oldest = lane?.oldest();
      shards.push({
        shardId,
        ...counters.snapshot(),
        queued: lane?.length ?? 0,
        oldestAgeMs: oldest === undefined ? 0 : now - oldest.acceptedAt,
      });
    }
    return { ...total.snapshot(), shards };
  }

  readonly #changed = (records: number, bytes: number): void => {
    this.#length += records;
    this.#bytes += bytes;
  };

  #laneOf({ partitionKey, explicitHashKey }: PendingRecord): ShardLane {
    const shard = this.#map?.shardOf(partitionKey, explicitHashKey);
    const lane = shard && this.#byShard.get(shard.shardId);
    if (lane === undefined) throw new Error("The shard map is not loaded");
    return lane;
  }
}

import { Aggregate } from "@streaming-data-lake/aggregation";
import type { PendingRecord } from "../record";
import type { ShardLane } from "../shards/shard-lane";
import type { Entry } from "./request-body";

/** Limits of one call and of one aggregated record. */
export interface BatchLimits {
  /** Most entries of a PutRecords call. */
  readonly maxBatchRecords: number;
  /** Most bytes of data and partition keys in a PutRecords call. */
  readonly maxBatchBytes: number;
  /** Most bytes of an aggregated record; undefined to send each record on its own. */
  readonly aggregateBytes?: number;
  /**
   * Whether records keep their order. A call then has at most one aggregate of each shard, or without aggregation one
   * record of each partition key.
   */
  readonly ordered: boolean;
}

/** Several records in one entry. */
interface AggregatedEntry extends Entry {
  readonly records: readonly PendingRecord[];
}

export type BatchEntry = PendingRecord | AggregatedEntry;

export function recordsOf(entry: BatchEntry): readonly PendingRecord[] {
  return "records" in entry ? entry.records : [entry];
}

/** The entries of one lane in a batch. */
export interface BatchPart {
  readonly lane: ShardLane;
  /** Index of the part's first entry. `to` is the index after its last. */
  readonly from: number;
  readonly to: number;
}

/** Collects the entries of one call. */
export class Batch {
  readonly entries: BatchEntry[] = [];
  readonly parts: BatchPart[] = [];
  #bytes = 0;
  #complete = false;

  constructor(
    private readonly limits: BatchLimits,
    /** Returns whether a record that was taken from a queue must still be sent. */
    private readonly wanted: (record: PendingRecord) => boolean,
  ) {}

  /** Whether the call is full, so that no other lane needs to be asked. */
  get full(): boolean {
    return this.#complete || this.entries.length >= this.limits.maxBatchRecords;
  }

  /**
   * Takes the records from a lane that fit into the call and that the shard allows.
   *
   * @param due Whether the records are sent even if their aggregate is not full.
   */
  fill(lane: ShardLane, now: number, due: boolean): void {
    const allowance = lane.allowance(now);
    if (allowance === 0) return;
    const { aggregateBytes } = this.limits;
    const from = this.entries.length;
    let left = Math.min(allowance, this.limits.maxBatchRecords - from);
    // Two aggregates for a shard could hold records with the same key, so there is only one if order matters.
    if (this.limits.ordered && aggregateBytes !== undefined) left = Math.min(left, 1);
    for (; left > 0; left--) {
      if (aggregateBytes !== undefined && !due && lane.bytes < aggregateBytes) break;
      const entry = aggregateBytes === undefined ? this.#single(lane) : this.#aggregate(lane);
      if (entry === undefined) break;
      this.entries.push(entry);
      const bytes =
        "records" in entry ? entry.data.length + Buffer.byteLength(entry.partitionKey) : entry.bytes;
      this.#bytes += bytes;
      if (!lane.spend(bytes)) break;
    }
    lane.completeCall(now);
    if (this.entries.length > from) this.parts.push({ lane, from, to: this.entries.length });
  }

  readonly #fits = (record: PendingRecord): boolean => {
    if (this.#bytes + record.bytes <= this.limits.maxBatchBytes) return true;
    this.#complete = true;
    return false;
  };

  #single(lane: ShardLane): PendingRecord | undefined {
    for (;;) {
      const record = lane.take(this.#fits);
      if (record === undefined || this.wanted(record)) return record;
    }
  }

  #aggregate(lane: ShardLane): BatchEntry | undefined {
    const first = this.#single(lane);
    if (first === undefined) return undefined;
    const aggregate = new Aggregate<PendingRecord>();
    aggregate.tryAdd(first, Number.POSITIVE_INFINITY);
    const keyBytes = Buffer.byteLength(first.partitionKey);
    const room =
      Math.min(this.limits.aggregateBytes ?? 0, this.limits.maxBatchBytes - this.#bytes) - keyBytes;
    // A record that is no longer wanted is taken from the queue but not added.
    const fits = (record: PendingRecord) => !this.wanted(record) || aggregate.tryAdd(record, room);
    while (lane.take(fits) !== undefined);
    if (aggregate.length === 1) return first;
    const { partitionKey, explicitHashKey } = first;
    return { records: aggregate.records, data: aggregate.encode(), partitionKey, explicitHashKey };
  }
}

import { TokenBucket } from "@streaming-data-lake/timing";
import type { ShardCounters } from "../metrics";
import type { PendingRecord } from "../record";
import { FifoQueue, KeyedQueue, type RecordQueue } from "./queue";
import type { HashRange } from "./shard-map";

/** The limits of a shard: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export interface ShardLimits {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface ShardLaneOptions {
  /** Milliseconds that a record waits for others to share its call. */
  readonly lingerMs: number;
  /** The limits of the shard; undefined for no limits. */
  readonly shardLimits: ShardLimits | undefined;
  /** Whether a call gets at most one record of each partition key. */
  readonly keyed: boolean;
}

/** Largest burst to a shard, in seconds of its limit. */
const burstSeconds = 0.25;

/**
 * Milliseconds between two calls to a shard whose limit is used up. Without this pause, a call would be made for each
 * record that the limit allows again.
 */
const paceMs = 100;

/** The records that wait for one shard, and the times at which they can be sent. */
export class ShardLane {
  readonly #queue: RecordQueue;
  readonly #records?: TokenBucket;
  readonly #bytes?: TokenBucket;
  /** True while a call has records of this lane and must not be overtaken by another. */
  #blocked = false;
  /** Time before which nothing is sent, because the shard needs a pause. */
  #heldUntil = 0;
  /** Time of the next call after the shard's limit was used up. */
  #pacedUntil = 0;
  /** Time from which records are sent even in a call that is not full. */
  #dueAt = 0;

  /** @param changed Called with the change in the number and the bytes of the waiting records. */
  constructor(
    readonly shard: HashRange,
    readonly counters: ShardCounters,
    private readonly options: ShardLaneOptions,
    now: number,
    private readonly changed: (records: number, bytes: number) => void,
  ) {
    this.#queue = options.keyed ? new KeyedQueue() : new FifoQueue();
    if (options.shardLimits === undefined) return;
    const { recordsPerSecond, bytesPerSecond } = options.shardLimits;
    this.#records = new TokenBucket(recordsPerSecond, now, Math.max(1, recordsPerSecond * burstSeconds));
    this.#bytes = new TokenBucket(bytesPerSecond, now, bytesPerSecond * burstSeconds);
  }

  get length(): number {
    return this.#queue.length;
  }

  get bytes(): number {
    return this.#queue.bytes;
  }

  /** Number of records that one call could take. */
  get ready(): number {
    return this.#queue.ready;
  }

  get dueAt(): number {
    return this.#dueAt;
  }

  oldest(): PendingRecord | undefined {
    return this.#queue.oldest();
  }

  push(record: PendingRecord, now: number): void {
    if (this.#queue.length === 0) this.#dueAt = now + this.options.lingerMs;
    this.#queue.push(record);
    this.changed(1, record.bytes);
  }

  /** Puts a failed record ahead of the others. It is sent as soon as the shard can take it. */
  putBack(record: PendingRecord, now: number): void {
    this.#queue.putBack([record]);
    this.#dueAt = now;
    this.changed(1, record.bytes);
  }

  /** Takes the next record if `fits` returns true for it. */
  take(fits: (record: PendingRecord) => boolean): PendingRecord | undefined {
    const record = this.#queue.take(fits);
    if (record !== undefined) this.changed(-1, -record.bytes);
    return record;
  }

  /** Counts an entry against the shard's limits. Returns false when the shard can take no more for now. */
  spend(bytes: number): boolean {
    if (this.#records === undefined || this.#bytes === undefined) return true;
    this.#records.take(1);
    this.#bytes.take(bytes);
    return this.#records.left >= 1 && this.#bytes.left > 0;
  }

  /** Marks the records of a call as complete, so that the next `take` is for another call. */
  completeCall(now: number): void {
    this.#queue.seal();
    if (this.allowance(now) === 0) this.#pacedUntil = now + paceMs;
    this.#dueAt = (this.#queue.oldest()?.acceptedAt ?? now) + this.options.lingerMs;
  }

  /** Stops sending until `release`, so that no call overtakes the one in flight. */
  block(): void {
    this.#blocked = true;
  }

  release(): void {
    this.#blocked = false;
  }

  /** Stops sending until this time. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  /**
   * Notes that the shard has refused records because its limit was exceeded. Other producers use the shard too, so
   * nothing of the limit is left.
   */
  throttled(now: number): void {
    this.#records?.drain(now);
    this.#bytes?.drain(now);
  }

  /** Number of entries that the shard can take now. */
  allowance(now: number): number {
    if (this.#blocked || this.#heldUntil > now) return 0;
    if (this.#records === undefined || this.#bytes === undefined) return Number.POSITIVE_INFINITY;
    return this.#bytes.available(now) > 0 ? Math.max(0, Math.floor(this.#records.available(now))) : 0;
  }

  /**
   * Time from which the lane's records can be sent, which can be in the past. It is infinite when no record waits, or
   * when nothing can be sent before a call returns.
   *
   * @param urgent Whether records are sent without waiting for others to share their call.
   */
  readyAt(now: number, urgent: boolean): number {
    if (this.#queue.length === 0 || this.#blocked) return Number.POSITIVE_INFINITY;
    const dueAt = Math.max(this.#pacedUntil, urgent ? now : this.#dueAt);
    return this.allowance(now) > 0 ? dueAt : Math.max(this.#opensAt(now), dueAt);
  }

  /** Removes and returns all records. */
  drain(): PendingRecord[] {
    this.changed(-this.#queue.length, -this.#queue.bytes);
    return this.#queue.drain();
  }

  /** Time from which the shard can take an entry again. */
  #opensAt(now: number): number {
    const wait = Math.max(this.#records?.wait(1, now) ?? 0, this.#bytes?.wait(1, now) ?? 0);
    return Math.max(this.#heldUntil, now + Math.max(1, wait));
  }
}

import type { ShardCounters } from "../metrics";
import type { PendingRecord } from "../record";
import { FifoQueue, KeyedQueue, type RecordQueue } from "./queue";
import type { Shard } from "./shard-map";
import { TokenBucket } from "./token-bucket";

/** What a shard takes: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export interface ShardLimits {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface ShardLaneOptions {
  /** Milliseconds that a record waits for others to share its call. */
  readonly lingerMs: number;
  /** Undefined for no limit. */
  readonly shardLimits: ShardLimits | undefined;
  /** Gives a call at most one record of each partition key. */
  readonly keyed: boolean;
}

/** Seconds of a shard's limit that may be sent at once. */
const burstSeconds = 0.25;

/** Milliseconds between two calls to a shard whose limit is used up. Without it, each freed record would be a call. */
const paceMs = 100;

/** The records that wait for one shard, and the times at which they may be sent. */
export class ShardLane {
  readonly #queue: RecordQueue;
  readonly #records?: TokenBucket;
  readonly #bytes?: TokenBucket;
  /** A call carries records of this lane, and another must not overtake it. */
  #blocked = false;
  /** The shard asked for a pause until this time. */
  #heldUntil = 0;
  /** The shard's limit is used up, and the next call is made at this time. */
  #pacedUntil = 0;
  /** From this time on the records are sent even in a call that is not full. */
  #dueAt = 0;

  /** @param changed Called with the change in the number and the bytes of the waiting records. */
  constructor(
    readonly shard: Shard,
    readonly counters: ShardCounters,
    private readonly options: ShardLaneOptions,
    now: number,
    private readonly changed: (records: number, bytes: number) => void,
  ) {
    this.#queue = options.keyed ? new KeyedQueue() : new FifoQueue();
    if (options.shardLimits === undefined) return;
    const { recordsPerSecond, bytesPerSecond } = options.shardLimits;
    this.#records = new TokenBucket(recordsPerSecond, Math.max(1, recordsPerSecond * burstSeconds), now);
    this.#bytes = new TokenBucket(bytesPerSecond, bytesPerSecond * burstSeconds, now);
  }

  get length(): number {
    return this.#queue.length;
  }

  get bytes(): number {
    return this.#queue.bytes;
  }

  /** Records that one call could carry. */
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

  /** Puts a record that failed ahead of the others. It is sent as soon as the shard takes it. */
  putBack(record: PendingRecord, now: number): void {
    this.#queue.putBack([record]);
    this.#dueAt = now;
    this.changed(1, record.bytes);
  }

  /** Takes the next record if `fits` agrees. */
  take(fits: (record: PendingRecord) => boolean): PendingRecord | undefined {
    const record = this.#queue.take(fits);
    if (record !== undefined) this.changed(-1, -record.bytes);
    return record;
  }

  /** Counts an entry against the shard's limits. Returns false when the shard takes no more for now. */
  spend(bytes: number): boolean {
    if (this.#records === undefined || this.#bytes === undefined) return true;
    this.#records.take(1);
    this.#bytes.take(bytes);
    return this.#records.left >= 1 && this.#bytes.left > 0;
  }

  /** Ends what was taken for one call: the next `take` is for another. */
  completeCall(now: number): void {
    this.#queue.seal();
    if (this.allowance(now) === 0) this.#pacedUntil = now + paceMs;
    this.#dueAt = (this.#queue.oldest()?.acceptedAt ?? now) + this.options.lingerMs;
  }

  /** Sends nothing more until `release`, so that no call overtakes the one in flight. */
  block(): void {
    this.#blocked = true;
  }

  release(): void {
    this.#blocked = false;
  }

  /** Sends nothing before this time. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  /**
   * The shard refused records because it is over its limit. Other producers use it too, so nothing of the limit is
   * left.
   */
  throttled(now: number): void {
    this.#records?.drain(now);
    this.#bytes?.drain(now);
  }

  /** Entries that the shard takes now. */
  allowance(now: number): number {
    if (this.#blocked || this.#heldUntil > now) return 0;
    if (this.#records === undefined || this.#bytes === undefined) return Number.POSITIVE_INFINITY;
    return this.#bytes.available(now) > 0 ? Math.max(0, Math.floor(this.#records.available(now))) : 0;
  }

  /**
   * The time from which the lane's records may be sent, which may be past. It is infinite when no record waits, and
   * when nothing can be sent before a call comes back.
   *
   * @param urgent The records need not wait for others to share their call.
   */
  readyAt(now: number, urgent: boolean): number {
    if (this.#queue.length === 0 || this.#blocked) return Number.POSITIVE_INFINITY;
    const dueAt = Math.max(this.#pacedUntil, urgent ? now : this.#dueAt);
    return this.allowance(now) > 0 ? dueAt : Math.max(this.#opensAt(now), dueAt);
  }

  /** Empties it. */
  drain(): PendingRecord[] {
    this.changed(-this.#queue.length, -this.#queue.bytes);
    return this.#queue.drain();
  }

  /** The time from which the shard takes an entry again. */
  #opensAt(now: number): number {
    const wait = Math.max(this.#records?.wait(1, now) ?? 0, this.#bytes?.wait(1, now) ?? 0);
    return Math.max(this.#heldUntil, now + Math.max(1, wait));
  }
}

import type { Counters } from "./metrics";
import type { RecordQueue } from "./queue";
import type { Shard } from "./shard-map";
import { TokenBucket } from "./token-bucket";

/** What a shard takes: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export interface ShardLimits {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Seconds of a shard's limit that may be sent at once. */
const burstSeconds = 0.25;

/** What waits for one shard, and when it may be sent. */
export class Lane {
  /** A call that carries records of this lane is in flight; only kept when order matters. */
  busy = false;
  /** Nothing is sent before this time: the shard asked for a pause. */
  heldUntil = 0;
  /** From then on its records are sent even in a call that is not full: they have waited for company long enough. */
  dueAt = 0;
  /** The shard's limit is used up as it frees: until then what has become free is worth no call of its own. */
  pacedUntil = 0;
  readonly #records?: TokenBucket;
  readonly #bytes?: TokenBucket;

  constructor(
    readonly shard: Shard,
    readonly queue: RecordQueue,
    readonly counters: Counters,
    limits: ShardLimits | undefined,
    now: number,
  ) {
    if (limits === undefined) return;
    const { recordsPerSecond, bytesPerSecond } = limits;
    this.#records = new TokenBucket(recordsPerSecond, Math.max(1, recordsPerSecond * burstSeconds), now);
    this.#bytes = new TokenBucket(bytesPerSecond, bytesPerSecond * burstSeconds, now);
  }

  /** Entries that the shard takes now. */
  allowance(now: number): number {
    if (this.busy || this.heldUntil > now) return 0;
    if (this.#records === undefined || this.#bytes === undefined) return Number.POSITIVE_INFINITY;
    return this.#bytes.available(now) > 0 ? Math.max(0, Math.floor(this.#records.available(now))) : 0;
  }

  /** Counts an entry as sent. False when the shard takes no more for now. */
  spend(bytes: number): boolean {
    if (this.#records === undefined || this.#bytes === undefined) return true;
    this.#records.take(1);
    this.#bytes.take(bytes);
    return this.#records.left >= 1 && this.#bytes.left > 0;
  }

  /** Time from which it takes an entry again. */
  opensAt(now: number): number {
    const wait = Math.max(this.#records?.wait(1, now) ?? 0, this.#bytes?.wait(1, now) ?? 0);
    return Math.max(this.heldUntil, now + Math.max(1, wait));
  }

  /** The shard refused records as over its limit: others use it too, and what seemed left is not. */
  throttled(now: number): void {
    this.#records?.drain(now);
    this.#bytes?.drain(now);
  }
}

import { shardLimits } from "@streaming-data-lake/rules/limits";
import { TokenBucket } from "@streaming-data-lake/timing";
import { throughputExceeded } from "../protocol/errors";
import type { ShardLog } from "../store/shard-log";
import {
  ConsecutiveNumbers,
  formatSequenceNumber,
  lastRecord,
  recordBits,
  type SequenceNumber,
  shardBits,
} from "./sequence-number";
import { type ShardState, shardName } from "./state";

/** A shard: its log, its rate limits, and the conversion of record numbers to sequence numbers. */
export class Shard {
  readonly id: string;
  private readonly bits: bigint;
  private sealed: boolean;
  private limits: Readonly<Record<"records" | "bytes" | "few" | "reads" | "out", TokenBucket>> | undefined;

  constructor(
    public state: ShardState,
    readonly log: ShardLog,
  ) {
    this.id = shardName(state.index);
    this.bits = shardBits(state.created, state.index);
    this.sealed = state.closedAt !== undefined;
  }

  /** Whether the shard is closed and all its pending writes are complete, so that it will get no more records. */
  get ended(): boolean {
    return this.sealed;
  }

  /** Closes the shard with its new state. The shard has ended once its pending writes are complete. */
  close(state: ShardState): void {
    this.state = state;
    void this.log.drained().then(() => {
      this.sealed = true;
      this.log.wake();
    });
  }

  sequenceNumber(record: number, arrival: number): string {
    return (this.bits | recordBits(BigInt(record), this.second(arrival))).toString();
  }

  /**
   * The sequence numbers of records that arrived together, beginning with the given record.
   *
   * @param before Bytes that are written before each number.
   * @param after Bytes that are written after each number.
   */
  sequenceNumbers(first: number, arrival: number, before?: Buffer, after?: Buffer): ConsecutiveNumbers {
    return new ConsecutiveNumbers(this.bits | recordBits(BigInt(first), this.second(arrival)), before, after);
  }

  get startingSequenceNumber(): string {
    const { created, index } = this.state;
    return formatSequenceNumber({ shardCreated: created, record: 0n, arrived: created, shardIndex: index });
  }

  get endingSequenceNumber(): string | undefined {
    const { created, index, closedAt } = this.state;
    if (closedAt === undefined) return undefined;
    const arrived = this.second(closedAt);
    return formatSequenceNumber({ shardCreated: created, record: lastRecord, arrived, shardIndex: index });
  }

  /** Number of the first record at or after a sequence number of this shard. */
  recordAt(number: SequenceNumber): number {
    return Math.min(this.log.next, Math.max(1, Number(number.record)));
  }

  /** Number of the first record after a sequence number of this shard. */
  recordAfter(number: SequenceNumber): number {
    return Math.min(this.log.next, Number(number.record) + 1);
  }

  /**
   * Whether the shard accepts a record now. An accepted record counts towards the limits, so this must be called
   * exactly once for each record.
   *
   * @param isThrottled Whether the shard accepts only one record per second.
   */
  admitsRecord(bytes: number, now: number, isThrottled: boolean): boolean {
    const { records, bytes: bucket, few } = this.buckets(now);
    if (isThrottled && !few.has(1, now)) return false;
    if (!records.has(1, now) || !bucket.has(bytes, now)) return false;
    records.take(1);
    bucket.take(bytes);
    if (isThrottled) few.take(1);
    return true;
  }

  /** @throws KinesisError when the shard's limits for reads or bytes per second are exceeded. */
  admitRead(message: string, now: number): void {
    const { reads, out } = this.buckets(now);
    if (!reads.has(1, now) || !out.has(1, now)) throw throughputExceeded(message);
    reads.take(1);
  }

  noteRead(bytes: number, now: number): void {
    this.buckets(now).out.take(bytes);
  }

  private buckets(now: number) {
    this.limits ??= {
      records: new TokenBucket(shardLimits.recordsIn, now),
      bytes: new TokenBucket(shardLimits.bytesIn, now),
      few: new TokenBucket(1, now),
      reads: new TokenBucket(shardLimits.readsOut, now),
      out: new TokenBucket(shardLimits.bytesOut, now),
    };
    return this.limits;
  }

  private second(time: number): number {
    return Math.max(Math.floor(time / 1000), this.state.created);
  }
}

import { createHash } from "node:crypto";
import type { SentRecord } from "../stream/deaggregate";
import type { KinesisRecord } from "../stream/stream-source";

/** A Kinesis record and the user records in it. */
export interface Delivered {
  readonly record: KinesisRecord;
  readonly userRecords: readonly SentRecord[];
}

/**
 * Which records a buffer holds. This is enough to derive an object's name, and the checkpoints once the buffer is
 * written.
 */
export class Contents {
  records = 0;
  bytes = 0;
  /** Arrival of the oldest record. */
  oldest = Number.POSITIVE_INFINITY;
  private readonly ranges = new Map<string, { first: string; last: string }>();

  add(shardId: string, { record, userRecords }: Delivered): void {
    for (const { data } of userRecords) this.bytes += data.length;
    this.records += userRecords.length;
    this.oldest = Math.min(this.oldest, record.arrival);
    const range = this.ranges.get(shardId);
    if (range) range.last = record.sequenceNumber;
    else this.ranges.set(shardId, { first: record.sequenceNumber, last: record.sequenceNumber });
  }

  /** The first and the last sequence number of each shard. */
  get spans(): ReadonlyMap<string, { readonly first: string; readonly last: string }> {
    return this.ranges;
  }

  /** The last sequence number of each shard. */
  get lasts(): ReadonlyMap<string, string> {
    return new Map([...this.ranges].map(([shardId, { last }]) => [shardId, last]));
  }

  /** A hexadecimal digest that is the same for the same records. */
  digest(kind: string): string {
    const ranges = [...this.ranges].map(([shardId, { first, last }]) => [shardId, first, last]).sort();
    return createHash("sha256")
      .update(JSON.stringify([kind, ranges]))
      .digest("hex");
  }
}

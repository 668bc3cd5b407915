import { createHash } from "node:crypto";
import type { ProducerRecord } from "../record";

/** An open shard. Its range of hash keys includes both ends. */
export interface HashRange {
  readonly shardId: string;
  /** First hash key of the range, as 32 hexadecimal digits, so that texts compare in the same way as the numbers. */
  readonly startingHashKey: string;
  readonly endingHashKey: string;
}

/** A decimal hash key as 32 hexadecimal digits. */
export function hexHashKey(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(32, "0");
}

/**
 * The hash key of a record as 32 hexadecimal digits. It is the MD5 of the partition key in UTF-8, unless the record has
 * an explicit hash key.
 * https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 */
export function hashKeyOf({ partitionKey, explicitHashKey }: Omit<ProducerRecord, "data">): string {
  if (explicitHashKey !== undefined) return hexHashKey(explicitHashKey);
  return createHash("md5").update(partitionKey).digest("hex");
}

/** Most partition keys whose shard is remembered, so that a repeated key needs no new MD5. */
const rememberedKeys = 20_000;

/** Finds the shard that a record goes to. */
export class ShardMap {
  readonly shards: readonly HashRange[];
  readonly #byKey = new Map<string, HashRange>();

  /** @throws Error when no shard is open. */
  constructor(shards: readonly HashRange[]) {
    if (shards.length === 0) throw new Error("The stream has no open shard");
    this.shards = [...shards].sort((a, b) => (a.endingHashKey < b.endingHashKey ? -1 : 1));
  }

  /** The shard of a record with this key. */
  shardOf(partitionKey: string, explicitHashKey?: string): HashRange {
    if (explicitHashKey !== undefined) return this.#find(hexHashKey(explicitHashKey));
    let shard = this.#byKey.get(partitionKey);
    if (shard === undefined) {
      shard = this.#find(hashKeyOf({ partitionKey }));
      if (this.#byKey.size >= rememberedKeys) this.#byKey.clear();
      this.#byKey.set(partitionKey, shard);
    }
    return shard;
  }

  /** Whether both maps send every record to the same shard. */
  equals(other: ShardMap): boolean {
    return (
      this.shards.length === other.shards.length &&
      this.shards.every(({ shardId }, at) => shardId === other.shards[at]?.shardId)
    );
  }

  #find(hashKey: string): HashRange {
    let low = 0;
    let high = this.shards.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.shards[middle] as HashRange).endingHashKey < hashKey) low = middle + 1;
      else high = middle;
    }
    return this.shards[low] as HashRange;
  }
}

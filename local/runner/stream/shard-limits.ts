import { createHash } from "node:crypto";

/** What a shard takes in a second: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export const shardLimits = { records: 1_000, bytes: 1024 * 1024 };

export interface ShardRange {
  readonly shardId: string;
  readonly startingHashKey: bigint;
  readonly endingHashKey: bigint;
}

/** The shard that a record belongs to: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
export function shardOf(
  shards: readonly ShardRange[],
  partitionKey: string,
  explicitHashKey: string | undefined,
): string | undefined {
  const hashKey = explicitHashKey
    ? BigInt(explicitHashKey)
    : BigInt(`0x${createHash("md5").update(partitionKey).digest("hex")}`);
  return shards.find(
    ({ startingHashKey, endingHashKey }) => startingHashKey <= hashKey && hashKey <= endingHashKey,
  )?.shardId;
}

/** Grants each shard its records and bytes a second; what was not used within a second is lost. */
export class ShardLimiter {
  private readonly shards = new Map<string, { records: number; bytes: number; at: number }>();

  /** @param now Milliseconds. */
  admits(shardId: string, bytes: number, now: number): boolean {
    const shard = this.shards.get(shardId) ?? { ...shardLimits, at: now };
    this.shards.set(shardId, shard);
    const seconds = Math.max(0, now - shard.at) / 1000;
    shard.records = Math.min(shardLimits.records, shard.records + seconds * shardLimits.records);
    shard.bytes = Math.min(shardLimits.bytes, shard.bytes + seconds * shardLimits.bytes);
    shard.at = now;
    if (shard.records < 1 || shard.bytes < bytes) return false;
    shard.records -= 1;
    shard.bytes -= bytes;
    return true;
  }
}

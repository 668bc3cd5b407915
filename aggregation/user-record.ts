/** A record as its producer's caller sent it, before it was put into an aggregate. */
export interface UserRecord {
  /** 1 to 256 characters, though a broken producer may have written any. */
  readonly partitionKey: string;
  /** Decimal number below 2^128; absent when the partition key chooses the shard. */
  readonly explicitHashKey?: string;
  readonly data: Buffer;
}

/** A record as an application sent it, before it was put into an aggregate. */
export interface UserRecord {
  /** Partition key, which should have 1 to 256 characters. A faulty producer can have written any other length. */
  readonly partitionKey: string;
  /** Explicit hash key, a decimal number below 2^128; absent when the partition key chooses the shard. */
  readonly explicitHashKey?: string;
  readonly data: Buffer;
}

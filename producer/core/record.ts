import type { Epoch } from "./epoch";

/** A record to put on a stream: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html */
export interface ProducerRecord {
  /** The payload; a string is sent as UTF-8. */
  readonly data: string | Uint8Array;
  /** Partition key, 1 to 256 characters. Its MD5 chooses the shard. */
  readonly partitionKey: string;
  /** Explicit hash key, a decimal number below 2^128 that chooses the shard instead of the partition key's MD5. */
  readonly explicitHashKey?: string;
}

/** Thrown for a record that no stream would accept. Nothing has been sent. */
export class InvalidRecordError extends Error {
  override readonly name = "InvalidRecordError";
  constructor(
    message: string,
    readonly record: ProducerRecord,
  ) {
    super(message);
  }
}

/** Where a record is on the stream. */
export interface Receipt {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Index of the record in its aggregate, from 0; absent when it was sent on its own. */
  readonly subSequenceNumber?: number;
}

/** The bytes of a record's payload. Those of an array are shared, not copied. */
export function payload({ data }: ProducerRecord): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length);
}

/** Bytes that AWS counts for a record: its data and its partition key in UTF-8, without the explicit hash key. */
export function recordBytes(data: Uint8Array, partitionKey: string): number {
  return data.length + Buffer.byteLength(partitionKey);
}

const hashKeyLimit = 1n << 128n;

/** @throws InvalidRecordError when no stream would accept the record. */
export function checkRecord(record: ProducerRecord, bytes: number, maxRecordBytes: number): void {
  const { partitionKey, explicitHashKey } = record;
  if (partitionKey.length < 1 || partitionKey.length > 256)
    throw new InvalidRecordError(
      `The partition key has ${partitionKey.length} characters; it must have 1 to 256`,
      record,
    );
  if (bytes > maxRecordBytes)
    throw new InvalidRecordError(
      `The record has ${bytes} bytes with its key; at most ${maxRecordBytes} are taken`,
      record,
    );
  if (
    explicitHashKey !== undefined &&
    !(/^(0|[1-9]\d{0,38})$/.test(explicitHashKey) && BigInt(explicitHashKey) < hashKeyLimit)
  )
    throw new InvalidRecordError(
      `The explicit hash key "${explicitHashKey}" is not a decimal number from 0 to 2^128 - 1`,
      record,
    );
}

/** A record that the producer has taken and that is neither acknowledged nor given up. */
export class PendingRecord {
  attempts = 0;
  /**
   * True once the answer to a call was lost. The record is then possibly on the stream although it counts as failed.
   */
  uncertain = false;
  /** The error of the last failed attempt. */
  lastError: Error | undefined;
  /** Time of the clock at which the buffer took the record. Milliseconds. */
  acceptedAt = 0;

  constructor(
    readonly data: Buffer,
    readonly partitionKey: string,
    readonly explicitHashKey: string | undefined,
    readonly bytes: number,
    /** Once it is aborted, the record is not sent again. */
    readonly signal: AbortSignal | undefined,
    readonly epoch: Epoch,
    readonly resolve: (receipt: Receipt) => void,
    readonly reject: (error: Error) => void,
  ) {}
}

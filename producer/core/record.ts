import type { Epoch } from "./epoch";

/** What is put on a stream: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html */
export interface ProducerRecord {
  /** The payload; a string is sent as UTF-8. */
  readonly data: string | Uint8Array;
  /** 1 to 256 characters; its MD5 chooses the shard. */
  readonly partitionKey: string;
  /** Decimal number below 2^128 that chooses the shard in place of the key's MD5. */
  readonly explicitHashKey?: string;
}

/** A record that no stream could take; nothing was sent. */
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
  /** Place inside the aggregated record, from 0; absent when sent on its own. */
  readonly subSequenceNumber?: number;
}

/** The payload's bytes; those of an array are shared, not copied. */
export function payload({ data }: ProducerRecord): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length);
}

/** Bytes that AWS counts for a record: its data and its partition key in UTF-8, but no explicit hash key. */
export function recordBytes(data: Uint8Array, partitionKey: string): number {
  return data.length + Buffer.byteLength(partitionKey);
}

const hashKeyLimit = 1n << 128n;

/** @throws InvalidRecordError when no stream could take the record. */
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

/** A record that the producer has taken and that has no answer yet. */
export class PendingRecord {
  attempts = 0;
  /** Set once a call's answer was lost: the record may be on the stream although it counts as failed. */
  uncertain = false;
  /** What the last attempt failed with. */
  lastError: Error | undefined;
  /** Clock time at which the buffer took it, in milliseconds. */
  acceptedAt = 0;

  constructor(
    readonly data: Buffer,
    readonly partitionKey: string,
    readonly explicitHashKey: string | undefined,
    readonly bytes: number,
    /** Once aborted it is not sent again. */
    readonly signal: AbortSignal | undefined,
    readonly epoch: Epoch,
    readonly resolve: (receipt: Receipt) => void,
    readonly reject: (error: Error) => void,
  ) {}
}

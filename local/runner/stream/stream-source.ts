import { Signal } from "@streaming-data-lake/timing";

/** A record as consumers receive it. */
export interface KinesisRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

export interface Fetch {
  readonly records: readonly KinesisRecord[];
  /**
   * When the call that found these records began, by `performance.now()`, which is not affected when the clock is set.
   */
  readonly begun: number;
  /** Whether as many records came as were asked for, so that there may be more. */
  readonly full: boolean;
  /** Whether there were no more records when the call began. */
  readonly atTip: boolean;
  /** Whether the shard is closed and has been read to its end. */
  readonly ended: boolean;
}

/** A shard and its parents. */
export interface ShardParents {
  readonly shardId: string;
  /** Ids of the parents that the stream still has. */
  readonly parents: readonly string[];
}

/** A saved position does not belong to this stream, but to an earlier one of the same name. */
export class ForeignPosition extends Error {
  override readonly name = "ForeignPosition";
}

/** The stream does not exist. */
export class StreamGone extends Error {
  override readonly name = "StreamGone";
}

/**
 * How much one call should return. AWS returns at most 10,000 records or 10 MB. An endpoint that limits only the number
 * of records could return hundreds of megabytes of aggregated records.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export const wanted = { records: 5_000, bytes: 1024 * 1024 };

/** Largest size of the records that are kept for other consumers. Bytes. */
const keptBytes = 8 * 1024 * 1024;

/** Memory that a record takes on the heap besides its data. Bytes. */
const recordOverhead = 200;

/**
 * A stream that several consumers read, each from its own position. Fetched records are kept for a while for the other
 * consumers, which is safe because the records after a position never change.
 */
export abstract class StreamSource {
  /** Notified when the stream has new records, if that is known. */
  readonly arrivals = new Signal();
  /** Pause between two calls of a reader that has read everything. Milliseconds. */
  abstract readonly pauseMilliseconds: number;
  private readonly underway = new Map<string, Promise<Fetch>>();
  private readonly cached = new Map<string, { readonly fetch: Fetch; readonly bytes: number }>();
  private bytes = 0;

  constructor(readonly name: string) {}

  /** All shards of the stream, including closed ones. */
  abstract listShards(): Promise<readonly ShardParents[]>;

  /**
   * Reads the records after a sequence number, or from the shard's first record.
   *
   * @throws StreamGone, ForeignPosition
   */
  protected abstract read(shardId: string, after: string | undefined): Promise<Fetch>;

  /**
   * The records after a sequence number, or from the shard's first record, which may have been kept from an earlier
   * read.
   *
   * @throws StreamGone, ForeignPosition
   */
  async fetch(shardId: string, after: string | undefined): Promise<Fetch> {
    const place = `${shardId}/${after ?? ""}`;
    const found = this.cached.get(place);
    if (found) return found.fetch;
    const underway = this.underway.get(place) ?? this.readAndKeep(place, shardId, after);
    this.underway.set(place, underway);
    try {
      return await underway;
    } finally {
      this.underway.delete(place);
    }
  }

  private async readAndKeep(place: string, shardId: string, after: string | undefined): Promise<Fetch> {
    const fetch = await this.read(shardId, after);
    if (fetch.records.length === 0) return fetch;
    const bytes = bytesOf(fetch.records);
    this.cached.set(place, { fetch, bytes });
    this.bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.cached) {
      if (this.bytes <= keptBytes) break;
      this.cached.delete(oldest);
      this.bytes -= freed;
    }
    return fetch;
  }
}

/** Memory that records take on the heap. */
export function bytesOf(records: readonly KinesisRecord[]): number {
  return records.reduce((sum, { data }) => sum + data.length + recordOverhead, 0);
}

import { Signal } from "../signal";

/** A record as consumers get it. */
export interface KinesisRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

export interface Fetch {
  readonly records: readonly KinesisRecord[];
  /** When the call that found these records began, by `performance.now()`: a clock that is set changes nothing. */
  readonly begun: number;
  /** As many as were asked for came, so that there may be more. */
  readonly full: boolean;
  /** Nothing more was there when the call began. */
  readonly atTip: boolean;
  /** The shard is closed and read to its end. */
  readonly ended: boolean;
}

/** A shard and those that it came from. */
export interface ShardParents {
  readonly shardId: string;
  /** Ids of the parents that the stream still has. */
  readonly parents: readonly string[];
}

/** A position that was read to is not one in this stream, but in an earlier one of the same name. */
export class ForeignPosition extends Error {
  override readonly name = "ForeignPosition";
}

/** The stream that is read is not there. */
export class StreamGone extends Error {
  override readonly name = "StreamGone";
}

/**
 * What one call is to bring. AWS answers with at most 10,000 records or 10 MB; an endpoint that only counts records
 * would answer aggregates of a producer with hundreds of megabytes.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export const wanted = { records: 5_000, bytes: 1024 * 1024 };

/** Bytes of records that are kept for the other consumers. */
const keptBytes = 8 * 1024 * 1024;

/** A record's part of the heap beside its data. */
const recordOverhead = 200;

/**
 * A stream as its consumers read it: each from its own position, while what one has fetched is kept a while for the
 * others, since what lies behind a position never changes.
 */
export abstract class StreamSource {
  /** Called when the stream has got new records, where that is known. */
  readonly arrivals = new Signal();
  /** Milliseconds between two calls of a reader that has read all there is. */
  abstract readonly pauseMilliseconds: number;
  private readonly underway = new Map<string, Promise<Fetch>>();
  private readonly kept = new Map<string, { readonly fetch: Fetch; readonly bytes: number }>();
  private bytes = 0;

  constructor(readonly name: string) {}

  /** The shards that the stream has, closed ones too. */
  abstract listShards(): Promise<readonly ShardParents[]>;

  /**
   * Reads the records behind a sequence number, or from the shard's first record on.
   *
   * @throws StreamGone, ForeignPosition
   */
  protected abstract read(shardId: string, after: string | undefined): Promise<Fetch>;

  /**
   * The records behind a sequence number, or from the shard's first record on.
   *
   * @throws StreamGone, ForeignPosition
   */
  async fetch(shardId: string, after: string | undefined): Promise<Fetch> {
    const place = `${shardId}/${after ?? ""}`;
    const kept = this.kept.get(place);
    if (kept) return kept.fetch;
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
    this.kept.set(place, { fetch, bytes });
    this.bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.kept) {
      if (this.bytes <= keptBytes) break;
      this.kept.delete(oldest);
      this.bytes -= freed;
    }
    return fetch;
  }
}

/** Of the heap that records take. */
export function bytesOf(records: readonly KinesisRecord[]): number {
  return records.reduce((sum, { data }) => sum + data.length + recordOverhead, 0);
}

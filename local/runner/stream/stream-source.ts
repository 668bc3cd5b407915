import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  InvalidArgumentException,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
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

/** A position that was read to is not one in this stream, but in an earlier one of the same name. */
export class ForeignPosition extends Error {
  override readonly name = "ForeignPosition";
}

/** Where a shard is read on: the iterator, and for how long there has been nothing behind it. */
interface Cursor {
  readonly iterator: string;
  readonly empty: number;
  readonly since: number;
}

/**
 * What one call is to bring. AWS answers with at most 10,000 records or 10 MB; an endpoint that only counts records
 * would answer aggregates of a producer with hundreds of megabytes.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
const wanted = { records: 5_000, bytes: 1024 * 1024, first: 100 };

/** Bytes of records that are kept for the other consumers. */
const keptBytes = 8 * 1024 * 1024;

/**
 * How often and how long a shard must have been empty before reading moves on to the iterator that came with the
 * empty answer. kinesalite's points at the present moment then, so that a record whose number was already assigned
 * while its write was under way would be passed over for good.
 */
const trusted = { fetches: 20, milliseconds: 3_000 };

/**
 * A stream as its consumers read it: each from its own position, while what one has fetched is kept a while for the
 * others, since what lies behind a position never changes.
 */
export class StreamSource {
  /** Told when the stream has got new records, where the endpoint can tell. */
  readonly arrivals = new Signal();
  private readonly cursors = new Map<string, Cursor>();
  private readonly underway = new Map<string, Promise<Fetch>>();
  private readonly kept = new Map<string, { readonly fetch: Fetch; readonly bytes: number }>();
  private bytes = 0;
  /** Records to ask for next, by the size of those that came last. */
  private limit = wanted.first;

  constructor(
    readonly client: KinesisClient,
    readonly name: string,
    /** Ends the calls that are under way. */
    readonly abort: AbortSignal,
  ) {}

  /** The records behind a sequence number, or from the shard's first record on. */
  async fetch(shardId: string, after: string | undefined): Promise<Fetch> {
    const place = `${shardId}/${after ?? ""}`;
    const kept = this.kept.get(place);
    if (kept) return kept.fetch;
    const underway = this.underway.get(place) ?? this.read(shardId, after, place);
    this.underway.set(place, underway);
    try {
      return await underway;
    } finally {
      this.underway.delete(place);
    }
  }

  private async read(shardId: string, after: string | undefined, place: string): Promise<Fetch> {
    const begun = performance.now();
    const cursor = this.cursors.get(place) ?? {
      iterator: await this.iterator(shardId, after),
      empty: 0,
      since: begun,
    };
    this.cursors.delete(place);
    let answer: Awaited<ReturnType<typeof this.getRecords>>;
    try {
      answer = await this.getRecords(cursor.iterator);
    } catch (error) {
      // Of a clock that was set back an iterator is one of the future, which is invalid.
      if (!(error instanceof ExpiredIteratorException || error instanceof InvalidArgumentException))
        throw error;
      answer = await this.getRecords(await this.iterator(shardId, after));
    }
    const { records, next, behind, asked } = answer;
    const last = records.at(-1);
    if (last && next)
      this.cursors.set(`${shardId}/${last.sequenceNumber}`, { iterator: next, empty: 0, since: begun });
    if (!last && next) {
      const settled = cursor.empty > trusted.fetches && begun - cursor.since > trusted.milliseconds;
      this.cursors.set(
        place,
        settled
          ? { iterator: next, empty: 0, since: begun }
          : { ...cursor, empty: cursor.empty + 1, since: cursor.empty === 0 ? begun : cursor.since },
      );
    }
    const fetch: Fetch = {
      records,
      begun,
      full: records.length >= asked,
      atTip: !last && behind === 0,
      ended: !next,
    };
    if (last) this.keep(place, fetch);
    return fetch;
  }

  private keep(place: string, fetch: Fetch): void {
    const bytes = fetch.records.reduce((sum, { data }) => sum + data.length + 200, 0);
    const fitting = Math.floor((wanted.bytes * fetch.records.length) / bytes);
    // Grows by steps, since the next records may be larger.
    this.limit = Math.max(1, Math.min(wanted.records, fitting, this.limit * 4));
    this.kept.set(place, { fetch, bytes });
    this.bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.kept) {
      if (this.bytes <= keptBytes) break;
      this.kept.delete(oldest);
      this.bytes -= freed;
    }
  }

  /**
   * kinesalite never answers AT_TIMESTAMP when there is no such record; so that position is not used.
   *
   * @throws ForeignPosition when the sequence number is not one of this stream.
   */
  private async iterator(ShardId: string, after: string | undefined): Promise<string> {
    const position: Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "StartingSequenceNumber"> = after
      ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after }
      : { ShardIteratorType: "TRIM_HORIZON" };
    const command = new GetShardIteratorCommand({ StreamName: this.name, ShardId, ...position });
    try {
      const { ShardIterator } = await this.client.send(command, { abortSignal: this.abort });
      return ShardIterator ?? "";
    } catch (error) {
      if (error instanceof InvalidArgumentException) throw new ForeignPosition(error.message);
      throw error;
    }
  }

  private async getRecords(ShardIterator: string) {
    const asked = this.limit;
    const command = new GetRecordsCommand({ ShardIterator, Limit: asked });
    const answer = await this.client.send(command, { abortSignal: this.abort });
    const records = (answer.Records ?? []).map((record) => ({
      sequenceNumber: record.SequenceNumber ?? "",
      partitionKey: record.PartitionKey ?? "",
      data: toBuffer(record.Data),
      arrival: record.ApproximateArrivalTimestamp?.getTime() ?? Date.now(),
    }));
    return { records, next: answer.NextShardIterator, behind: answer.MillisBehindLatest ?? 0, asked };
  }
}

function toBuffer(data: Uint8Array | undefined): Buffer {
  return data ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.alloc(0);
}

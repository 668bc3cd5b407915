import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  InvalidArgumentException,
  type KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-kinesis";
import {
  bytesOf,
  type Fetch,
  ForeignPosition,
  type ShardParents,
  StreamGone,
  StreamSource,
  wanted,
} from "./stream-source";

/** Where reading of a shard continues: the iterator, and how often and since when nothing was found behind it. */
interface Cursor {
  readonly iterator: string;
  readonly empty: number;
  readonly since: number;
}

/** Number of records that the first call asks for. */
const firstLimit = 100;

/**
 * How often and for how long a shard must have been empty before reading moves on to the iterator that came with the
 * empty answer. In kinesalite, that iterator points at the present moment, so a record whose sequence number was
 * assigned while it was still being written would be skipped forever.
 */
const trusted = { fetches: 20, milliseconds: 3_000 };

/** A stream of another Kinesis, read through its API. */
export class RemoteSource extends StreamSource {
  readonly pauseMilliseconds = 40;
  private readonly cursors = new Map<string, Cursor>();
  /** Number of records to ask for next, derived from the size of the last ones. */
  private limit = firstLimit;

  constructor(
    private readonly client: KinesisClient,
    name: string,
    /** Aborts the calls in progress. */
    private readonly abort: AbortSignal,
  ) {
    super(name);
  }

  async listShards(): Promise<readonly ShardParents[]> {
    const shards: { readonly id: string; readonly parents: readonly (string | undefined)[] }[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await this.client.send(
        new ListShardsCommand(NextToken ? { NextToken } : { StreamName: this.name }),
        { abortSignal: this.abort },
      );
      for (const { ShardId = "", ParentShardId, AdjacentParentShardId } of answer.Shards ?? [])
        shards.push({ id: ShardId, parents: [ParentShardId, AdjacentParentShardId] });
      NextToken = answer.NextToken;
    } while (NextToken);
    const ids = new Set(shards.map(({ id }) => id));
    return shards.map(({ id, parents }) => ({
      shardId: id,
      parents: parents.filter((parent) => parent !== undefined && ids.has(parent)) as string[],
    }));
  }

  protected async read(shardId: string, after: string | undefined): Promise<Fetch> {
    const place = `${shardId}/${after ?? ""}`;
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
      // When the clock was set back, an iterator lies in the future, which makes it invalid.
      if (error instanceof ResourceNotFoundException) throw new StreamGone(error.message);
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
    if (last) this.adapt(fetch);
    return fetch;
  }

  /**
   * Adapts the number of records of the next call to the wanted size. It grows step by step, because the next records
   * may be larger.
   */
  private adapt({ records }: Fetch): void {
    const fitting = Math.floor((wanted.bytes * records.length) / bytesOf(records));
    this.limit = Math.max(1, Math.min(wanted.records, fitting, this.limit * 4));
  }

  /** @throws StreamGone, or ForeignPosition when the sequence number does not belong to this stream. */
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
      if (error instanceof ResourceNotFoundException) throw new StreamGone(error.message);
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

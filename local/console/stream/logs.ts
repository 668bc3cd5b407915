import type { World } from "@streaming-data-lake/aws";
import { type Kinesis, KinesisError, ShardReader } from "@streaming-data-lake/kinesis";
import { directPutStream } from "@streaming-data-lake/runner/stream/direct-put-name";
import type { KinesisRecord } from "@streaming-data-lake/runner/stream/stream-source";
import { found, Refused } from "../server/refused";
import type { RecordPlace } from "./record-data";

/** Limits of one read of a shard. */
const wanted = { records: 2_000, bytes: 4 * 1024 * 1024 };

type KinesisStream = NonNullable<ReturnType<Kinesis["stream"]>>;

/** The records of a stream, as they are stored in its shards. */
export class StreamLog {
  constructor(
    private readonly kinesis: Kinesis,
    readonly name: string,
  ) {}

  /** The shards in the order of their ids. @throws Refused 404 */
  get shards(): KinesisStream["shards"] {
    return this.stream.shards;
  }

  private get stream(): KinesisStream {
    return found(this.kinesis.stream(this.name), `stream ${this.name}`);
  }

  get clock(): Kinesis["clock"] {
    return this.kinesis.clock;
  }

  /** Puts a record, as producers do. @throws Refused 400 for an invalid partition key, 409, 413 */
  async put(partitionKey: string, data: Uint8Array) {
    const characters = [...partitionKey].length;
    if (characters < 1 || characters > 256)
      throw new Refused(400, `the partition key has ${characters} characters; it must have 1 to 256`);
    const most = this.stream.state.maxRecordKiB * 1024;
    const bytes = data.length + Buffer.byteLength(partitionKey);
    if (bytes > most)
      throw new Refused(
        413,
        `the record has ${bytes} bytes with its partition key; those of ${this.name} may have ${most}`,
      );
    try {
      const { ShardId = "", SequenceNumber = "" } = await this.kinesis.call("PutRecord", {
        StreamName: this.name,
        PartitionKey: partitionKey,
        Data: data as Buffer,
      });
      return { shard: ShardId, sequenceNumber: SequenceNumber };
    } catch (error) {
      if (error instanceof KinesisError) throw new Refused(409, `${error.code}: ${error.message}`);
      throw error;
    }
  }

  /** @returns undefined when the stream no longer has the record. */
  async record(shard: string, sequenceNumber: string): Promise<KinesisRecord | undefined> {
    const [record] = await this.read(shard, { at: sequenceNumber }, { ...wanted, records: 1 });
    return record?.sequenceNumber === sequenceNumber ? record : undefined;
  }

  /** The records between two sequence numbers, both included, as far as the stream still has them. */
  async between(shard: string, first: string, last: string, most: number): Promise<readonly KinesisRecord[]> {
    const records: KinesisRecord[] = [];
    for await (const some of this.forward(shard, { at: first })) {
      for (const record of some) {
        if (records.length === most) return records;
        records.push(record);
        if (record.sequenceNumber === last) return records;
      }
    }
    return records;
  }

  /** Yields records from a place on, up to the shard's end at that moment. */
  async *forward(
    shard: string,
    start: Parameters<typeof ShardReader.open>[3],
  ): AsyncGenerator<readonly KinesisRecord[]> {
    const reader = await this.open(shard, start);
    for (;;) {
      const { records } = await reader.read(wanted);
      if (records.length === 0) return;
      yield readableRecords(records, this.kinesis);
    }
  }

  /**
   * Yields records backwards from the end, newest first, at most `most` of them.
   *
   * @param first Number of records in the first read. Each further read is larger.
   */
  async *backward(shard: string, most: number, first = most): AsyncGenerator<readonly KinesisRecord[]> {
    let before: string | undefined;
    let count = Math.min(first, wanted.records);
    for (let left = most; left > 0; left -= count, count = Math.min(4 * count, wanted.records)) {
      const records = await this.read(shard, { back: count, before }, { ...wanted, records: count }, before);
      const [oldest] = records;
      if (!oldest) return;
      yield records.toReversed();
      before = oldest.sequenceNumber;
    }
  }

  /** @throws Refused 404 when there is no such shard. */
  async open(shard: string, start: Parameters<typeof ShardReader.open>[3]): Promise<ShardReader> {
    try {
      return await ShardReader.open(this.kinesis, this.name, shard, start);
    } catch (error) {
      if (error instanceof KinesisError) throw new Refused(404, error.message);
      throw error;
    }
  }

  private async read(
    shard: string,
    start: Parameters<typeof ShardReader.open>[3],
    limits: typeof wanted,
    before?: string,
  ): Promise<readonly KinesisRecord[]> {
    const reader = await this.open(shard, start);
    const records: KinesisRecord[] = [];
    for (;;) {
      const { records: read } = await reader.read(limits);
      if (read.length === 0) return records;
      for (const record of readableRecords(read, this.kinesis)) {
        if (record.sequenceNumber === before) return records;
        records.push(record);
        if (records.length === limits.records) return records;
      }
    }
  }
}

type ReadRecords = Awaited<ReturnType<ShardReader["read"]>>["records"];

export const readableRecords = (records: ReadRecords, { clock }: Pick<Kinesis, "clock">): KinesisRecord[] =>
  Array.from(records, (record) => ({
    sequenceNumber: record.SequenceNumber,
    partitionKey: record.PartitionKey,
    data: record.Data,
    arrival: record.ApproximateArrivalTimestamp ?? clock.now(),
  }));

/** The streams whose records can be viewed: the stack's streams, and what was put to its delivery streams. */
export class Logs {
  constructor(private readonly world: World) {}

  get names(): readonly string[] {
    return [
      ...(this.world.state.kinesis ? this.world.stack.streams.map(({ name }) => name) : []),
      ...(this.world.state.directPut?.kinesis.streams.map(({ name }) => name) ?? []),
    ];
  }

  /** The records of a stream, or those that were put to a delivery stream. @throws Refused 404 */
  logOf(name: string): StreamLog {
    const { kinesis, directPut } = this.world.state;
    if (!this.world.stack.streams.some((stream) => stream.name === name)) {
      const own = [name, directPutStream(name)].find((one) => directPut?.kinesis.stream(one));
      if (directPut && own !== undefined) return new StreamLog(directPut.kinesis, own);
      throw new Refused(404, `there is no stream ${name}`);
    }
    if (!kinesis)
      throw new Refused(
        404,
        `${name} is in another Kinesis, ${this.world.runner.endpoint}: its records are not shown`,
      );
    return new StreamLog(kinesis, name);
  }

  /** @throws Refused 404, or 410 when the stream no longer has the record. */
  async record({ stream, shard, sequenceNumber }: RecordPlace): Promise<KinesisRecord> {
    const record = await this.logOf(stream).record(shard, sequenceNumber);
    if (!record)
      throw new Refused(410, `the stream ${stream} does not have the record ${sequenceNumber} any more`);
    return record;
  }
}

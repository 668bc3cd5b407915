import { type Kinesis, KinesisError, ShardReader } from "@streaming-data-lake/kinesis";
import {
  type Fetch,
  ForeignPosition,
  type ShardParents,
  StreamGone,
  StreamSource,
  wanted,
} from "./stream-source";

/** A stream of this process's own Kinesis. Its log is read directly. */
export class LocalSource extends StreamSource {
  readonly pauseMilliseconds = 5;

  constructor(
    private readonly kinesis: Kinesis,
    name: string,
  ) {
    super(name);
  }

  async listShards(): Promise<readonly ShardParents[]> {
    const stream = this.kinesis.stream(this.name);
    if (!stream) throw new StreamGone(`the stream ${this.name} is not there`);
    const ids = new Map(stream.shards.map(({ id, state }) => [state.index, id]));
    return stream.shards.map(({ id, state }) => ({
      shardId: id,
      parents: [state.parent, state.adjacentParent].flatMap((index) => {
        const parent = index === undefined ? undefined : ids.get(index);
        return parent === undefined ? [] : [parent];
      }),
    }));
  }

  protected async read(shardId: string, after: string | undefined): Promise<Fetch> {
    const begun = performance.now();
    try {
      const start = after === undefined ? "oldest" : { after };
      const reader = await ShardReader.open(this.kinesis, this.name, shardId, start);
      const { records, behind, ended } = await reader.read(wanted);
      return {
        records: Array.from(records, (record) => ({
          sequenceNumber: record.SequenceNumber,
          partitionKey: record.PartitionKey,
          data: record.Data,
          arrival: record.ApproximateArrivalTimestamp ?? this.kinesis.clock.now(),
        })),
        begun,
        full: behind > 0,
        atTip: records.length === 0 && behind === 0,
        ended,
      };
    } catch (error) {
      if (!(error instanceof KinesisError)) throw error;
      if (error.code === "ResourceNotFoundException") throw new StreamGone(error.message);
      if (error.code === "InvalidArgumentException") throw new ForeignPosition(error.message);
      throw error;
    }
  }
}

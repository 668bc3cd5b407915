import type { Kinesis as Client } from "@aws-sdk/client-kinesis";
import { type Endpoint, Kinesis, listen } from "@streaming-data-lake/kinesis";
import { kinesisClient } from "../../support/kinesis-client";

/** A record as it is on the stream. */
export interface Stored {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
}

/** Kinesis in this process, on a free loopback port, that ends with it. */
export class EmbeddedKinesis {
  private made = 0;

  private constructor(
    readonly client: Client,
    private readonly kinesis: Kinesis,
    private readonly server: Endpoint,
  ) {}

  static async start(): Promise<EmbeddedKinesis> {
    const kinesis = Kinesis.open({ transitionMs: 0 });
    const server = await listen(kinesis);
    return new EmbeddedKinesis(kinesisClient({ endpoint: server.url, region: "us-east-1" }), kinesis, server);
  }

  get endpoint(): string {
    return this.server.url;
  }

  async createStream(name: string, shards: number): Promise<void> {
    await this.client.createStream({ StreamName: name, ShardCount: shards });
  }

  /** Creates a stream of a name that no other one has. */
  async newStream(shards = 2): Promise<string> {
    const name = `stream-${++this.made}`;
    await this.createStream(name, shards);
    return name;
  }

  /** All records of the stream, shard by shard, parents before children, in the order of the shard. */
  async read(name: string): Promise<Stored[]> {
    const { Shards = [] } = await this.client.listShards({ StreamName: name });
    const stored: Stored[] = [];
    for (const { ShardId = "" } of Shards) {
      const { ShardIterator } = await this.client.getShardIterator({
        StreamName: name,
        ShardId,
        ShardIteratorType: "TRIM_HORIZON",
      });
      let iterator = ShardIterator;
      while (iterator) {
        const page = await this.client.getRecords({ ShardIterator: iterator });
        for (const { SequenceNumber = "", PartitionKey = "", Data = new Uint8Array() } of page.Records ?? [])
          stored.push({
            shardId: ShardId,
            sequenceNumber: SequenceNumber,
            partitionKey: PartitionKey,
            data: Buffer.from(Data),
          });
        iterator = page.Records?.length ? page.NextShardIterator : undefined;
      }
    }
    return stored;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.close();
    await this.kinesis.close();
  }
}

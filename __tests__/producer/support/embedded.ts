import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";
import { createClient } from "@streaming-data-lake/producer";
import kinesalite from "kinesalite";

/** A record as it is on the stream. */
export interface Stored {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
}

/** Kinesis in this process, in memory, on a free loopback port. */
export class EmbeddedKinesis {
  private constructor(
    readonly endpoint: string,
    readonly client: KinesisClient,
    private readonly server: ReturnType<typeof kinesalite>,
  ) {}

  static async start(): Promise<EmbeddedKinesis> {
    const server = kinesalite({ createStreamMs: 0, updateStreamMs: 0, shardLimit: 1000 });
    // kinesalite throws what a request emits when its client hangs up.
    server.prependListener("request", (request) => {
      queueMicrotask(() => request.removeAllListeners("error").on("error", () => undefined));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new EmbeddedKinesis(endpoint, createClient({ endpoint }), server);
  }

  /** Creates a stream; kinesalite needs a moment until it is active. */
  async createStream(name: string, shards: number): Promise<void> {
    await this.client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    for (let open = 0; open < shards; ) {
      const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamName: name }));
      open = Shards.length;
    }
  }

  /** All records of the stream, shard by shard, parents before children, in the order of the shard. */
  async read(name: string): Promise<Stored[]> {
    const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamName: name }));
    const stored: Stored[] = [];
    for (const { ShardId = "" } of Shards) {
      const { ShardIterator } = await this.client.send(
        new GetShardIteratorCommand({ StreamName: name, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
      );
      let iterator = ShardIterator;
      while (iterator) {
        const page = await this.client.send(new GetRecordsCommand({ ShardIterator: iterator }));
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
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

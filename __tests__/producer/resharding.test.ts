import { decodeAggregate } from "@streaming-data-lake/aggregation";
import { KinesisProducer, type ProducerOptions } from "@streaming-data-lake/producer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EmbeddedKinesis } from "./support/embedded";

let kinesis: EmbeddedKinesis;
beforeAll(async () => {
  kinesis = await EmbeddedKinesis.start();
});
afterAll(() => kinesis.stop());

async function split(stream: string): Promise<void> {
  const { Shards = [] } = await kinesis.client.listShards({ StreamName: stream });
  await kinesis.client.splitShard({
    StreamName: stream,
    ShardToSplit: Shards[0]?.ShardId,
    NewStartingHashKey: String(1n << 127n),
  });
}

describe("while a shard is split", () => {
  it.each<[string, Pick<ProducerOptions, "ordered" | "aggregate">]>([
    ["as it comes", {}],
    ["in order", { ordered: true }],
    ["aggregated, in order", { ordered: true, aggregate: true }],
  ])("%s: all records arrive, where consumers look for them, and order holds", async (name, mode) => {
    const stream = name.replace(/\W+/g, "-");
    await kinesis.createStream(stream, 1);
    const producer = new KinesisProducer({
      streamName: stream,
      endpoint: kinesis.endpoint,
      lingerMs: 2,
      ...mode,
    });
    const puts: Promise<unknown>[] = [];
    for (let at = 0; at < 600; at++) {
      puts.push(producer.put({ partitionKey: `key-${at % 13}`, data: `key-${at % 13} ${at}` }));
      if (at === 200) await Promise.all(puts);
      if (at === 200) await split(stream);
      if (at % 50 === 0) await producer.flush();
    }
    await Promise.all(puts);
    await producer.close();

    const stored = await kinesis.read(stream);
    const payloads = stored.flatMap(
      ({ data }) => decodeAggregate(data)?.map((inner) => inner.data) ?? [data],
    );
    const seen = new Set(payloads.map(String));
    expect(seen.size).toBe(600);
    expect(producer.metrics().shards.map(({ shardId }) => shardId)).toHaveLength(3);
    if (mode.ordered !== true) return;
    const last = new Map<string, number>();
    for (const payload of seen) {
      const [key = "", number] = payload.split(" ");
      expect(Number(number)).toBeGreaterThan(last.get(key) ?? -1);
      last.set(key, Number(number));
    }
  });
});

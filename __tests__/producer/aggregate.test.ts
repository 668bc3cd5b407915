import { decodeAggregate } from "@streaming-data-lake/aggregation";
import { describe, expect, it } from "vitest";
import { awsError } from "./support/scripted-service";
import { record, setUp } from "./support/setup";

describe("the producer, aggregating", () => {
  it("answers each record with its place in the aggregate", async () => {
    const { producer, service } = setUp({ aggregate: true });
    const puts = ["a", "b", "c"].map((data) => producer.put(record(data)));
    await producer.flush();
    expect(await Promise.all(puts)).toEqual(
      [0, 1, 2].map((subSequenceNumber) => ({
        shardId: "shard-0-of-1",
        sequenceNumber: "1",
        subSequenceNumber,
      })),
    );
    expect(service.calls).toHaveLength(1);
  });

  it("sends a record that is alone as it is", async () => {
    const { producer, service } = setUp({ aggregate: true });
    void producer.put(record("alone"));
    await producer.flush();
    expect(service.payloads).toEqual([["alone"]]);
  });

  it("fills aggregates to their size and never beyond", async () => {
    const { producer, service } = setUp({ aggregate: true, aggregateBytes: 1_000 });
    for (let at = 0; at < 100; at++) void producer.put(record("x".repeat(90)));
    await producer.flush();
    const sizes = service.calls.flat().map(({ Data, PartitionKey }) => Data.length + PartitionKey.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(850);
  });

  it("puts only records of the same shard together", async () => {
    const { producer, service } = setUp({ aggregate: true });
    service.shards = 4;
    for (let at = 0; at < 200; at++) void producer.put(record(`${at}`, `key-${at % 40}`));
    await producer.flush();
    const { shards } = producer.metrics();
    expect(shards).toHaveLength(4);
    expect(service.calls.flat()).toHaveLength(4);
    for (const { Data } of service.calls.flat()) {
      const alone = setUp();
      alone.service.shards = 4;
      for (const { partitionKey } of decodeAggregate(Data) ?? [])
        void alone.producer.put(record("x", partitionKey));
      await alone.producer.flush();
      expect(alone.producer.metrics().shards.filter(({ records }) => records > 0)).toHaveLength(1);
    }
  });

  it("sends again, after a split, what its aggregate took to another shard", async () => {
    const { producer, service, clock } = setUp({ aggregate: true });
    void producer.put(record("first"));
    await producer.flush();
    service.shards = 2;
    const low = producer.put({ data: "low", partitionKey: "k", explicitHashKey: "0" });
    const high = producer.put({
      data: "high",
      partitionKey: "k",
      explicitHashKey: String((1n << 128n) - 1n),
    });
    await clock.advance(5_000);
    expect((await low).shardId).toBe("shard-0-of-2");
    expect((await high).shardId).toBe("shard-1-of-2");
    expect(service.calls.at(-1)?.map(({ Data }) => Data.toString())).toEqual(["high"]);
  });

  it("needs to know the shards", async () => {
    const { producer, service } = setUp({ aggregate: true });
    service.listError = awsError(
      "AccessDeniedException",
      400,
      "not authorized to perform kinesis:ListShards",
    );
    await expect(producer.put(record("a"))).rejects.toThrow("kinesis:ListShards");
  });
});

describe("the producer, not aggregating", () => {
  it("goes on without knowing the shards when it may not list them, and says so", async () => {
    const warnings: string[] = [];
    const { producer, service } = setUp({ onWarning: (message) => warnings.push(message) });
    service.listError = awsError("AccessDeniedException", 400, "not authorized");
    const put = producer.put(record("a"));
    await producer.flush();
    expect(await put).toMatchObject({ shardId: "shard-0-of-1" });
    expect(warnings).toEqual([expect.stringContaining("not authorized")]);
  });

  it("learns the new shards from a record that went to one", async () => {
    const { producer, service, clock } = setUp();
    void producer.put(record("a"));
    await producer.flush();
    service.shards = 3;
    void producer.put(record("b"));
    await producer.flush();
    await clock.advance(2_000);
    expect(service.listed).toBe(2);
    void producer.put(record("c"));
    await producer.flush();
    await clock.advance(2_000);
    expect(service.listed).toBe(2);
  });
});

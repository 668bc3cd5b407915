import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deaggregate, isAggregate } from "../../functions/process-readings/aggregate";
import { Aggregate } from "../../producer/core/aggregate";
import { Epoch } from "../../producer/core/epoch";
import { PendingRecord, recordBytes } from "../../producer/core/record";
import { awsError } from "./support/scripted-service";
import { record, setUp } from "./support/setup";

const nothing = () => undefined;

function pending(partitionKey: string, data: Buffer, explicitHashKey?: string): PendingRecord {
  const bytes = recordBytes(data, partitionKey);
  return new PendingRecord(
    data,
    partitionKey,
    explicitHashKey,
    bytes,
    undefined,
    new Epoch(),
    nothing,
    nothing,
  );
}

describe("an aggregate", () => {
  const key = fc.string({ minLength: 1, maxLength: 256, unit: "grapheme" });
  const data = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const hashKey = fc.option(fc.bigInt(0n, (1n << 128n) - 1n).map(String), { nil: undefined });

  it("gives back the records that were added, and has the size it says", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, data, hashKey), { minLength: 1, maxLength: 300 }), (records) => {
        const aggregate = new Aggregate();
        for (const [k, d, h] of records) expect(aggregate.tryAdd(pending(k, d, h), 1e9)).toBe(true);
        const encoded = aggregate.encode();
        expect(encoded).toHaveLength(aggregate.encodedBytes);
        expect(isAggregate(encoded)).toBe(true);
        expect(deaggregate(encoded)).toEqual(
          records.map(([k, d]) => expect.objectContaining({ partitionKey: k, data: d })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("takes a record if it then has exactly the bytes allowed, and not if it has one more", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, data, hashKey), { minLength: 2, maxLength: 20 }), (records) => {
        const whole = new Aggregate();
        for (const [k, d, h] of records) whole.tryAdd(pending(k, d, h), 1e9);
        const aggregate = new Aggregate();
        for (const [k, d, h] of records.slice(0, -1)) aggregate.tryAdd(pending(k, d, h), 1e9);
        const [k, d, h] = records.at(-1) ?? ["", Buffer.alloc(0), undefined];
        const before = aggregate.encode();
        expect(aggregate.tryAdd(pending(k, d, h), whole.encodedBytes - 1)).toBe(false);
        expect(aggregate.encode()).toEqual(before);
        expect(aggregate.tryAdd(pending(k, d, h), whole.encodedBytes)).toBe(true);
        expect(aggregate.encode()).toEqual(whole.encode());
      }),
      { numRuns: 60 },
    );
  });

  it("is, byte by byte, what the format says", () => {
    const aggregate = new Aggregate();
    aggregate.tryAdd(pending("key", Buffer.from("one")), 100);
    aggregate.tryAdd(pending("key", Buffer.from("two"), "7"), 100);
    const hex = aggregate.encode().toString("hex");
    expect(hex.slice(0, -32)).toBe(
      [
        "f3899ac2", // magic number
        "0a03" + "6b6579", // partition_key_table: "key"
        "1201" + "37", // explicit_hash_key_table: "7"
        "1a07" + "0800" + "1a03" + "6f6e65", // records: key 0, "one"
        "1a09" + "0800" + "1000" + "1a03" + "74776f", // records: key 0, hash key 0, "two"
      ].join(""),
    );
  });
});

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
      for (const { partitionKey } of deaggregate(Data) ?? [])
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

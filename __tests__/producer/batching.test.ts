import { InvalidRecordError } from "@streaming-data-lake/producer";
import { describe, expect, it } from "vitest";
import { record, setUp } from "./support/setup";

describe("a call", () => {
  it("goes out as soon as it has 500 records", async () => {
    const { producer, service, clock } = setUp();
    for (let at = 0; at < 1_200; at++) void producer.put(record(`${at}`));
    await clock.settle();
    expect(service.calls.map(({ length }) => length)).toEqual([500, 500]);
  });

  it("waits the linger time for company", async () => {
    const { producer, service, clock } = setUp({ lingerMs: 80 });
    void producer.put(record("a"));
    await clock.advance(50);
    void producer.put(record("b"));
    await clock.advance(29);
    expect(service.calls).toHaveLength(0);
    await clock.advance(2);
    expect(service.payloads).toEqual([["a", "b"]]);
  });

  it("goes out at once on flush", async () => {
    const { producer, service } = setUp({ lingerMs: 60_000 });
    void producer.put(record("a"));
    void producer.put(record("b"));
    await producer.flush();
    expect(service.payloads).toEqual([["a", "b"]]);
  });

  it("takes exactly as many bytes as allowed, keys included", async () => {
    const { producer, service } = setUp({ maxBatchBytes: 30, maxRecordBytes: 30 });
    // A key of two characters and three bytes, ten bytes with its data.
    for (let at = 0; at < 7; at++) void producer.put(record("1234567", "kä"));
    await producer.flush();
    expect(service.calls.map(({ length }) => length)).toEqual([3, 3, 1]);
  });

  it("carries text as UTF-8 and bytes as they are", async () => {
    const { producer, service } = setUp();
    void producer.put({ data: "grün", partitionKey: "a" });
    void producer.put({ data: new Uint8Array([1, 2, 3, 4]).subarray(1, 3), partitionKey: "b" });
    await producer.flush();
    expect(service.calls[0]?.map(({ Data }) => [...Data])).toEqual([[...Buffer.from("grün")], [2, 3]]);
  });

  it("carries the explicit hash key", async () => {
    const { producer, service } = setUp();
    void producer.put({ data: "a", partitionKey: "a", explicitHashKey: "123" });
    await producer.flush();
    expect(service.calls[0]?.[0]?.ExplicitHashKey).toBe("123");
  });
});

describe("a record that no stream takes", () => {
  const limit = { maxRecordBytes: 100 };
  it.each([
    ["an empty key", { data: "a", partitionKey: "" }, "0 characters"],
    ["a key of 257 characters", { data: "a", partitionKey: "k".repeat(257) }, "257 characters"],
    ["a byte too many", { data: "a".repeat(98), partitionKey: "key" }, "101 bytes"],
    ["a hash key of 2^128", { data: "a", partitionKey: "k", explicitHashKey: String(1n << 128n) }, "2^128"],
    ["a hash key in hexadecimal", { data: "a", partitionKey: "k", explicitHashKey: "0xff" }, "0xff"],
  ])("with %s is rejected alone", async (_, bad, message) => {
    const { producer, service } = setUp(limit);
    const good = producer.put(record("good"));
    await expect(producer.put(bad)).rejects.toThrow(InvalidRecordError);
    await expect(producer.put(bad)).rejects.toThrow(message);
    await producer.flush();
    await expect(good).resolves.toMatchObject({ shardId: "shard-0-of-1" });
    expect(service.payloads).toEqual([["good"]]);
  });

  it.each([
    ["a key of 256 characters", { data: "a", partitionKey: "k".repeat(256) }, {}],
    ["exactly the bytes allowed", { data: "a".repeat(97), partitionKey: "key" }, limit],
    [
      "the greatest hash key",
      { data: "a", partitionKey: "k", explicitHashKey: String((1n << 128n) - 1n) },
      {},
    ],
    ["no data", { data: "", partitionKey: "k" }, {}],
  ])("is not one with %s", async (_, good, options) => {
    const { producer } = setUp(options);
    const put = producer.put(good);
    await producer.flush();
    await expect(put).resolves.toBeDefined();
  });
});

describe("options out of range", () => {
  it("are all named at once", () => {
    expect(() =>
      setUp({ maxBatchRecords: 501, lingerMs: -1, streamName: "", maxConcurrency: Number.NaN }),
    ).toThrow(
      /maxBatchRecords is 501; it must be from 1 to 500; lingerMs is -1.*maxConcurrency is NaN.*streamName is empty/,
    );
  });
});

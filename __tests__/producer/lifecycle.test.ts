import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ProducerRecord, SendOutcome } from "@streaming-data-lake/producer";
import { describe, expect, it } from "vitest";
import { awsError } from "./support/scripted-service";
import { record, setUp, stateOf } from "./support/setup";

describe("flush", () => {
  it("waits for what was put before it and not for what comes after", async () => {
    const { producer, service, clock } = setUp({ lingerMs: 1_000 });
    const before = producer.put(record("before"));
    const flushed = producer.flush();
    await clock.settle();
    service.otherwise = () => new Promise(() => undefined);
    void producer.put(record("after"));
    await clock.advance(2_000);
    expect(await stateOf(flushed)).toBeUndefined();
    expect(await stateOf(before)).toMatchObject({ sequenceNumber: "1" });
  });

  it("of nothing is done at once", async () => {
    const { producer } = setUp();
    await producer.flush();
  });
});

describe("close", () => {
  it("delivers what was put and then takes no more", async () => {
    const { producer, service } = setUp({ lingerMs: 60_000 });
    const put = producer.put(record("a"));
    const closed = producer.close();
    const late = expect(producer.put(record("b"))).rejects.toMatchObject({ reason: "Closed", attempts: 0 });
    expect(await closed).toMatchObject({ records: 1, undelivered: 0, bufferedBytes: 0 });
    await expect(put).resolves.toBeDefined();
    await late;
    expect(service.payloads).toEqual([["a"]]);
  });

  it("gives up at its deadline what is not delivered, in flight or waiting", async () => {
    const { producer, service, clock } = setUp({ maxBufferedBytes: 10, lingerMs: 1 });
    service.otherwise = () => new Promise(() => undefined);
    const puts = Promise.allSettled(
      ["in flight", "beyond the bound"].map((data) => producer.put(record(data))),
    );
    await clock.advance(10);
    const closed = producer.close({ deadlineMs: 500 });
    await clock.advance(499);
    expect(await stateOf(closed)).toBe("pending");
    await clock.advance(2);
    expect(await closed).toMatchObject({ records: 0, undelivered: 2 });
    expect(await puts).toMatchObject([
      { status: "rejected", reason: { reason: "Closed", uncertain: true, attempts: 1 } },
      { status: "rejected", reason: { reason: "Closed", uncertain: false, attempts: 0 } },
    ]);
  });

  it("gives up what waits for its next attempt", async () => {
    const { producer, service, clock } = setUp();
    service.otherwise = () => awsError("InternalFailure", 500);
    const put = expect(producer.put(record("a"))).rejects.toMatchObject({ reason: "Closed" });
    await clock.advance(300);
    const closed = producer.close({ deadlineMs: 1 });
    await clock.advance(5);
    expect(await closed).toMatchObject({ undelivered: 1 });
    await put;
  });
});

describe("a record that is sent without a promise", () => {
  it("is delivered, and only the ones that are given up are told", async () => {
    const { producer, service } = setUp();
    const givenUp: Error[] = [];
    producer.send(record("a"), (error) => givenUp.push(error));
    await producer.close();
    producer.send(record("late"), (error) => givenUp.push(error));
    expect(service.payloads).toEqual([["a"]]);
    expect(givenUp).toMatchObject([{ reason: "Closed", record: { data: Buffer.from("late") } }]);
  });

  it("is refused at once when no stream would accept it", () => {
    const { producer } = setUp();
    expect(() => producer.send({ partitionKey: "", data: "a" }, () => {})).toThrow("partition key");
  });
});

describe("an aborted signal", () => {
  it("of the producer gives everything up at once", async () => {
    const controller = new AbortController();
    const { producer, service, clock } = setUp({ signal: controller.signal });
    service.otherwise = () => new Promise(() => undefined);
    const put = expect(producer.put(record("a"))).rejects.toMatchObject({
      reason: "Aborted",
      uncertain: true,
    });
    await clock.advance(200);
    controller.abort();
    await put;
    await expect(producer.put(record("b"))).rejects.toMatchObject({ reason: "Aborted", uncertain: false });
  });

  it("of a record keeps that one from being sent", async () => {
    const { producer, service } = setUp();
    const put = producer.put(record("a"), { signal: AbortSignal.abort() });
    const aborted = expect(put).rejects.toMatchObject({ reason: "Aborted" });
    void producer.put(record("b"));
    await producer.flush();
    await aborted;
    expect(service.payloads).toEqual([["b"]]);
  });
});

describe("as a stream", () => {
  const records = (count: number) => Array.from({ length: count }, (_, at) => record(`${at}`));

  it("takes all records, and ends when they are delivered", async () => {
    const { producer, service } = setUp({ maxBufferedBytes: 100 });
    await pipeline(Readable.from(records(1_000)), producer.writable());
    expect(service.payloads.flat()).toHaveLength(1_000);
  }, 5_000);

  it("is destroyed with the error of the first record given up", async () => {
    const { producer, service } = setUp();
    service.otherwise = () => awsError("ResourceNotFoundException", 400, "gone");
    await expect(pipeline(Readable.from(records(10)), producer.writable())).rejects.toMatchObject({
      name: "UndeliveredError",
      reason: "Refused",
    });
  });

  it("as an iterator yields what became of each record, in order", async () => {
    const { producer, service } = setUp();
    service.otherwise = (entries) => (entries.length > 1 ? awsError("ValidationException", 400) : "stored");
    const outcomes: SendOutcome[] = [];
    const source = [...records(3), { data: "x", partitionKey: "" }, record("4")];
    for await (const outcome of producer.sendAll(source)) outcomes.push(outcome);
    expect(outcomes.map(({ receipt, error }) => receipt?.sequenceNumber ?? error?.name)).toEqual([
      "1",
      "2",
      "3",
      "InvalidRecordError",
      "4",
    ]);
  });

  it("as an iterator yields outcomes while its source pauses", async () => {
    const { producer, clock } = setUp();
    async function* source(): AsyncGenerator<ProducerRecord> {
      yield record("a");
      await new Promise(() => undefined);
    }
    const first = producer.sendAll(source()).next();
    await clock.advance(200);
    expect(await stateOf(first)).toMatchObject({ value: { receipt: { sequenceNumber: "1" } } });
  });

  it("as an iterator passes its source's error on, after what was put before it", async () => {
    const { producer, clock } = setUp();
    async function* source(): AsyncGenerator<ProducerRecord> {
      yield record("a");
      throw new Error("disk full");
    }
    const outcomes = producer.sendAll(source());
    const first = outcomes.next();
    await clock.advance(200);
    expect(await first).toMatchObject({ value: { receipt: { sequenceNumber: "1" } } });
    await expect(outcomes.next()).rejects.toThrow("disk full");
  });
});

describe("metrics", () => {
  it("count records, bytes, attempts, throttles, failures and latency by shard", async () => {
    const { producer, service, clock } = setUp({ lingerMs: 40 });
    service.shards = 2;
    const throttled = { ErrorCode: "ProvisionedThroughputExceededException" };
    service.next((entries) =>
      service.store(entries).map((result, at) => (entries[at]?.ExplicitHashKey === "0" ? throttled : result)),
    );
    void producer.put({ data: "abc", partitionKey: "k", explicitHashKey: "0" });
    void producer.put({ data: "defg", partitionKey: "k", explicitHashKey: String(1n << 127n) });
    await clock.advance(60);
    expect(producer.metrics()).toMatchObject({
      bufferedRecords: 1,
      bufferedBytes: 4,
      records: 1,
      throttles: 1,
    });
    expect(producer.metrics().shards[0]).toMatchObject({ queued: 1, oldestAgeMs: 60 });
    await clock.advance(60);
    const { shards, ...total } = producer.metrics();
    expect(total).toMatchObject({ records: 2, bytes: 9, attempts: 3, throttles: 1, failures: 0, calls: 2 });
    expect(shards).toMatchObject([
      {
        shardId: "shard-0-of-2",
        records: 1,
        bytes: 4,
        attempts: 2,
        throttles: 1,
        undelivered: 0,
        oldestAgeMs: 0,
      },
      {
        shardId: "shard-1-of-2",
        records: 1,
        bytes: 5,
        attempts: 1,
        throttles: 0,
        undelivered: 0,
        oldestAgeMs: 0,
      },
    ]);
    expect(shards[1]?.latencyMs.max).toBe(40);
    expect(Math.abs((shards[0]?.latencyMs.p50 ?? 0) / 90 - 1)).toBeLessThan(0.05);
  });
});

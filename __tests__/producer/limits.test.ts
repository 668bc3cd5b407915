import { describe, expect, it } from "vitest";
import { record, setUp, stateOf } from "./support/setup";

const low = "0";
const high = String((1n << 128n) - 1n);

describe("a shard's limits", () => {
  it("are 1,000 records a second, with a quarter of a second's burst", async () => {
    const { producer, service, clock } = setUp({ shardLimits: undefined });
    for (let at = 0; at < 5_000; at++) void producer.put(record(`${at}`));
    await clock.advance(1_000);
    const sent = service.payloads.flat().length;
    expect(sent).toBeGreaterThan(1_100);
    expect(sent).toBeLessThanOrEqual(1_250);
    await clock.advance(1_000);
    expect(service.payloads.flat().length - sent).toBeGreaterThan(900);
    expect(service.payloads.flat().length - sent).toBeLessThanOrEqual(1_100);
  });

  it("are 1 MiB a second", async () => {
    const { producer, service, clock } = setUp({ shardLimits: undefined });
    for (let at = 0; at < 100; at++) void producer.put(record("x".repeat(102_400 - 3)));
    await clock.advance(3_000);
    // Three seconds and the burst, and the last record may pass into debt.
    expect(service.payloads.flat().length).toBeGreaterThanOrEqual(31);
    expect(service.payloads.flat().length).toBeLessThanOrEqual(34);
  });

  it("let a record larger than the burst pass", async () => {
    const { producer, service } = setUp({ shardLimits: { recordsPerSecond: 1_000, bytesPerSecond: 100 } });
    void producer.put(record("x".repeat(10_000)));
    await producer.flush();
    expect(service.calls).toHaveLength(1);
  });

  it("are each shard's own", async () => {
    const { producer, service, clock } = setUp({
      shardLimits: { recordsPerSecond: 100, bytesPerSecond: 1e6 },
    });
    service.shards = 2;
    for (let at = 0; at < 2_000; at++)
      void producer.put({ data: `${at}`, partitionKey: "k", explicitHashKey: at % 2 ? low : high });
    await clock.advance(2_000);
    const { shards } = producer.metrics();
    for (const { records } of shards) {
      expect(records).toBeGreaterThan(200);
      expect(records).toBeLessThanOrEqual(225);
    }
  });

  it("are spent in few calls", async () => {
    const { producer, service, clock } = setUp({ shardLimits: undefined });
    for (let at = 0; at < 5_000; at++) void producer.put(record(`${at}`));
    await clock.advance(3_000);
    expect(service.calls.length).toBeLessThan(40);
  });
});

describe("the buffer", () => {
  it("never holds more than its bound; what is beyond waits its turn", async () => {
    const { producer, service, clock } = setUp({ maxBufferedBytes: 100, lingerMs: 1 });
    let most = 0;
    service.otherwise = () => {
      most = Math.max(most, producer.metrics().bufferedBytes);
      return "stored";
    };
    const puts = Array.from({ length: 50 }, (_, at) => producer.put(record(`${at}`.padEnd(7), "key")));
    expect(producer.metrics().bufferedRecords).toBe(10);
    await clock.advance(1_000);
    await Promise.all(puts);
    expect(most).toBe(100);
    expect(service.payloads.flat().map(Number)).toEqual(Array.from({ length: 50 }, (_, at) => at));
  });

  it("is ready again once there is room", async () => {
    const { producer, clock } = setUp({ maxBufferedBytes: 8 });
    expect(producer.full).toBe(false);
    expect(await stateOf(producer.ready())).toBeUndefined();
    void producer.put(record("12345"));
    expect(producer.full).toBe(true);
    const ready = producer.ready();
    expect(await stateOf(ready)).toBe("pending");
    await clock.advance(200);
    expect(await stateOf(ready)).toBeUndefined();
    expect(producer.full).toBe(false);
  });

  it("asks for no more than it can soon send", async () => {
    const { producer, service, clock } = setUp();
    service.otherwise = () => new Promise(() => undefined);
    void producer.put(record("first"));
    await clock.settle();
    let taken = 0;
    while (!producer.full && taken < 100_000) {
      void producer.put(record("x"));
      taken++;
    }
    expect(taken).toBeLessThan(10_000);
  });
});

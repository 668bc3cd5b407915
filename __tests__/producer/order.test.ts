import { describe, expect, it } from "vitest";
import { internalFailure } from "./support/scripted-service";
import { record, setUp } from "./support/setup";

describe("in order", () => {
  it("a call carries one record of each key at most", async () => {
    const { producer, service } = setUp({ ordered: true });
    for (const data of ["a1", "a2", "b1", "a3", "c1"]) void producer.put(record(data, data[0]));
    await producer.flush();
    expect(service.payloads).toEqual([["a1", "b1", "c1"], ["a2"], ["a3"]]);
  });

  it("a shard has one call in flight", async () => {
    const { producer, service, clock } = setUp({ ordered: true });
    let answer: (stored: "stored") => void = () => undefined;
    service.next(
      new Promise<"stored">((resolve) => {
        answer = resolve;
      }),
    );
    void producer.put(record("a", "a"));
    await clock.advance(200);
    void producer.put(record("b", "b"));
    await clock.advance(1_000);
    expect(service.payloads).toEqual([["a"]]);
    answer("stored");
    await clock.settle();
    expect(service.payloads).toEqual([["a"], ["b"]]);
  });

  it("a record that failed goes ahead of its successors", async () => {
    const { producer, service, clock } = setUp({ ordered: true });
    service.next((entries) =>
      service.store(entries).map((result, at) => (at === 0 ? internalFailure : result)),
    );
    for (const data of ["a1", "b1", "a2", "b2"]) void producer.put(record(data, data[0]));
    await clock.advance(1_000);
    expect(service.payloads.flat().filter((data) => data.startsWith("a"))).toEqual(["a1", "a1", "a2"]);
  });

  it("keys take turns, so that a busy one keeps no other waiting", async () => {
    const { producer, service, clock } = setUp({ ordered: true, maxBatchRecords: 2 });
    for (const data of ["a1", "a2", "b1", "c1", "b2"]) void producer.put(record(data, data[0]));
    await clock.advance(1_000);
    expect(service.payloads.slice(0, 2)).toEqual([
      ["a1", "b1"],
      ["c1", "a2"],
    ]);
  });

  it("new shards are used only once no call is in flight on the old ones", async () => {
    const { producer, service, clock } = setUp({ ordered: true });
    await putAndFlush(producer, "a0");
    service.shards = 2;
    await putAndFlush(producer, "a1");
    await clock.advance(5_000);
    await putAndFlush(producer, "a2");
    expect(service.payloads).toEqual([["a0"], ["a1"], ["a2"]]);
    expect(producer.metrics().shards.map(({ shardId }) => shardId)).toContain("shard-0-of-2");
  });
});

async function putAndFlush(producer: ReturnType<typeof setUp>["producer"], data: string): Promise<void> {
  void producer.put(record(data, data[0]));
  await producer.flush();
}

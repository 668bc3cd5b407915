import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../local/kinesis/index";
import { CborWriter, decodeCbor } from "../../local/kinesis/protocol/cbor";
import { iteratorOf, openKinesis, openWithClock, rawRequest, serve, target, withStream } from "./support";

const shard0 = "shardId-000000000000";

const records = (count: number, bytes = 0) =>
  Array.from({ length: count }, () => ({ PartitionKey: "k", Data: Buffer.alloc(bytes) }));

describe("with limits enforced", () => {
  it("a shard takes 1,000 records a second, and refuses the others at their places", async () => {
    const clock = new VirtualClock();
    const { client } = await withStream(serve({ clock, enforceLimits: true }));
    const put = () => client.putRecords({ StreamName: "s", Records: records(400) });
    expect((await put()).FailedRecordCount).toBe(0);
    expect((await put()).FailedRecordCount).toBe(0);
    const third = await put();
    expect(third.FailedRecordCount).toBe(200);
    expect(third.Records?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      ...Array.from({ length: 200 }, () => undefined),
      ...Array.from({ length: 200 }, () => "ProvisionedThroughputExceededException"),
    ]);
    expect(third.Records?.at(-1)?.ErrorMessage).toBe(
      "Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.",
    );
    await clock.advance(500);
    expect((await put()).FailedRecordCount).toBe(0);
    expect((await put()).FailedRecordCount).toBe(300);
  });

  it("a shard takes one megabyte a second", async () => {
    const { kinesis, clock } = await withStream(openWithClock({ enforceLimits: true }));
    const put = (bytes: number) =>
      kinesis.call("PutRecords", { StreamName: "s", Records: records(1, bytes) });
    expect((await put(1_000_000)).FailedRecordCount).toBe(0);
    expect((await put(1_000_000)).FailedRecordCount).toBe(1);
    await expect(
      kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.alloc(1_000_000) }),
    ).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    await clock.advance(1_000);
    expect((await put(1_000_000)).FailedRecordCount).toBe(0);
  });

  it("holds for CBOR as for JSON", async () => {
    const { endpoint } = await withStream(serve({ clock: new VirtualClock(), enforceLimits: true }));
    const writer = new CborWriter();
    writer.map(2);
    writer.text("StreamName");
    writer.text("s");
    writer.text("Records");
    writer.list(500);
    for (let i = 0; i < 500; i++) {
      writer.map(2);
      writer.text("Data");
      writer.blob(Buffer.from([i]));
      writer.text("PartitionKey");
      writer.text("k");
    }
    const failed: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const { body } = await rawRequest(endpoint.port, writer.finish(), {
        ...target("PutRecords"),
        "content-type": "application/x-amz-cbor-1.1",
      });
      const answer = decodeCbor(body) as { FailedRecordCount: number; Records: { ErrorCode?: string }[] };
      failed.push(answer.FailedRecordCount);
      expect(answer.Records).toHaveLength(500);
    }
    expect(failed).toEqual([0, 0, 500]);
  });

  it("a shard is read five times a second, and two megabytes a second", async () => {
    const { kinesis, clock } = await withStream(openWithClock({ enforceLimits: true }));
    const start = await iteratorOf(kinesis);
    const read = () => kinesis.call("GetRecords", { ShardIterator: start });
    for (let i = 0; i < 5; i++) await read();
    await expect(read()).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    for (let i = 0; i < 10; i++) {
      await clock.advance(1_000);
      await kinesis.call("PutRecords", { StreamName: "s", Records: records(1, 1_000_000) });
    }
    await clock.advance(1_000);
    expect((await read()).Records).toHaveLength(10);
    // Ten megabytes are paid for in the next five seconds.
    await clock.advance(3_000);
    await expect(read()).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    await clock.advance(1_500);
    await read();
  });

  it("an account makes so many calls a second", async () => {
    const { kinesis, clock } = openWithClock({ enforceLimits: true });
    for (let i = 0; i < 5; i++) await kinesis.call("ListStreams", {});
    await expect(kinesis.call("ListStreams", {})).rejects.toMatchObject({ name: "LimitExceededException" });
    await clock.advance(1_000);
    await kinesis.call("ListStreams", {});
  });

  it("pushes two megabytes a second to a consumer", async () => {
    const { kinesis, clock } = await withStream(openWithClock({ enforceLimits: true }));
    for (let i = 0; i < 6; i++) {
      await kinesis.call("PutRecords", { StreamName: "s", Records: records(1, 1_000_000) });
      await clock.advance(1_000);
    }
    const { Consumer } = await kinesis.call("RegisterStreamConsumer", {
      StreamARN: kinesis.streamArn("s"),
      ConsumerName: "c",
    });
    const { EventStream } = await kinesis.call("SubscribeToShard", {
      ConsumerARN: Consumer.ConsumerARN,
      ShardId: shard0,
      StartingPosition: { Type: "TRIM_HORIZON" },
    });
    let received = 0;
    const consumed = (async () => {
      for await (const { Records } of EventStream) {
        received += Records.length;
        if (received === 6) break;
      }
    })();
    await clock.advance(0);
    while (received < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(received).toBeLessThanOrEqual(3);
    for (let i = 0; i < 5 && received < 6; i++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await consumed;
  });
});

describe("without limits", () => {
  it("nothing is refused for its rate", async () => {
    const kinesis = await withStream(openKinesis());
    for (let i = 0; i < 6; i++)
      expect(
        (await kinesis.call("PutRecords", { StreamName: "s", Records: records(500) })).FailedRecordCount,
      ).toBe(0);
    const start = await iteratorOf(kinesis);
    for (let i = 0; i < 10; i++) await kinesis.call("GetRecords", { ShardIterator: start });
  });
});

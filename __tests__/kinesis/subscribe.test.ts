import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { type Kinesis, VirtualClock } from "../../local/kinesis/index";
import { openKinesis, openWithClock, serve, withStream } from "./support";

const shard0 = "shardId-000000000000";

async function withConsumer(kinesis: Kinesis, shards = 1): Promise<string> {
  await kinesis.call("CreateStream", { StreamName: "s", ShardCount: shards });
  const { Consumer } = await kinesis.call("RegisterStreamConsumer", {
    StreamARN: kinesis.streamArn("s"),
    ConsumerName: "c",
  });
  return Consumer.ConsumerARN;
}

const put = (kinesis: Kinesis, text: string) =>
  kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from(text) });

describe("a consumer", () => {
  it("is registered, described and deregistered", async () => {
    const { kinesis, client } = await withStream(serve());
    const StreamARN = kinesis.streamArn("s");
    const { Consumer } = await client.registerStreamConsumer({ StreamARN, ConsumerName: "c" });
    expect(Consumer?.ConsumerARN).toMatch(
      /^arn:aws:kinesis:us-east-1:000000000000:stream\/s\/consumer\/c:\d+$/,
    );
    await expect(client.registerStreamConsumer({ StreamARN, ConsumerName: "c" })).rejects.toMatchObject({
      name: "ResourceInUseException",
    });
    for (const reference of [{ StreamARN, ConsumerName: "c" }, { ConsumerARN: Consumer?.ConsumerARN }]) {
      const { ConsumerDescription } = await client.describeStreamConsumer(reference);
      expect(ConsumerDescription).toMatchObject({ ConsumerName: "c", ConsumerStatus: "ACTIVE", StreamARN });
    }
    expect((await kinesis.call("ListStreamConsumers", { StreamARN })).Consumers).toHaveLength(1);
    await kinesis.call("DeregisterStreamConsumer", { ConsumerARN: Consumer?.ConsumerARN });
    expect((await kinesis.call("ListStreamConsumers", { StreamARN })).Consumers).toEqual([]);
    await expect(kinesis.call("DescribeStreamConsumer", { StreamARN })).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
  });

  it("is one of twenty of a stream at most", async () => {
    const kinesis = await withStream(openKinesis());
    const register = (ConsumerName: string) =>
      kinesis.call("RegisterStreamConsumer", { StreamARN: kinesis.streamArn("s"), ConsumerName });
    for (let i = 0; i < 20; i++) await register(`c${i}`);
    await expect(register("one-too-many")).rejects.toMatchObject({ name: "LimitExceededException" });
  });
});

describe("SubscribeToShard", () => {
  it.each(["HTTP/2", "HTTP/1.1"])("pushes records as they come, by the SDK over %s", async (version) => {
    const served = await serve();
    const { kinesis } = served;
    const client = version === "HTTP/2" ? served.client : served.http1;
    const ConsumerARN = await withConsumer(kinesis);
    await put(kinesis, "before");
    const { EventStream = [] } = await client.subscribeToShard({
      ConsumerARN,
      ShardId: shard0,
      StartingPosition: { Type: "TRIM_HORIZON" },
    });
    const texts: string[] = [];
    let continuation: string | undefined;
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      for (const { Data = Buffer.alloc(0) } of event?.Records ?? []) texts.push(Buffer.from(Data).toString());
      continuation = event?.ContinuationSequenceNumber;
      if (texts.length === 1) await put(kinesis, "after");
      if (texts.length === 2) break;
    }
    expect(texts).toEqual(["before", "after"]);
    expect(continuation).toMatch(/^\d{56}$/);
  });

  it("ends after five minutes, and goes on from its continuation, for an hour", async () => {
    const clock = new VirtualClock();
    const { kinesis, client } = await serve({ clock });
    const ConsumerARN = await withConsumer(kinesis);
    const texts: string[] = [];
    let subscriptions = 0;
    let SequenceNumber: string | undefined;
    let done = false;
    const consume = async () => {
      while (!done) {
        subscriptions++;
        const { EventStream = [] } = await client.subscribeToShard({
          ConsumerARN,
          ShardId: shard0,
          StartingPosition: SequenceNumber
            ? { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber }
            : { Type: "TRIM_HORIZON" },
        });
        for await (const { SubscribeToShardEvent: event } of EventStream) {
          for (const { Data = Buffer.alloc(0) } of event?.Records ?? [])
            texts.push(Buffer.from(Data).toString());
          SequenceNumber = event?.ContinuationSequenceNumber ?? SequenceNumber;
        }
      }
    };
    const consumed = consume();
    for (let minute = 0; minute < 60; minute++) {
      await put(kinesis, `minute ${minute}`);
      const soon = Date.now() + 10_000;
      while (texts.length <= minute && Date.now() < soon)
        await new Promise((resolve) => setTimeout(resolve, 2));
      await clock.advance(60_000);
    }
    done = true;
    const expected = Array.from({ length: 60 }, (_, i) => `minute ${i}`);
    expect(texts).toEqual(expected);
    expect(subscriptions).toBeGreaterThanOrEqual(12);
    await kinesis.call("DeregisterStreamConsumer", { ConsumerARN });
    await consumed;
  });

  it("says that it is there every five seconds, though nothing comes", async () => {
    const { kinesis, clock } = openWithClock();
    const ConsumerARN = await withConsumer(kinesis);
    const { EventStream } = await kinesis.call("SubscribeToShard", {
      ConsumerARN,
      ShardId: shard0,
      StartingPosition: { Type: "LATEST" },
    });
    const events = EventStream[Symbol.asyncIterator]();
    const first = await events.next();
    expect(first.value).toMatchObject({ MillisBehindLatest: 0 });
    const second = events.next();
    await clock.advance(5_000);
    expect((await second).value.Records).toHaveLength(0);
    await events.return?.();
  });

  it("ends with the shard, and names its children", async () => {
    const { kinesis, client } = await serve();
    const ConsumerARN = await withConsumer(kinesis);
    await put(kinesis, "before");
    const { EventStream = [] } = await client.subscribeToShard({
      ConsumerARN,
      ShardId: shard0,
      StartingPosition: { Type: "TRIM_HORIZON" },
    });
    const events: SubscribeToShardEvent[] = [];
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      if (event) events.push(event);
      if (events.length === 1)
        await kinesis.call("SplitShard", {
          StreamName: "s",
          ShardToSplit: shard0,
          NewStartingHashKey: "1000",
        });
    }
    const last = events.at(-1);
    expect(last?.ContinuationSequenceNumber).toBeUndefined();
    expect(last?.ChildShards?.map(({ ShardId }) => ShardId)).toEqual([
      "shardId-000000000001",
      "shardId-000000000002",
    ]);
  });

  it("refuses a second one within five seconds, and lets it take over later", async () => {
    const { kinesis, clock } = openWithClock();
    const ConsumerARN = await withConsumer(kinesis);
    const subscribe = () =>
      kinesis.call("SubscribeToShard", {
        ConsumerARN,
        ShardId: shard0,
        StartingPosition: { Type: "LATEST" },
      });
    const first = (await subscribe()).EventStream[Symbol.asyncIterator]();
    await first.next();
    await expect(subscribe()).rejects.toMatchObject({ name: "ResourceInUseException" });
    const waiting = first.next();
    await clock.advance(5_000);
    await waiting;
    const taken = first.next();
    const second = (await subscribe()).EventStream[Symbol.asyncIterator]();
    await expect(taken).rejects.toMatchObject({ name: "ResourceInUseException" });
    await second.next();
    await second.return?.();
  });

  it("is refused while the consumer is being created", async () => {
    const { kinesis, clock } = await withStream(openWithClock({ transitionMs: 500 }));
    await clock.advance(500);
    const { Consumer } = await kinesis.call("RegisterStreamConsumer", {
      StreamARN: kinesis.streamArn("s"),
      ConsumerName: "c",
    });
    await expect(
      kinesis.call("SubscribeToShard", {
        ConsumerARN: Consumer.ConsumerARN,
        ShardId: shard0,
        StartingPosition: { Type: "LATEST" },
      }),
    ).rejects.toThrow("is not in ACTIVE status.");
  });
});

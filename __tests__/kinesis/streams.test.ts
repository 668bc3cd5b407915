import { waitUntilStreamExists } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { openKinesis, openWithClock, readAll, serve, withStream } from "./support";

const arn = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

describe("a stream", () => {
  it("is described as it was created", async () => {
    const { client, kinesis } = await serve();
    await client.createStream({
      StreamName: "s",
      ShardCount: 3,
      Tags: { team: "data" },
      MaxRecordSizeInKiB: 2048,
    });
    const { StreamDescription } = await client.describeStream({ StreamARN: arn("s") });
    expect(StreamDescription).toMatchObject({
      StreamName: "s",
      StreamARN: arn("s"),
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      RetentionPeriodHours: 24,
      EncryptionType: "NONE",
      HasMoreShards: false,
    });
    expect(StreamDescription?.Shards?.map(({ HashKeyRange }) => HashKeyRange)).toEqual([
      { StartingHashKey: "0", EndingHashKey: "113427455640312821154458202477256070484" },
      {
        StartingHashKey: "113427455640312821154458202477256070485",
        EndingHashKey: "226854911280625642308916404954512140969",
      },
      {
        StartingHashKey: "226854911280625642308916404954512140970",
        EndingHashKey: "340282366920938463463374607431768211455",
      },
    ]);
    const { StreamDescriptionSummary } = await client.describeStreamSummary({ StreamName: "s" });
    expect(StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 3,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 2048,
    });
    const summary = await kinesis.call("DescribeStreamSummary", { StreamName: "s" });
    // Clients would make a host of AWS's from it.
    expect(summary.StreamDescriptionSummary).not.toHaveProperty("StreamId");
    const StreamId = kinesis.stream("s")?.state.id;
    expect(StreamId).toMatch(/^[a-z0-9]{20}-[a-z0-9]{3}$/);
    expect(await kinesis.call("DescribeStreamSummary", { StreamId })).toEqual(summary);
  });

  it("is CREATING, and then ACTIVE when the time of a transition is over", async () => {
    const { kinesis, clock } = await withStream(openWithClock({ transitionMs: 500 }));
    const status = async () =>
      (await kinesis.call("DescribeStreamSummary", { StreamName: "s" })).StreamDescriptionSummary
        .StreamStatus;
    expect(await status()).toBe("CREATING");
    await clock.advance(499);
    expect(await status()).toBe("CREATING");
    await clock.advance(1);
    expect(await status()).toBe("ACTIVE");
    await kinesis.call("DeleteStream", { StreamName: "s" });
    expect(await status()).toBe("DELETING");
    await clock.advance(500);
    await expect(status()).rejects.toThrow("Stream s under account 000000000000 not found.");
  });

  it("is waited for by the SDK's own waiter", async () => {
    const { client } = await serve({ transitionMs: 100 });
    await client.createStream({ StreamName: "s", ShardCount: 1 });
    const { state } = await waitUntilStreamExists(
      { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
      { StreamName: "s" },
    );
    expect(state).toBe("SUCCESS");
  });

  it("and its transition go on where an earlier process stopped", async () => {
    const path = temporaryFolder();
    const first = await withStream(openWithClock({ path, transitionMs: 500 }), 2);
    await first.kinesis.close();
    const { kinesis, clock } = openWithClock({ path, transitionMs: 500 });
    await clock.advance(500);
    const { StreamDescription } = await kinesis.call("DescribeStream", { StreamName: "s" });
    expect(StreamDescription).toMatchObject({ StreamStatus: "ACTIVE" });
    expect(StreamDescription.Shards).toHaveLength(2);
  });

  it("can be created again after it was deleted, and has none of the old records", async () => {
    const kinesis = openKinesis();
    for (const text of ["old", "new"]) {
      await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
      await kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from(text) });
      expect((await readAll(kinesis, "s")).map(({ Data }) => String(Data))).toEqual([text]);
      await kinesis.call("DeleteStream", { StreamName: "s" });
    }
  });

  it("may have any name that AWS takes, also those that a file system does not", async () => {
    const path = temporaryFolder();
    const names = [".", "..", "CON", "s", "S", "x".repeat(128)];
    const first = openKinesis({ path });
    for (const StreamName of names) {
      await first.call("CreateStream", { StreamName, ShardCount: 1 });
      await first.call("PutRecord", { StreamName, PartitionKey: "k", Data: Buffer.from(StreamName) });
    }
    await first.close();
    const kinesis = openKinesis({ path });
    for (const name of names)
      expect((await readAll(kinesis, name)).map(({ Data }) => String(Data))).toEqual([name]);
  });

  it("with consumers is deleted only when that is said", async () => {
    const { kinesis, client } = await withStream(serve());
    await kinesis.call("RegisterStreamConsumer", { StreamARN: arn("s"), ConsumerName: "c" });
    await expect(client.deleteStream({ StreamName: "s" })).rejects.toMatchObject({
      name: "ResourceInUseException",
    });
    await client.deleteStream({ StreamName: "s", EnforceConsumerDeletion: true });
    expect(kinesis.streams).toEqual([]);
  });

  it("of another account or region is not found", async () => {
    const kinesis = await withStream(openKinesis());
    for (const StreamARN of [
      "arn:aws:kinesis:eu-west-1:000000000000:stream/s",
      "arn:aws:kinesis:us-east-1:111111111111:stream/s",
    ])
      await expect(kinesis.call("DescribeStream", { StreamARN })).rejects.toMatchObject({
        name: "ResourceNotFoundException",
      });
    await expect(kinesis.call("DescribeStream", {})).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
  });

  it("needs a shard count when provisioned, within the account's limit, and has none on demand", async () => {
    const kinesis = openKinesis({ shardLimit: 5 });
    await expect(kinesis.call("CreateStream", { StreamName: "s" })).rejects.toThrow(
      "Value null at 'shardCount'",
    );
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 3 });
    await expect(kinesis.call("CreateStream", { StreamName: "t", ShardCount: 3 })).rejects.toThrow(
      "This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: 3. Limit: 5.",
    );
    await expect(
      kinesis.call("CreateStream", {
        StreamName: "t",
        ShardCount: 1,
        StreamModeDetails: { StreamMode: "ON_DEMAND" },
      }),
    ).rejects.toMatchObject({ name: "ValidationException" });
    await kinesis.call("CreateStream", { StreamName: "t", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    expect(await kinesis.call("DescribeLimits", {})).toEqual({
      ShardLimit: 5,
      OpenShardCount: 3,
      OnDemandStreamCount: 1,
      OnDemandStreamCountLimit: 50,
    });
  });
});

describe("ListStreams", () => {
  it("gives pages, by NextToken and by ExclusiveStartStreamName", async () => {
    const { client, kinesis } = await serve();
    for (const name of ["c", "a", "b", "e", "d"])
      await kinesis.call("CreateStream", { StreamName: name, ShardCount: 1 });
    const first = await client.listStreams({ Limit: 2 });
    expect(first).toMatchObject({ StreamNames: ["a", "b"], HasMoreStreams: true });
    expect(first.StreamSummaries?.[0]).toMatchObject({
      StreamName: "a",
      StreamARN: arn("a"),
      StreamStatus: "ACTIVE",
    });
    const second = await client.listStreams({ Limit: 2, NextToken: first.NextToken });
    expect(second).toMatchObject({ StreamNames: ["c", "d"], HasMoreStreams: true });
    const third = await client.listStreams({ ExclusiveStartStreamName: "d" });
    expect(third).toMatchObject({ StreamNames: ["e"], HasMoreStreams: false });
    expect(third.NextToken).toBeUndefined();
  });

  it("refuses a token that is made up, of another list, or expired", async () => {
    const { kinesis, clock } = openWithClock();
    for (const name of ["a", "b"]) await kinesis.call("CreateStream", { StreamName: name, ShardCount: 2 });
    const { NextToken } = await kinesis.call("ListStreams", { Limit: 1 });
    await expect(kinesis.call("ListStreams", { NextToken: "made up" })).rejects.toThrow(
      "NextToken is invalid",
    );
    await expect(kinesis.call("ListShards", { NextToken })).rejects.toThrow("NextToken is invalid");
    await clock.advance(300_001);
    await expect(kinesis.call("ListStreams", { NextToken })).rejects.toMatchObject({
      name: "ExpiredNextTokenException",
    });
  });
});

describe("a store", () => {
  it("keeps settings, shards, consumers, tags and policies", async () => {
    const path = temporaryFolder();
    const first = openKinesis({ path });
    await first.call("CreateStream", { StreamName: "s", ShardCount: 2, Tags: { a: "1" } });
    await first.call("SplitShard", { StreamName: "s", ShardToSplit: "0", NewStartingHashKey: "1000" });
    await first.call("IncreaseStreamRetentionPeriod", { StreamName: "s", RetentionPeriodHours: 48 });
    await first.call("StartStreamEncryption", { StreamName: "s", EncryptionType: "KMS", KeyId: "alias/k" });
    const { Consumer } = await first.call("RegisterStreamConsumer", {
      StreamARN: arn("s"),
      ConsumerName: "c",
      Tags: { b: "2" },
    });
    await first.call("PutResourcePolicy", { ResourceARN: Consumer.ConsumerARN, Policy: '{"Statement":[]}' });
    await first.call("UpdateAccountSettings", { MinimumThroughputBillingCommitment: { Status: "ENABLED" } });
    const description = await first.call("DescribeStream", { StreamName: "s" });
    await first.close();
    const kinesis = openKinesis({ path });
    expect(await kinesis.call("DescribeStream", { StreamName: "s" })).toEqual(description);
    expect(await kinesis.call("ListTagsForResource", { ResourceARN: Consumer.ConsumerARN })).toEqual({
      Tags: [{ Key: "b", Value: "2" }],
    });
    expect(await kinesis.call("GetResourcePolicy", { ResourceARN: Consumer.ConsumerARN })).toEqual({
      Policy: '{"Statement":[]}',
    });
    expect(await kinesis.call("DescribeAccountSettings", {})).toMatchObject({
      MinimumThroughputBillingCommitment: { Status: "ENABLED" },
    });
  });
});

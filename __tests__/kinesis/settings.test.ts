import { describe, expect, it } from "vitest";
import { openKinesis, openWithClock, withStream } from "./support";

const open = async () => {
  const kinesis = await withStream(openKinesis());
  const summary = async () =>
    (await kinesis.call("DescribeStreamSummary", { StreamName: "s" })).StreamDescriptionSummary;
  return { kinesis, summary, StreamARN: kinesis.streamArn("s") };
};

describe("settings", () => {
  it("retention is from 24 to 8760 hours, and each operation goes one way", async () => {
    const { kinesis, summary } = await open();
    const increase = (RetentionPeriodHours: number) =>
      kinesis.call("IncreaseStreamRetentionPeriod", { StreamName: "s", RetentionPeriodHours });
    const decrease = (RetentionPeriodHours: number) =>
      kinesis.call("DecreaseStreamRetentionPeriod", { StreamName: "s", RetentionPeriodHours });
    await increase(8760);
    expect((await summary()).RetentionPeriodHours).toBe(8760);
    await expect(increase(8761)).rejects.toThrow("Maximum allowed retention period is 8760 hours.");
    await expect(increase(100)).rejects.toThrow("Use DecreaseRetentionPeriod API.");
    await decrease(24);
    await expect(decrease(23)).rejects.toThrow("Minimum allowed retention period is 24 hours.");
    await expect(decrease(48)).rejects.toThrow("Use IncreaseRetentionPeriod API.");
  });

  it("encryption keeps its key, and wants KMS", async () => {
    const { kinesis, summary } = await open();
    await kinesis.call("StartStreamEncryption", { StreamName: "s", EncryptionType: "KMS", KeyId: "alias/k" });
    expect(await summary()).toMatchObject({ EncryptionType: "KMS", KeyId: "alias/k" });
    await kinesis.call("StopStreamEncryption", { StreamName: "s", EncryptionType: "KMS", KeyId: "alias/k" });
    expect(await summary()).toMatchObject({ EncryptionType: "NONE", KeyId: undefined });
    await expect(
      kinesis.call("StartStreamEncryption", { StreamName: "s", EncryptionType: "NONE", KeyId: "k" }),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("monitoring tells the metrics before and after", async () => {
    const { kinesis, summary } = await open();
    const enable = (...ShardLevelMetrics: ("IncomingBytes" | "OutgoingBytes" | "ALL")[]) =>
      kinesis.call("EnableEnhancedMonitoring", { StreamName: "s", ShardLevelMetrics });
    expect(await enable("OutgoingBytes")).toMatchObject({
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: ["OutgoingBytes"],
    });
    expect(await enable("ALL")).toMatchObject({ CurrentShardLevelMetrics: ["OutgoingBytes"] });
    expect((await summary()).EnhancedMonitoring[0]?.ShardLevelMetrics).toHaveLength(7);
    const disabled = await kinesis.call("DisableEnhancedMonitoring", {
      StreamName: "s",
      ShardLevelMetrics: ["ALL"],
    });
    expect(disabled.DesiredShardLevelMetrics).toEqual([]);
  });

  it("the mode can be changed, and then the stream can no longer be resharded by hand", async () => {
    const { kinesis, summary, StreamARN } = await open();
    await kinesis.call("UpdateStreamMode", { StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    expect(await summary()).toMatchObject({
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      OpenShardCount: 1,
    });
    await expect(
      kinesis.call("UpdateShardCount", {
        StreamName: "s",
        TargetShardCount: 2,
        ScalingType: "UNIFORM_SCALING",
      }),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("warm throughput wants the mode on demand and the account's commitment", async () => {
    const { kinesis, StreamARN, summary } = await open();
    const warm = () => kinesis.call("UpdateStreamWarmThroughput", { StreamARN, WarmThroughputMiBps: 10 });
    await expect(warm()).rejects.toMatchObject({ name: "ValidationException" });
    await kinesis.call("UpdateStreamMode", { StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    await expect(warm()).rejects.toThrow("MinimumThroughputBillingCommitment");
    await kinesis.call("UpdateAccountSettings", {
      MinimumThroughputBillingCommitment: { Status: "ENABLED" },
    });
    expect(await warm()).toMatchObject({ WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 1 } });
    expect(await summary()).toMatchObject({
      WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 10 },
      OpenShardCount: 10,
    });
  });

  it("the account's commitment lasts a day at least", async () => {
    const { kinesis, clock } = openWithClock();
    const set = (Status: "ENABLED" | "DISABLED") =>
      kinesis.call("UpdateAccountSettings", { MinimumThroughputBillingCommitment: { Status } });
    expect(await kinesis.call("DescribeAccountSettings", {})).toMatchObject({
      MinimumThroughputBillingCommitment: { Status: "DISABLED" },
    });
    const enabled = await set("ENABLED");
    expect(enabled.MinimumThroughputBillingCommitment?.EarliestAllowedEndAt).toBe(clock.now() + 86_400_000);
    await expect(set("DISABLED")).rejects.toMatchObject({ name: "InvalidArgumentException" });
    await clock.advance(86_400_000);
    expect((await set("DISABLED")).MinimumThroughputBillingCommitment).toMatchObject({
      Status: "DISABLED",
      EndedAt: clock.now(),
    });
  });
});

describe("tags", () => {
  it("of a stream are the same through both kinds of operations", async () => {
    const { kinesis, StreamARN } = await open();
    await kinesis.call("AddTagsToStream", { StreamName: "s", Tags: { b: "2", a: "1" } });
    await kinesis.call("TagResource", { ResourceARN: StreamARN, Tags: { c: "3", a: "one" } });
    const tags = [
      { Key: "a", Value: "one" },
      { Key: "b", Value: "2" },
      { Key: "c", Value: "3" },
    ];
    expect(await kinesis.call("ListTagsForResource", { ResourceARN: StreamARN })).toEqual({ Tags: tags });
    expect(await kinesis.call("ListTagsForStream", { StreamName: "s", Limit: 2 })).toEqual({
      Tags: tags.slice(0, 2),
      HasMoreTags: true,
    });
    expect(await kinesis.call("ListTagsForStream", { StreamName: "s", ExclusiveStartTagKey: "b" })).toEqual({
      Tags: tags.slice(2),
      HasMoreTags: false,
    });
    await kinesis.call("UntagResource", { ResourceARN: StreamARN, TagKeys: ["a"] });
    await kinesis.call("RemoveTagsFromStream", { StreamName: "s", TagKeys: ["b", "no such tag"] });
    expect((await kinesis.call("ListTagsForStream", { StreamName: "s" })).Tags).toEqual(tags.slice(2));
  });

  it("are fifty at most", async () => {
    const { kinesis } = await open();
    const tags = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`k${from + i}`, ""]));
    await kinesis.call("AddTagsToStream", { StreamName: "s", Tags: tags(0, 50) });
    await kinesis.call("AddTagsToStream", { StreamName: "s", Tags: tags(0, 2) });
    await expect(kinesis.call("AddTagsToStream", { StreamName: "s", Tags: tags(50, 51) })).rejects.toThrow(
      "because a given stream cannot have more than 50 tags associated with it.",
    );
  });
});

describe("a resource policy", () => {
  it("is kept, answered and deleted", async () => {
    const { kinesis, StreamARN: ResourceARN } = await open();
    expect(await kinesis.call("GetResourcePolicy", { ResourceARN })).toEqual({ Policy: "{}" });
    await expect(
      kinesis.call("PutResourcePolicy", { ResourceARN, Policy: "nonsense" }),
    ).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    await kinesis.call("PutResourcePolicy", { ResourceARN, Policy });
    expect(await kinesis.call("GetResourcePolicy", { ResourceARN })).toEqual({ Policy });
    await kinesis.call("DeleteResourcePolicy", { ResourceARN });
    await expect(kinesis.call("DeleteResourcePolicy", { ResourceARN })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(
      kinesis.call("GetResourcePolicy", { ResourceARN: kinesis.streamArn("nothing") }),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

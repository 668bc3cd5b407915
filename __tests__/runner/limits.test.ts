import { PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { findDiscrepancies } from "../../local/runner/reconciliation";
import { ShardLimiter, shardOf } from "../../local/runner/stream/shard-limits";
import { TestRun } from "./fixtures/harness";

describe("a shard", () => {
  it("takes 1,000 records a second", () => {
    const limiter = new ShardLimiter();
    const admitted = (now: number) =>
      Array.from({ length: 1_500 }).filter(() => limiter.admits("s", 10, now)).length;
    expect(admitted(0)).toBe(1_000);
    expect(admitted(100)).toBe(100);
    expect(admitted(5_000)).toBe(1_000);
  });

  it("takes 1 MB a second", () => {
    const limiter = new ShardLimiter();
    const admitted = Array.from({ length: 30 }).filter(() => limiter.admits("s", 100_000, 0)).length;
    expect(admitted).toBe(10);
  });

  it("has limits of its own", () => {
    const limiter = new ShardLimiter();
    for (let index = 0; index < 1_000; index++) limiter.admits("a", 1, 0);
    expect([limiter.admits("a", 1, 0), limiter.admits("b", 1, 0)]).toEqual([false, true]);
  });

  it("holds the records whose key's MD5 falls into its range, unless an explicit hash key says otherwise", () => {
    const half = 2n ** 127n;
    const shards = [
      { shardId: "low", startingHashKey: 0n, endingHashKey: half - 1n },
      { shardId: "high", startingHashKey: half, endingHashKey: 2n ** 128n - 1n },
    ];
    // The MD5 of "a" begins with 0c, that of "b" with 92.
    expect(shardOf(shards, "a", undefined)).toBe("low");
    expect(shardOf(shards, "b", undefined)).toBe("high");
    expect(shardOf(shards, "a", half.toString())).toBe("high");
  });
});

describe("a runner that enforces limits", () => {
  it("refuses the entries over a shard's limit, each in its place, and stores the others", async () => {
    const run = await TestRun.start({}, { enforceLimits: true });
    const put = () =>
      run.client.send(
        new PutRecordsCommand({
          StreamName: run.stream,
          Records: Array.from({ length: 500 }, (_, index) => ({
            PartitionKey: `k${index}`,
            Data: Buffer.from(`{"sensor_id":"s${index}"}\n`),
          })),
        }),
      );
    const answers = await Promise.all([put(), put(), put(), put()]);
    const results = answers.flatMap(({ Records = [] }) => Records);
    const refused = results.filter(({ ErrorCode }) => ErrorCode === "ProvisionedThroughputExceededException");
    const stored = results.filter(({ SequenceNumber }) => SequenceNumber);
    expect(results).toHaveLength(2_000);
    expect(refused.length + stored.length).toBe(2_000);
    expect(refused.length).toBeGreaterThan(200);
    expect(answers.map(({ FailedRecordCount }) => FailedRecordCount).reduce((a = 0, b = 0) => a + b, 0)).toBe(
      refused.length,
    );
    expect(refused[0]?.ErrorMessage).toMatch(
      /^Rate exceeded for shard shardId-000000000000 in stream lab-test-readings/,
    );
    await run.finish();
    expect(await run.rows()).toHaveLength(stored.length);
    expect(run.runner.counters.streams[0]).toMatchObject({
      acknowledged: stored.length,
      throttled: refused.length,
    });
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("refuses a single record with the exception itself", async () => {
    const run = await TestRun.start({}, { enforceLimits: true });
    run.client.config.maxAttempts = async () => 1;
    const large = { StreamName: run.stream, PartitionKey: "k", Data: Buffer.alloc(900_000) };
    const calls = Array.from({ length: 8 }, () => run.client.send(new PutRecordCommand(large)));
    const answers = await Promise.allSettled(calls);
    const [refused] = answers.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject({ reason: { name: "ProvisionedThroughputExceededException" } });
  });
});

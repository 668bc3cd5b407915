import { describe, expect, it } from "vitest";
import { findDiscrepancies } from "../../local/runner/reconciliation";
import { TestRun } from "./fixtures/harness";

describe("a runner that enforces limits", () => {
  it("refuses the entries over a shard's limit, each in its place, and stores the others", async () => {
    const run = await TestRun.start({}, { enforceLimits: true });
    const put = () =>
      run.client.putRecords({
        StreamName: run.stream,
        Records: Array.from({ length: 500 }, (_, index) => ({
          PartitionKey: `k${index}`,
          Data: Buffer.from(`{"sensor_id":"s${index}"}\n`),
        })),
      });
    const answers = await Promise.all(Array.from({ length: 8 }, put));
    const results = answers.flatMap(({ Records = [] }) => Records);
    const refused = results.filter(({ ErrorCode }) => ErrorCode === "ProvisionedThroughputExceededException");
    const stored = results.filter(({ SequenceNumber }) => SequenceNumber);
    expect(results).toHaveLength(4_000);
    expect(refused.length + stored.length).toBe(4_000);
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
      throttledReads: 0,
    });
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("refuses a single record with the exception itself", async () => {
    const run = await TestRun.start({}, { enforceLimits: true });
    run.client.config.maxAttempts = async () => 1;
    const large = { StreamName: run.stream, PartitionKey: "k", Data: Buffer.alloc(900_000) };
    const calls = Array.from({ length: 24 }, () => run.client.putRecord(large));
    const answers = await Promise.allSettled(calls);
    const [refused] = answers.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject({ reason: { name: "ProvisionedThroughputExceededException" } });
  });
});

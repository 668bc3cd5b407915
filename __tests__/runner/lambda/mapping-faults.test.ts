import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { until } from "../../support/until";
import { nothing, openMapper } from "../fixtures/mapper";
import { MemoryStream } from "../fixtures/memory-stream";

describe("a mapping with a fault", () => {
  it("waits while the function is throttled, which is no invocation and no retry", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, faults, batches } = openMapper(temporaryFolder(), stream, nothing);
    faults.begin("function-throttled");
    stream.put("a");
    await mapper.start();
    await expect.poll(() => mapper.counters.throttles).toBe(2);
    expect(mapper.counters).toMatchObject({ invocations: 0, retries: 0 });
    faults.end("function-throttled");
    await drain();
    expect(batches()).toEqual(["a"]);
  });

  it("fails each invocation, without the function", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, faults, batches, entries } = openMapper(temporaryFolder(), stream, nothing);
    faults.begin("function-failing");
    stream.put("a");
    await mapper.start();
    await drain();
    expect(batches()).toEqual([]);
    expect(mapper.counters).toMatchObject({ invocations: 1, errors: 1, failed: 1 });
    expect(entries[0]).toMatchObject({ error: "Fault: the function ends every invocation with an error" });
  });

  it("makes an invocation take nearly the function's timeout", async () => {
    const stream = new MemoryStream();
    const took: number[] = [];
    const { mapper, drain, faults } = openMapper(temporaryFolder(), stream, nothing, {
      options: {
        fn: { name: "process", timeoutSeconds: 0.2 } as never,
        onInvocation: ({ milliseconds }) => took.push(milliseconds),
      },
    });
    faults.begin("function-slow");
    stream.put("a");
    await mapper.start();
    await drain();
    expect(took[0]).toBeGreaterThan(185);
    expect(took[0]).toBeLessThan(3_000);
  });

  it("tells only the first invocation of a batch that its time is up", async () => {
    const stream = new MemoryStream();
    let tries = 0;
    const { mapper, drain, faults, invocations } = openMapper(
      temporaryFolder(),
      stream,
      () => {
        if (tries++ % 2 === 0) throw new Error("boom");
      },
      { mapping: { maximumRetryAttempts: 1 } },
    );
    faults.begin("function-out-of-time");
    stream.put("a", "b");
    await mapper.start();
    await drain();
    expect(invocations.map(({ outOfTime }) => outOfTime)).toEqual([true, false, true, false]);
    faults.end("function-out-of-time");
    stream.put("c");
    await drain();
    expect(invocations.at(-2)?.outOfTime).toBe(false);
  });

  it("gets records ten minutes late", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, faults, batches } = openMapper(temporaryFolder(), stream, nothing);
    faults.begin("mapping-behind");
    stream.putTo("shard-0", Date.now() - 601_000, "old");
    stream.put("new");
    await mapper.start();
    await until(() => mapper.counters.succeeded === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches()).toEqual(["old"]);
    faults.end("mapping-behind");
    await drain();
    expect(batches()).toEqual(["old", "new"]);
  });

  it.each(["mapping-disabled", "function-read-denied", "key-disabled"] as const)(
    "takes no record while there is %s",
    async (fault) => {
      const stream = new MemoryStream();
      const { mapper, drain, faults, batches, troubles } = openMapper(temporaryFolder(), stream, nothing);
      faults.begin(fault);
      stream.put("a");
      await mapper.start();
      await until(() => troubles.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(batches()).toEqual([]);
      faults.end(fault);
      await drain();
      expect(batches()).toEqual(["a"]);
      expect(troubles).toEqual([
        expect.stringMatching(/^mapping: .*; trying again$/),
        "mapping: that is over, it goes on",
      ]);
    },
  );
});

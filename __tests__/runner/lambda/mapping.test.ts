import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { until } from "../../support/until";
import { gate, nothing, openMapper, processed } from "../fixtures/mapper";
import { MemoryStream } from "../fixtures/memory-stream";

describe("a mapping", () => {
  it("counts what it has read and what the function has done", async () => {
    const invoked: unknown[] = [];
    const { mapper, batches } = await processed(["a", "b", "c"], nothing, {
      mapping: { batchSize: 2 },
      options: { onInvocation: (invocation) => invoked.push(invocation) },
    });
    expect(batches()).toEqual(["a,b", "c"]);
    expect(mapper.counters).toMatchObject({
      address: "mapping",
      functionName: "process",
      streamName: "readings",
      readNew: 3,
      readOld: 0,
      userRecords: 3,
      succeeded: 3,
      filtered: 0,
      failed: 0,
      failedUserRecords: 0,
      deadLetters: 0,
      lostDeadLetters: 0,
      invocations: 2,
      errors: 0,
      failedInvocations: 0,
      throttles: 0,
      retries: 0,
      pending: 0,
    });
    expect(Object.keys(mapper.counters)).toContain("pending");
    expect(invoked).toHaveLength(2);
    for (const one of invoked)
      expect(one).toEqual({
        functionName: "process",
        milliseconds: expect.toSatisfy((took: number) => took >= 0 && took < 5_000),
        iteratorAgeMilliseconds: expect.toSatisfy((age: number) => age >= 0 && age < 5_000),
      });
  });

  it("tells how far behind the newest record of a batch it is", async () => {
    const stream = new MemoryStream();
    const ages: number[] = [];
    const { mapper, drain } = openMapper(temporaryFolder(), stream, nothing, {
      mapping: { batchSize: 3 },
      options: { onInvocation: ({ iteratorAgeMilliseconds }) => ages.push(iteratorAgeMilliseconds) },
    });
    const now = Date.now();
    stream.putTo("shard-0", now - 60_000, "a");
    stream.putTo("shard-0", now - 40_000, "b");
    stream.putTo("shard-0", now - 20_000, "c");
    await mapper.start();
    await drain();
    expect(mapper.counters.lagMilliseconds).toBeGreaterThanOrEqual(20_000);
    expect(mapper.counters.lagMilliseconds).toBeLessThan(30_000);
    expect(ages[0]).toBeGreaterThanOrEqual(20_000);
    expect(ages[0]).toBeLessThan(30_000);
    expect(mapper.counters).toMatchObject({ readOld: 3, readNew: 0 });
  });

  it("gives the event of a record the role of the function, and that of its name where it has none", async () => {
    const { invocations } = await processed(["a"], nothing);
    expect(invocations[0]?.event.Records).toEqual([
      expect.objectContaining({
        awsRegion: "us-east-1",
        eventID: "shard-0:1",
        eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/readings",
        invokeIdentityArn: "arn:aws:iam::000000000000:role/process",
      }),
    ]);
    const roleArn = "arn:aws:iam::000000000000:role/reader";
    const fn = { name: "process", roleArn, timeoutSeconds: 1 } as never;
    const other = await processed(["a"], nothing, { options: { fn } });
    expect(other.invocations[0]?.event.Records).toEqual([
      expect.objectContaining({ invokeIdentityArn: roleArn }),
    ]);
  });

  it("leaves filtered records out, counts them, and does not read them again", async () => {
    const filters = ['{"partitionKey":["a"]}'];
    const { batches, mapper, close, dir, stream } = await processed(["b1", "a2", "b3"], nothing, {
      mapping: { filters },
    });
    expect(batches()).toEqual(["a2"]);
    expect(mapper.counters).toMatchObject({ readNew: 3, filtered: 2, succeeded: 1 });
    await close();
    const next = openMapper(dir, stream, nothing, { mapping: { filters } });
    await next.mapper.start();
    await next.drain();
    expect(next.mapper.counters).toMatchObject({ readNew: 0, readOld: 0, filtered: 0 });
  });

  it("begins at TRIM_HORIZON with the oldest record, at AT_TIMESTAMP at its time, at LATEST where reading began", async () => {
    const at = Date.now();
    const begun = async (mapping: object) => {
      const stream = new MemoryStream();
      stream.putTo("shard-0", at - 3_000, "old");
      stream.putTo("shard-0", at - 2_000, "later");
      stream.putTo("shard-0", at - 1_000, "new");
      const { mapper, drain, batches } = openMapper(temporaryFolder(), stream, nothing, {
        mapping,
        options: { readingSince: () => at - 1_000 },
      });
      await mapper.start();
      await drain();
      return batches();
    };
    expect(await begun({ startingPosition: "TRIM_HORIZON" })).toEqual(["old", "later", "new"]);
    expect(
      await begun({ startingPosition: "AT_TIMESTAMP", startingPositionTimestamp: new Date(at - 2_000) }),
    ).toEqual(["later", "new"]);
    expect(await begun({ startingPosition: "LATEST" })).toEqual(["new"]);
    const startingPositionTimestamp = new Date(at - 2_000);
    expect(await begun({ startingPosition: "LATEST", startingPositionTimestamp })).toEqual(["new"]);
  });

  it("takes settings for the records that it reads from then on", async () => {
    const { mapper, stream, drain, batches } = await processed([], nothing);
    mapper.update({ batchSize: 3 });
    expect(mapper.mapping).toMatchObject({ batchSize: 3, enabled: true, address: "mapping" });
    stream.put("a", "b", "c", "d");
    await drain();
    expect(batches()).toEqual(["a,b,c", "d"]);
  });

  it("reads nothing while it is disabled, and then goes on where it was", async () => {
    const { mapper, stream, drain, batches } = await processed(["a"], nothing);
    mapper.update({ enabled: false });
    stream.put("b");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(batches()).toEqual(["a"]);
    expect(mapper.counters.readNew).toBe(1);
    mapper.update({ enabled: true });
    await drain();
    expect(batches()).toEqual(["a", "b"]);
  });

  it("does not wait for its batching window when it is drained", async () => {
    const { batches, stream, drain } = await processed(["a"], nothing, {
      mapping: { batchSize: 10, batchingWindowSeconds: 300 },
    });
    expect(batches()).toEqual(["a"]);
    stream.put("b", "c");
    await drain();
    expect(batches()).toEqual(["a", "b,c"]);
  });

  it("gathers a batch for as long as its window says", async () => {
    const stream = new MemoryStream();
    const { mapper, batches } = openMapper(temporaryFolder(), stream, nothing, {
      mapping: { batchSize: 10, batchingWindowSeconds: 0.3 },
    });
    stream.put("a");
    await mapper.start();
    await until(() => mapper.counters.pending === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.put("b");
    await expect.poll(batches).toEqual(["a,b"]);
  });

  it("stops reading while a thousand records wait for each lane, or three payloads", async () => {
    const { open, opened } = gate();
    const stream = new MemoryStream();
    const { mapper, drain } = openMapper(temporaryFolder(), stream, () => opened);
    stream.put(...Array<string>(1_000).fill("x"));
    await mapper.start();
    await until(() => mapper.counters.pending === 1_000);
    stream.put("y");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(mapper.counters).toMatchObject({ pending: 1_000, readNew: 1_000 });
    open();
    await drain();
    expect(mapper.counters).toMatchObject({ succeeded: 1_001, pending: 0 });
  });

  it("stops reading while records of three payloads' size wait", async () => {
    const { open, opened } = gate();
    const stream = new MemoryStream();
    const { mapper, drain } = openMapper(temporaryFolder(), stream, () => opened);
    const mebibytes = "x".repeat(3 * 1024 * 1024);
    stream.put(mebibytes);
    await mapper.start();
    await until(() => mapper.counters.pending === 1);
    for (const [index, count] of [2, 7].entries()) {
      stream.put(...Array<string>(count - index * 2).fill(mebibytes));
      await until(() => mapper.counters.pending === 1 + count);
    }
    stream.put("y");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(mapper.counters.readNew).toBe(8);
    open();
    await drain();
    expect(mapper.counters.succeeded).toBe(9);
  });

  it("waits for a shard's end with its children until its own records are done", async () => {
    const { open, opened } = gate();
    const stream = new MemoryStream();
    const { mapper, drain, batches, close } = openMapper(temporaryFolder(), stream, ({ texts }) =>
      texts[0] === "parent" ? opened : undefined,
    );
    stream.put("parent");
    stream.addShard("shard-1", "shard-0");
    stream.putTo("shard-1", Date.now(), "child");
    stream.closeShard("shard-0");
    await mapper.start();
    await until(() => batches().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(batches()).toEqual(["parent"]);
    open();
    await until(() => batches().length === 2);
    await drain();
    expect(batches()).toEqual(["parent", "child"]);
    const record = (sequenceNumber: string) => ({ sequenceNumber, partitionKey: "p" }) as never;
    // A shard that has ended has nothing that is not done.
    expect(mapper.isDone("shard-0", record("99"))).toBe(true);
    expect(mapper.isDone("shard-1", record("99"))).toBe(false);
    await close();
  });

  it("says that it is lost when it can't go on, but not when it is stopped", async () => {
    const stream = new MemoryStream();
    const { lost, mapper, close } = openMapper(temporaryFolder(), stream, nothing, {
      options: {
        onInvocation: () => {
          throw new Error("no metrics");
        },
      },
    });
    stream.put("a");
    await mapper.start();
    await until(() => lost.length > 0);
    expect(lost).toEqual(["mapping: shard-0: no metrics"]);
    await close();
    expect(lost).toHaveLength(1);
  });
});

describe("a mapping with several lanes", () => {
  const mapping = { parallelizationFactor: 2 };
  /** Keys of which one is in each lane. */
  const one = "a";
  const other = "b";

  it("goes on in one while another waits, and after a kill repeats only what was not done", async () => {
    const { opened } = gate();
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const first = openMapper(dir, stream, ({ texts }) => (texts[0] === `${one}1` ? opened : undefined), {
      mapping,
    });
    stream.put(`${one}1`, `${other}2`, `${one}3`, `${other}4`);
    await first.mapper.start();
    await until(() => first.mapper.counters.succeeded === 2);
    expect(first.mapper.counters.pending).toBe(2);
    expect(first.batches()).toEqual([`${one}1`, `${other}2`, `${other}4`]);
    await first.close();
    const next = openMapper(dir, stream, nothing, { mapping });
    await next.mapper.start();
    await next.drain();
    expect(next.batches()).toEqual([`${one}1`, `${one}3`]);
    expect(next.entries).toMatchObject([
      { kind: "invocation", lane: [expect.any(Number), 2] },
      { kind: "invocation", lane: [expect.any(Number), 2] },
    ]);
  });

  it("does not end a shard while one of them is not done", async () => {
    const { open, opened } = gate();
    const stream = new MemoryStream();
    const { mapper, drain, batches } = openMapper(
      temporaryFolder(),
      stream,
      ({ texts }) => (texts[0] === one ? opened : undefined),
      { mapping },
    );
    stream.put(one, other);
    stream.addShard("shard-1", "shard-0");
    stream.putTo("shard-1", Date.now(), "child");
    stream.closeShard("shard-0");
    await mapper.start();
    await until(() => mapper.counters.succeeded === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches()).toEqual([one, other]);
    open();
    await until(() => batches().length === 3);
    await drain();
  });

  it("reads as many more records as it has lanes", async () => {
    const { open, opened } = gate();
    const stream = new MemoryStream();
    const { mapper, drain } = openMapper(temporaryFolder(), stream, () => opened, { mapping });
    stream.put(...Array<string>(1_500).fill("x"));
    await mapper.start();
    await until(() => mapper.counters.pending === 1_500);
    stream.put(...Array<string>(500).fill("y"));
    await until(() => mapper.counters.pending === 2_000);
    stream.put("z");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(mapper.counters.pending).toBe(2_000);
    open();
    await drain();
  });
});

describe("what a mapping records of an invocation", () => {
  it("is what it printed, whether it was the first of its environment, and its memory where that is known", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, runtime, entries } = openMapper(temporaryFolder(), stream, nothing);
    runtime.told.maxMemoryMegabytes = 90;
    stream.put("a", "b");
    await mapper.start();
    await drain();
    expect(entries).toMatchObject([
      {
        requestId: "request-1",
        coldStart: true,
        log: ["START request-1"],
        maxMemoryMegabytes: 90,
        done: "1",
      },
      {
        requestId: "request-2",
        coldStart: false,
        log: ["START request-2"],
        maxMemoryMegabytes: 90,
        done: "2",
      },
    ]);
  });

  it("is nothing without a journal", async () => {
    let tries = 0;
    const { mapper } = await processed(
      ["a", "b"],
      () => {
        if (tries++ === 0) throw new Error("boom");
      },
      { options: { journal: undefined } },
    );
    expect(mapper.counters).toMatchObject({ succeeded: 1, failed: 1 });
  });
});

import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AccessDenied } from "../../../local/runner/access/control";
import { temporaryFolder } from "../../support/folders";
import { type Handler, openMapper } from "../fixtures/mapper";
import { MemoryStream } from "../fixtures/memory-stream";

/** Waits without a timer, so that a test's clock may stand still. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

/** A promise that a test settles. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const nothing: Handler = () => {};
const fails: Handler = () => {
  throw new Error("boom");
};
const denied = () =>
  new AccessDenied(
    { action: "sqs:SendMessage", resource: "queue" } as AccessDenied["call"],
    { allowed: false, reason: "no statement" } as unknown as AccessDenied["decision"],
  );

/** A mapping over a stream that has these records, which has processed them. */
async function processed(
  texts: readonly string[],
  handle: Handler,
  settings?: Parameters<typeof openMapper>[3],
) {
  const stream = new MemoryStream();
  const dir = temporaryFolder();
  const open = openMapper(dir, stream, handle, settings);
  stream.put(...texts);
  await open.mapper.start();
  await open.drain();
  return { ...open, stream, dir };
}

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
      mapping: { batchSize: 2 },
      options: { onInvocation: ({ iteratorAgeMilliseconds }) => ages.push(iteratorAgeMilliseconds) },
    });
    const now = Date.now();
    stream.putTo("shard-0", now - 60_000, "a");
    stream.putTo("shard-0", now - 20_000, "b");
    await mapper.start();
    await drain();
    expect(mapper.counters.lagMilliseconds).toBeGreaterThanOrEqual(20_000);
    expect(mapper.counters.lagMilliseconds).toBeLessThan(30_000);
    expect(ages[0]).toBeGreaterThanOrEqual(20_000);
    expect(ages[0]).toBeLessThan(30_000);
    expect(mapper.counters).toMatchObject({ readOld: 2, readNew: 0 });
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

  it("hands over a batch when its window is over", async () => {
    const stream = new MemoryStream();
    const { mapper, batches } = openMapper(temporaryFolder(), stream, nothing, {
      mapping: { batchSize: 10, batchingWindowSeconds: 0.05 },
    });
    stream.put("a", "b");
    await mapper.start();
    const begun = performance.now();
    await expect.poll(batches).toEqual(["a,b"]);
    expect(performance.now() - begun).toBeLessThan(5_000);
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
  const [one, other] = ["a", "b"];

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

describe("a mapping whose function fails", () => {
  it("tries as often as it says, counts that, and puts the batch aside with what is known of it", async () => {
    const { mapper, letters, batches, entries, invocations } = await processed(["a", "b"], fails, {
      mapping: { batchSize: 2, maximumRetryAttempts: 1 },
    });
    expect(batches()).toEqual(["a,b", "a,b"]);
    expect(mapper.counters).toMatchObject({
      succeeded: 0,
      invocations: 2,
      errors: 2,
      failedInvocations: 2,
      retries: 1,
      failed: 2,
      failedUserRecords: 2,
      deadLetters: 1,
      lostDeadLetters: 0,
      pending: 0,
    });
    expect(letters).toMatchObject([
      {
        destination: "arn:aws:sqs:us-east-1:000000000000:dead-letters",
        requestContext: {
          requestId: "request-2",
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 2,
        },
        KinesisBatchInfo: {
          shardId: "shard-0",
          startSequenceNumber: "1",
          endSequenceNumber: "2",
          batchSize: 2,
        },
      },
    ]);
    const span = { stream: "readings", shard: "shard-0", first: "1", last: "2" };
    const place = { ...span, mapping: "mapping", functionName: "process", records: 2 };
    const invocation = {
      kind: "invocation",
      ...place,
      coldStart: false,
      log: [],
      time: expect.any(Number),
      duration: expect.any(Number),
      error: "Error: boom",
    };
    expect(entries).toEqual([
      { ...invocation, requestId: "request-1", retries: 0 },
      { ...invocation, requestId: "request-2", retries: 1 },
      {
        kind: "discarded",
        ...place,
        time: expect.any(Number),
        condition: "RetryAttemptsExhausted",
        destination: "arn:aws:sqs:us-east-1:000000000000:dead-letters",
      },
    ]);
    expect(invocations).toHaveLength(2);
  });

  it("records up to where a batch is done when the response names what has failed", async () => {
    let tries = 0;
    const { entries, mapper } = await processed(
      ["a", "b"],
      () => (tries++ === 0 ? { batchItemFailures: [{ itemIdentifier: "2" }] } : {}),
      { mapping: { batchSize: 2, maximumRetryAttempts: 1, reportBatchItemFailures: true } },
    );
    expect(entries).toMatchObject([
      { first: "1", last: "2", done: "1" },
      { first: "2", last: "2", done: "2" },
    ]);
    expect(entries[0]).not.toHaveProperty("error");
    expect(entries[0]).not.toHaveProperty("maxMemoryMegabytes");
    expect(mapper.counters).toMatchObject({ succeeded: 2, errors: 1, failedInvocations: 0, retries: 1 });
  });

  it("puts a batch aside without a destination as well, which is none of the queue's letters", async () => {
    const { letters, mapper, entries } = await processed(["a"], fails, {
      mapping: { onFailureArn: undefined } as object,
    });
    expect(letters).toMatchObject([{ destination: null }]);
    expect(mapper.counters).toMatchObject({ failed: 1, deadLetters: 1, lostDeadLetters: 0 });
    expect(entries.at(-1)).not.toHaveProperty("destination");
  });

  it("goes on without the destination that it may not send to, and says so once", async () => {
    const { letters, mapper, troubles, entries } = await processed(["a", "b"], fails, {
      options: {
        authorizeOnFailure: () => {
          throw denied();
        },
      },
    });
    expect(letters).toMatchObject([{ destination: null }, { destination: null }]);
    expect(mapper.counters).toMatchObject({ failed: 2, deadLetters: 0, lostDeadLetters: 2 });
    expect(troubles).toEqual([
      "mapping: can't send to arn:aws:sqs:us-east-1:000000000000:dead-letters: no statement",
    ]);
    expect(entries.filter(({ kind }) => kind === "discarded")).toEqual([
      expect.not.objectContaining({ destination: expect.anything() }),
      expect.not.objectContaining({ destination: expect.anything() }),
    ]);
  });

  it("is lost when it can't be told whether it may send", async () => {
    const stream = new MemoryStream();
    const { lost, mapper } = openMapper(temporaryFolder(), stream, fails, {
      options: {
        authorizeOnFailure: () => {
          throw new Error("no policy");
        },
      },
    });
    stream.put("a");
    await mapper.start();
    await until(() => lost.length > 0);
    expect(lost).toEqual(["mapping: shard-0: no policy"]);
  });

  it.each(["queue-write-denied", "key-disabled"] as const)(
    "loses a letter while there is %s",
    async (fault) => {
      const stream = new MemoryStream();
      const { mapper, drain, faults, letters, troubles } = openMapper(temporaryFolder(), stream, () => {
        faults.begin(fault);
        throw new Error("boom");
      });
      stream.put("a");
      await mapper.start();
      await drain();
      expect(letters).toMatchObject([{ destination: null }]);
      expect(mapper.counters).toMatchObject({ lostDeadLetters: 1, deadLetters: 0 });
      expect(troubles).toEqual([
        expect.stringMatching(/^mapping: a batch that was discarded is not in the queue: \w+/),
      ]);
    },
  );

  it("writes a letter again until it is on the disk", async () => {
    const stream = new MemoryStream();
    const lines: string[] = [];
    let tries = 0;
    const { mapper, drain, troubles } = openMapper(temporaryFolder(), stream, fails, {
      options: {
        deadLetters: {
          write: ({ line }: { line: string }) => {
            if (tries++ === 0) throw new Error("no space");
            lines.push(line);
          },
        } as never,
      },
    });
    stream.put("a");
    await mapper.start();
    await drain();
    expect(lines).toHaveLength(1);
    expect(troubles).toEqual([
      "mapping: can't write to dead-letters.ndjson: no space; trying again",
      "mapping: can't write to dead-letters.ndjson: that is over, it goes on",
    ]);
  });

  it("pauses longer with each retry, up to two seconds, and says so once they are that long", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
    let isBroken = true;
    const stream = new MemoryStream();
    const { mapper, drain, batches, troubles } = openMapper(
      temporaryFolder(),
      stream,
      () => {
        if (isBroken) throw new Error("boom\nat handler");
      },
      { mapping: { maximumRetryAttempts: -1 } },
    );
    stream.put("a");
    await mapper.start();
    await until(() => batches().length === 1);
    for (const [index, wait] of [50, 100, 200, 400, 800, 1_600, 2_000, 2_000].entries()) {
      await until(() => mapper.counters.retries === index + 1);
      expect(troubles).toEqual(
        index < 6 ? [] : ["mapping: a batch fails again and again: Error: boom; trying again"],
      );
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(batches()).toHaveLength(index + 1);
      await vi.advanceTimersByTimeAsync(1);
      await until(() => batches().length === index + 2);
    }
    isBroken = false;
    await until(() => mapper.counters.retries === 9);
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    await drain();
    expect(troubles.slice(1)).toEqual(["mapping: a batch fails again and again: that is over, it goes on"]);
  });

  it("asks again for a role that may not be assumed, and goes on when it may", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, runtime, batches, troubles } = openMapper(temporaryFolder(), stream, nothing);
    let refusals = 1;
    runtime.checkRole = () => {
      if (refusals-- > 0) throw denied();
    };
    stream.put("a");
    await mapper.start();
    await drain();
    expect(batches()).toEqual(["a"]);
    expect(troubles).toEqual([
      "mapping: PROBLEM: Function call failed: no statement; trying again",
      "mapping: PROBLEM: Function call failed: that is over, it goes on",
    ]);
  });

  it("has done nothing when it is stopped while the function runs", async () => {
    const { opened } = gate();
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const { mapper, close, letters, batches } = openMapper(dir, stream, () => opened);
    stream.put("a");
    await mapper.start();
    await until(() => batches().length === 1);
    await close();
    expect(mapper.counters).toMatchObject({ succeeded: 0, failed: 0, errors: 0 });
    expect(letters).toEqual([]);
    const next = openMapper(dir, stream, nothing);
    await next.mapper.start();
    await next.drain();
    expect(next.batches()).toEqual(["a"]);
  });
});

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

describe("a mapping with tumbling windows", () => {
  const mapping = { tumblingWindowSeconds: 10, batchSize: 10 };
  const start = Math.floor(Date.now() / 10_000) * 10_000 - 60_000;
  const sum: Handler = ({ texts, event }) => ({
    state: { count: ((event.state as { count?: number }).count ?? 0) + texts.length },
  });
  const brief = (invoked: { texts: readonly string[]; event: Readonly<Record<string, unknown>> }) => [
    invoked.texts.join(),
    invoked.event.isFinalInvokeForWindow,
    invoked.event.isWindowTerminatedEarly,
    invoked.event.state,
  ];

  it("keeps batches within a window, hands its state on, and closes it when the next one begins", async () => {
    const stream = new MemoryStream();
    const { mapper, drain, invocations } = openMapper(temporaryFolder(), stream, sum, { mapping });
    stream.putTo("shard-0", start, "a", "b");
    stream.putTo("shard-0", start + 10_000, "c");
    await mapper.start();
    await drain();
    expect(invocations.slice(0, 3).map(brief)).toEqual([
      ["a,b", false, false, {}],
      ["", true, false, { count: 2 }],
      ["c", false, false, {}],
    ]);
    const time = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
    expect(invocations[1]?.event).toMatchObject({
      window: { start: time(start), end: time(start + 10_000) },
      shardId: "shard-0",
      eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/readings",
    });
  });

  it("closes a window whose time is over though no record comes, once, also in the next run", async () => {
    const stream = new MemoryStream();
    const dir = temporaryFolder();
    const first = openMapper(dir, stream, sum, { mapping });
    const now = Date.now();
    stream.putTo("shard-0", now, "a");
    await first.mapper.start();
    await first.drain();
    expect(first.batches()).toEqual(["a"]);
    await first.close();
    vi.useFakeTimers({ toFake: ["Date"], now: now + 20_000 });
    onTestFinished(() => void vi.useRealTimers());
    const next = openMapper(dir, new MemoryStream(), sum, { mapping });
    await next.mapper.start();
    await until(() => next.invocations.length === 1);
    expect(next.invocations.map(brief)).toEqual([["", true, false, { count: 1 }]]);
    await next.close();
    const last = openMapper(dir, new MemoryStream(), sum, { mapping });
    await last.mapper.start();
    await last.drain();
    expect(last.invocations).toEqual([]);
  });

  it("ends a window early whose state is too large, and begins it anew", async () => {
    const large: Handler = ({ texts }) => ({
      state: texts.length > 0 ? { text: "x".repeat(1024 * 1024) } : {},
    });
    const stream = new MemoryStream();
    const { mapper, drain, invocations, entries } = openMapper(temporaryFolder(), stream, large, {
      mapping: { ...mapping, batchSize: 1 },
    });
    const now = Date.now();
    stream.putTo("shard-0", now, "a");
    stream.putTo("shard-0", now, "b");
    await mapper.start();
    await drain();
    expect(invocations.slice(0, 3).map((one) => brief(one).slice(0, 3))).toEqual([
      ["a", false, false],
      ["", true, true],
      ["b", false, false],
    ]);
    expect(invocations[2]?.event.state).toEqual({});
    expect(entries).toHaveLength(2);
  });

  it("tries the end of a window as often as a batch, and then says that it was discarded", async () => {
    const { mapper, troubles, invocations } = await (async () => {
      const stream = new MemoryStream();
      const open = openMapper(
        temporaryFolder(),
        stream,
        ({ texts }) => {
          if (texts.length === 0) throw new Error("boom");
        },
        { mapping: { ...mapping, maximumRetryAttempts: 1 } },
      );
      stream.putTo("shard-0", start, "a");
      stream.put("b");
      await open.mapper.start();
      await until(() => open.batches().includes("b"));
      return open;
    })();
    expect(invocations.map(({ texts }) => texts.join())).toEqual(["a", "", "", "b"]);
    expect(troubles).toEqual(["mapping: the end of a window was discarded: boom"]);
    expect(mapper.counters).toMatchObject({ invocations: 4, errors: 2, retries: 1 });
  });
});

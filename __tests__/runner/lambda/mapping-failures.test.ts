import { describe, expect, it, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { until } from "../../support/until";
import { denied } from "../fixtures/denied";
import { fails, gate, nothing, openMapper, processed } from "../fixtures/mapper";
import { MemoryStream } from "../fixtures/memory-stream";

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
      time: expect.any(Number),
      duration: expect.any(Number),
      error: "Error: boom",
    };
    expect(entries).toEqual([
      { ...invocation, requestId: "request-1", retries: 0, coldStart: true, log: ["START request-1"] },
      { ...invocation, requestId: "request-2", retries: 1, coldStart: false, log: ["START request-2"] },
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
    const { letters, mapper, troubles, entries } = await processed(["a", "b", "c"], fails, {
      options: {
        authorizeOnFailure: () => {
          throw denied("no statement");
        },
      },
    });
    const streamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/readings";
    const letter = { destination: null, KinesisBatchInfo: { streamArn } };
    expect(letters).toMatchObject([letter, letter, letter]);
    expect(mapper.counters).toMatchObject({ failed: 3, deadLetters: 0, lostDeadLetters: 3 });
    expect(troubles).toEqual([
      "mapping: can't send to arn:aws:sqs:us-east-1:000000000000:dead-letters: no statement",
    ]);
    expect(entries.filter(({ kind }) => kind === "discarded")).toEqual([
      expect.not.objectContaining({ destination: expect.anything() }),
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
      if (refusals-- > 0) throw denied("no statement");
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

import { describe, expect, it } from "vitest";
import { type BatchEvents, settleBatch } from "../../local/runner/lambda/batch";
import type { InvocationOutcome } from "../../local/runner/lambda/process/worker";
import type { KinesisRecord } from "../../local/runner/stream/stream-source";

const record = (sequenceNumber: string, arrival = 0): KinesisRecord => ({
  sequenceNumber,
  partitionKey: "k",
  data: Buffer.from(sequenceNumber),
  arrival,
});
const batchOf = (...names: string[]) => names.map((name) => record(name));

const failure: InvocationOutcome = { requestId: "r", error: { errorType: "Error", errorMessage: "no" } };
const success: InvocationOutcome = { requestId: "r", payload: "null" };
const partial = (...identifiers: unknown[]): InvocationOutcome => ({
  requestId: "r",
  payload: JSON.stringify({
    batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
  }),
});

const defaults = {
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: 2,
  maximumRecordAgeSeconds: -1,
  reportBatchItemFailures: true,
};

/** Settles a batch and writes down what happened, in its order. */
async function settle(
  batch: readonly KinesisRecord[],
  handler: (names: readonly string[], invocation: number) => InvocationOutcome,
  policy: Partial<typeof defaults> = {},
  now = 0,
): Promise<string[]> {
  const log: string[] = [];
  const names = (records: readonly KinesisRecord[]) =>
    records.map(({ sequenceNumber }) => sequenceNumber).join("");
  let invocations = 0;
  const events: BatchEvents = {
    invoke: async (records) => {
      log.push(`invoke ${names(records)}`);
      return handler(
        records.map(({ sequenceNumber }) => sequenceNumber),
        ++invocations,
      );
    },
    onSuccess: (records) => log.push(`done ${names(records)}`),
    onDiscarded: async (attempt, condition) => {
      log.push(`${condition} ${names(attempt.records)} after ${attempt.invocations}`);
    },
    onError: () => {},
    onRetry: () => {},
    backOff: async () => {},
    now: () => now,
    stopped: () => invocations > 50,
  };
  await settleBatch(batch, { ...defaults, ...policy }, events);
  return log;
}

describe("a batch that fails", () => {
  it("is retried as often as the mapping says and then discarded", async () => {
    expect(await settle(batchOf("a", "b"), () => failure)).toEqual([
      "invoke ab",
      "invoke ab",
      "invoke ab",
      "RetryAttemptsExhausted ab after 3",
    ]);
  });

  it("is discarded at once with no retries", async () => {
    expect(await settle(batchOf("a"), () => failure, { maximumRetryAttempts: 0 })).toEqual([
      "invoke a",
      "RetryAttemptsExhausted a after 1",
    ]);
  });

  it("is retried without end with -1", async () => {
    const log = await settle(batchOf("a"), () => failure, { maximumRetryAttempts: -1 });
    expect(log.filter((line) => line === "invoke a")).toHaveLength(51);
    expect(log).not.toContainEqual(expect.stringContaining("Exhausted"));
  });

  it("is not done by an invocation that ends after the runner has been stopped", async () => {
    const handler = (_: readonly string[], count: number) => (count > 50 ? success : failure);
    const log = await settle(batchOf("a"), handler, { maximumRetryAttempts: -1 });
    expect(log).toHaveLength(51);
    expect(log).not.toContain("done a");
  });

  it("succeeds with a later attempt", async () => {
    expect(await settle(batchOf("a"), (_, count) => (count < 3 ? failure : success))).toEqual([
      "invoke a",
      "invoke a",
      "invoke a",
      "done a",
    ]);
  });
});

describe("record age", () => {
  it("discards records that are too old, before they are tried", async () => {
    const batch = [record("a", 1_000), record("b", 61_000), record("c", 62_000)];
    expect(await settle(batch, () => success, { maximumRecordAgeSeconds: 60 }, 100_000)).toEqual([
      "RecordAgeExceeded a after 0",
      "invoke bc",
      "done bc",
    ]);
  });

  it("keeps a record that is exactly as old as it may be", async () => {
    const batch = [record("a", 39_999), record("b", 40_000)];
    expect(await settle(batch, () => success, { maximumRecordAgeSeconds: 60 }, 100_000)).toEqual([
      "RecordAgeExceeded a after 0",
      "invoke b",
      "done b",
    ]);
  });

  it("discards a batch whose records are all too old without invoking the function", async () => {
    const log = await settle(batchOf("a", "b"), () => success, { maximumRecordAgeSeconds: 60 }, 100_000);
    expect(log).toEqual(["RecordAgeExceeded ab after 0"]);
  });

  it("discards nothing where the first record is young enough", async () => {
    const batch = [record("a", 90_000), record("b", 91_000)];
    expect(await settle(batch, () => success, { maximumRecordAgeSeconds: 60 }, 100_000)).toEqual([
      "invoke ab",
      "done ab",
    ]);
  });

  it("is ignored with -1", async () => {
    expect(await settle([record("a", 0)], () => success, {}, Number.MAX_SAFE_INTEGER)).toEqual([
      "invoke a",
      "done a",
    ]);
  });
});

describe("bisecting", () => {
  const bisect = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 };

  it("halves the batch on any invocation error, and splits do not consume retries", async () => {
    const poison = (names: readonly string[]) => (names.includes("c") ? failure : success);
    expect(await settle(batchOf("a", "b", "c", "d"), poison, bisect)).toEqual([
      "invoke abcd",
      "invoke ab",
      "done ab",
      "invoke cd",
      "invoke c",
      "invoke c",
      "RetryAttemptsExhausted c after 4",
      "invoke d",
      "done d",
    ]);
  });

  it("retries the whole batch after a partial response that names its first record, which uses up a retry", async () => {
    expect(await settle(batchOf("a", "b"), () => partial("a"), bisect)).toEqual([
      "invoke ab",
      "invoke ab",
      "RetryAttemptsExhausted ab after 2",
    ]);
  });

  it("splits at the returned sequence number with a partial response and retries only the rest", async () => {
    const handler = (_: readonly string[], count: number) => (count === 1 ? partial("c") : success);
    expect(
      await settle(batchOf("a", "b", "c", "d"), handler, { ...bisect, maximumRetryAttempts: 0 }),
    ).toEqual(["invoke abcd", "done ab", "invoke cd", "done cd"]);
  });
});

describe("a partial batch response", () => {
  it("with several items retries from the lowest sequence number", async () => {
    const handler = (_: readonly string[], count: number) => (count === 1 ? partial("c", "b", "d") : success);
    expect(await settle(batchOf("a", "b", "c", "d"), handler)).toEqual([
      "invoke abcd",
      "done a",
      "invoke bcd",
      "done bcd",
    ]);
  });

  it("that names the same record again and again is discarded from there", async () => {
    expect(await settle(batchOf("a", "b", "c"), () => partial("b"))).toEqual([
      "invoke abc",
      "done a",
      "invoke bc",
      "invoke bc",
      "RetryAttemptsExhausted bc after 3",
    ]);
  });

  it.each([
    ["null", "null"],
    ["an empty object", "{}"],
    ["an empty list", '{"batchItemFailures":[]}'],
    ["a null list", '{"batchItemFailures":null}'],
  ])("that is %s is success", async (_, payload) => {
    expect(await settle(batchOf("a"), () => ({ requestId: "r", payload }))).toEqual(["invoke a", "done a"]);
  });

  it.each([
    ["an empty identifier", '{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ["a null identifier", '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ["a misnamed identifier", '{"batchItemFailures":[{"itemIdentifer":"a"}]}'],
    ["an identifier of no record", '{"batchItemFailures":[{"itemIdentifier":"z"}]}'],
    ["an item that is not an object", '{"batchItemFailures":["a"]}'],
    ["a list that is none", '{"batchItemFailures":"a"}'],
    ["a text", '"all good"'],
    ["a number", "42"],
  ])("with %s fails the whole batch", async (_, payload) => {
    const handler = (_names: readonly string[], count: number): InvocationOutcome =>
      count === 1 ? { requestId: "r", payload } : success;
    expect(await settle(batchOf("a", "b"), handler)).toEqual(["invoke ab", "invoke ab", "done ab"]);
  });

  it("is ignored unless the mapping asks for it", async () => {
    const log = await settle(batchOf("a", "b"), () => partial("a"), { reportBatchItemFailures: false });
    expect(log).toEqual(["invoke ab", "done ab"]);
  });
});

import { setImmediate as turn } from "node:timers/promises";
import { Signal } from "@streaming-data-lake/timing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Lane, type LaneOptions, laneOf } from "../../local/runner/lambda/lane";
import type { KinesisRecord } from "../../local/runner/stream/stream-source";

const record = (sequenceNumber: string) =>
  ({ sequenceNumber, data: Buffer.from("x"), partitionKey: "k", arrival: 0 }) as unknown as KinesisRecord;

const numbers = (records: readonly KinesisRecord[]) => records.map(({ sequenceNumber }) => sequenceNumber);

/** A running lane, and the batches that it has handed over. Each batch is done when `settle` says so. */
function run(options: Partial<LaneOptions> = {}) {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const batches: string[][] = [];
  const lane = new Lane({
    batchSize: 3,
    windowMilliseconds: 60_000,
    maxBytes: 100,
    bytesOf: () => 1,
    settle: async (records, onDone) => {
      batches.push(numbers(records));
      onDone(records.at(-1)?.sequenceNumber ?? "");
    },
    changed: new Signal(),
    abort: abort.signal,
    ...options,
  });
  const ended = lane.run();
  const push = (...sequenceNumbers: readonly string[]) => {
    for (const each of sequenceNumbers) lane.push(record(each));
  };
  return { lane, batches, push, abort, ended };
}

/** Lets everything happen that does not wait for time. */
const settled = async () => {
  for (let turns = 0; turns < 5; turns++) await turn();
};

describe("hands over a batch", () => {
  it("that is full, and keeps what is left for the next one", async () => {
    const { batches, push, lane } = run();
    push("1", "2", "3", "4");
    await settled();
    expect(batches).toEqual([["1", "2", "3"]]);
    expect(lane.pending).toBe(1);
    push("5", "6");
    await settled();
    expect(batches).toEqual([
      ["1", "2", "3"],
      ["4", "5", "6"],
    ]);
  });

  it("that the next record would make too large", async () => {
    const { batches, push } = run({ maxBytes: 5, bytesOf: () => 2 });
    push("1", "2");
    await settled();
    expect(batches).toEqual([]);
    push("3");
    await settled();
    expect(batches).toEqual([["1", "2"]]);
  });

  it("of one record that is larger than a batch may be", async () => {
    const { batches, push } = run({ maxBytes: 5, bytesOf: () => 6 });
    push("1", "2");
    await settled();
    expect(batches).toEqual([["1"]]);
  });

  it("when the batching window since its first record has ended, and not before", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { batches, push } = run({ windowMilliseconds: 1_000 });
    push("1");
    await settled();
    await vi.advanceTimersByTimeAsync(600);
    push("2");
    await vi.advanceTimersByTimeAsync(399);
    await settled();
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await settled();
    expect(batches).toEqual([["1", "2"]]);
  });

  it("without waiting for the window when it is flushed, until it is empty", async () => {
    const { batches, push, lane } = run();
    push("1", "2", "3", "4");
    lane.flush();
    await settled();
    expect(batches).toEqual([["1", "2", "3"], ["4"]]);
    push("5");
    await settled();
    expect(batches).toHaveLength(2);
  });

  it("of records of one group only", async () => {
    const { batches, push } = run({
      groupOf: ({ sequenceNumber }) => Math.floor(Number(sequenceNumber) / 10),
    });
    push("8", "9", "10");
    await settled();
    expect(batches).toEqual([["8", "9"]]);
  });

  it("at a time", async () => {
    const dones: (() => void)[] = [];
    const handed: string[][] = [];
    const { push, lane } = run({
      settle: (records) => {
        handed.push(numbers(records));
        return new Promise((resolve) => dones.push(resolve));
      },
    });
    push("1", "2", "3", "4", "5", "6");
    await settled();
    expect(handed).toEqual([["1", "2", "3"]]);
    expect([lane.pending, lane.waitingBytes]).toEqual([6, 3]);
    dones[0]?.();
    await settled();
    expect(handed).toEqual([
      ["1", "2", "3"],
      ["4", "5", "6"],
    ]);
    expect([lane.pending, lane.waitingBytes]).toEqual([3, 0]);
  });
});

it("prepares the next batch while one is being processed, if it is full", async () => {
  const prepared: string[][] = [];
  const { push } = run({
    settle: () => new Promise(() => {}),
    prepare: (records) => prepared.push(numbers(records)),
  });
  push("1", "2", "3", "4", "5", "6", "7");
  await settled();
  expect(prepared).toEqual([["4", "5", "6"]]);
});

it("prepares nothing while the next batch is not full", async () => {
  const prepare = vi.fn();
  const { push } = run({ settle: () => new Promise(() => {}), prepare });
  push("1", "2", "3", "4", "5");
  await settled();
  expect(prepare).not.toHaveBeenCalled();
});

it("counts the unfinished records of a split batch as waiting, and then none of them", async () => {
  let finish = () => {};
  const { lane, push } = run({
    settle: (_, onDone) =>
      new Promise((resolve) => {
        onDone("2");
        finish = () => {
          onDone("3");
          resolve();
        };
      }),
  });
  push("1", "2", "3");
  await expect.poll(() => lane.waiting).toBe(1);
  expect([lane.pending, lane.done]).toEqual([3, "2"]);
  finish();
  await expect.poll(() => lane.pending).toBe(0);
  expect([lane.waiting, lane.done]).toEqual([0, "3"]);
});

it("tells that it has changed when a batch is done", async () => {
  const changed = new Signal();
  const { lane, push } = run({ changed });
  push("1", "2", "3");
  await changed.until(() => lane.pending === 0);
  expect(lane.done).toBe("3");
});

it("does what is due at the deadline, though no record arrives, and as soon as it is due", async () => {
  let due: number | undefined = Date.now() + 30;
  const at: number[] = [];
  run({
    deadline: () => due,
    onDeadline: async () => {
      at.push(Date.now());
      due = undefined;
    },
  });
  const expected = due;
  await expect.poll(() => at).toHaveLength(1);
  expect(at[0]).toBeGreaterThanOrEqual(expected);
});

it("ends when it is aborted, with the records of its batch not done", async () => {
  let stop = () => {};
  const { lane, push, abort, ended } = run({
    settle: () =>
      new Promise((resolve) => {
        stop = resolve;
      }),
  });
  push("1", "2", "3");
  await settled();
  abort.abort();
  stop();
  await ended;
  expect([lane.pending, lane.done]).toEqual([3, undefined]);
});

it("keeps the records of a partition key in one lane, and uses all lanes", () => {
  const lanes = Array.from({ length: 100 }, (_, key) => laneOf(`sensor-${key}`, 4));
  expect(lanes).toEqual(Array.from({ length: 100 }, (_, key) => laneOf(`sensor-${key}`, 4)));
  expect(new Set(lanes)).toEqual(new Set([0, 1, 2, 3]));
});

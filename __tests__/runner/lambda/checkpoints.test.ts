import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { type CheckpointOptions, Checkpoints } from "../../../local/runner/lambda/checkpoints";
import { laneOf } from "../../../local/runner/lambda/lane";
import type { KinesisRecord } from "../../../local/runner/stream/stream-source";
import { temporaryFolder } from "../../support/folders";

const address = "aws_lambda_event_source_mapping.readings";

function open(dir: string, options: Partial<CheckpointOptions> & { readonly lanes?: number } = {}) {
  const { lanes = 1, ...more } = options;
  return new Checkpoints({
    mapping: { address, parallelizationFactor: lanes },
    dir,
    readingSince: (_, saved) => saved ?? 1_000,
    streamIsNew: false,
    abort: new AbortController().signal,
    onTrouble: () => {},
    ...more,
  });
}

const record = (sequenceNumber: string, partitionKey = "sensor-001") =>
  ({ sequenceNumber, partitionKey }) as KinesisRecord;

it("takes up a shard where the last run left it, even if that was killed right after the turn of its checkpoint", async () => {
  const dir = temporaryFolder();
  open(dir).set("shard-0", { after: "7" });
  await turn();
  const next = open(dir);
  expect(next.since).toBe(1_000);
  expect(next.isDone("shard-0", record("7"))).toBe(true);
  expect(next.isDone("shard-0", record("8"))).toBe(false);
  expect(next.isDone("shard-1", record("7"))).toBe(false);
});

it("asks since when the mapping has read, with what was saved of it", () => {
  const dir = temporaryFolder();
  const asked: [string, number | undefined][] = [];
  const readingSince = (consumer: string, saved?: number) => {
    asked.push([consumer, saved]);
    return (saved ?? 1_000) + 1;
  };
  open(dir, { readingSince }).save();
  expect(open(dir, { readingSince }).since).toBe(1_002);
  expect(asked).toEqual([
    [address, undefined],
    [address, 1_001],
  ]);
});

it.each(["7a", "a7", ""])("is refused as damaged, where a lane is at %j", async (sequenceNumber) => {
  const dir = temporaryFolder();
  const checkpoints = open(dir, { lanes: 2 });
  checkpoints.set("shard-0", { lanes: ["7", sequenceNumber] });
  await checkpoints.close();
  expect(() => open(dir, { lanes: 2 })).toThrow(/damaged/);
});

it("saves at its end what is not saved yet", async () => {
  const dir = temporaryFolder();
  const checkpoints = open(dir);
  checkpoints.set("shard-0", { after: "7" });
  await checkpoints.close();
  expect(open(dir).get("shard-0")).toEqual({ after: "7" });
});

it("counts every record of a finished shard as done", () => {
  const dir = temporaryFolder();
  const checkpoints = open(dir);
  checkpoints.set("shard-0", { after: "7" });
  checkpoints.finish("shard-0");
  expect(open(dir).isDone("shard-0", record("900"))).toBe(true);
});

it("knows of each lane how far it is, and asks the lane of a record's partition key", async () => {
  const dir = temporaryFolder();
  const checkpoints = open(dir, { lanes: 2 });
  const key = ["a", "b", "c", "d"].find((each) => laneOf(each, 2) === 1) ?? "";
  checkpoints.set("shard-0", { after: "3", lanes: ["3", "19"] });
  await checkpoints.close();
  const next = open(dir, { lanes: 2 });
  expect(next.lanes("shard-0")).toEqual(["3", "19"]);
  expect(next.isDone("shard-0", record("19", key))).toBe(true);
  expect(next.isDone("shard-0", record("20", key))).toBe(false);
});

it("falls back to the lane that is furthest behind, where the number of lanes has changed", async () => {
  const dir = temporaryFolder();
  const checkpoints = open(dir, { lanes: 2 });
  checkpoints.set("shard-0", { after: "3", lanes: ["3", "9"] });
  await checkpoints.close();
  const next = open(dir, { lanes: 4 });
  expect(next.lanes("shard-0")).toBeUndefined();
  expect(next.isDone("shard-0", record("3"))).toBe(true);
  expect(next.isDone("shard-0", record("4"))).toBe(false);
});

it("names the shards whose windows were open", async () => {
  const dir = temporaryFolder();
  const checkpoints = open(dir);
  checkpoints.set("shard-0", { windows: [null, { start: 0, state: {} }] });
  checkpoints.set("shard-1", { after: "7", windows: [null] });
  checkpoints.set("shard-2", { after: "7" });
  await checkpoints.close();
  expect(open(dir).shardsWithWindows).toEqual(["shard-0"]);
});

it("forgets all of an earlier stream of the same name", async () => {
  const dir = temporaryFolder();
  const checkpoints = open(dir);
  checkpoints.set("shard-0", { after: "7" });
  await checkpoints.close();
  const next = open(dir, { streamIsNew: true });
  expect(next.since).toBe(0);
  expect(next.get("shard-0")).toBeUndefined();
});

it("repeats a save that has failed until it succeeds, and says so", async () => {
  const dir = temporaryFolder();
  const troubles: string[] = [];
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const checkpoints = open(dir, { abort: abort.signal, onTrouble: (message) => troubles.push(message) });
  // A file is in the way of the folder.
  const folder = join(dir, "checkpoints");
  writeFileSync(folder, "");
  checkpoints.set("shard-0", { after: "7" });
  await turn();
  // No second save begins beside the repeated one.
  checkpoints.set("shard-0", { after: "7" });
  await turn();
  let isSaved = false;
  void checkpoints.saved().then(() => {
    isSaved = true;
  });
  await turn();
  expect(isSaved).toBe(false);
  expect(troubles).toEqual([expect.stringContaining(`${address}: can't save its checkpoints: `)]);
  rmSync(folder);
  mkdirSync(folder);
  // What was set meanwhile is part of the repeated save.
  checkpoints.set("shard-0", { after: "8" });
  await checkpoints.saved();
  expect(open(dir).get("shard-0")).toEqual({ after: "8" });
  expect(troubles.at(-1)).toBe(`${address}: can't save its checkpoints: that is over, it goes on`);
});

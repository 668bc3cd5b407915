import { Signal } from "@streaming-data-lake/timing";
import { expect, it, onTestFinished } from "vitest";
import { Lane } from "../../local/runner/lambda/lane";
import type { KinesisRecord } from "../../local/runner/stream/stream-source";

const record = (sequenceNumber: string) =>
  ({ sequenceNumber, data: Buffer.from("x"), partitionKey: "k", arrival: 0 }) as unknown as KinesisRecord;

it("counts the unfinished records of a split batch as waiting, and then none of them", async () => {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  let finish = () => {};
  const lane = new Lane({
    batchSize: 3,
    windowMilliseconds: 0,
    maxBytes: 100,
    bytesOf: () => 1,
    settle: (_, onDone) =>
      new Promise((resolve) => {
        onDone("2");
        finish = () => {
          onDone("3");
          resolve();
        };
      }),
    changed: new Signal(),
    abort: abort.signal,
  });
  for (const sequenceNumber of ["1", "2", "3"]) lane.push(record(sequenceNumber));
  void lane.run();
  await expect.poll(() => lane.waiting).toBe(1);
  expect(lane.pending).toBe(3);
  finish();
  await expect.poll(() => lane.pending).toBe(0);
  expect(lane.waiting).toBe(0);
});

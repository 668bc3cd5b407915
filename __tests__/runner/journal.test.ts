import { appendFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { InvocationEntry, ObjectsEntry } from "../../local/runner/journal/entries";
import { Journal } from "../../local/runner/journal/journal";
import { temporaryFolder } from "../support/folders";

const span = (first: number, last: number) => ({
  stream: "s",
  shard: "0",
  first: String(first),
  last: String(last),
});

const invocation = (first: number, last = first): InvocationEntry => ({
  kind: "invocation",
  ...span(first, last),
  time: first,
  mapping: "m",
  functionName: "f",
  requestId: `request-${first}`,
  duration: 1,
  records: last - first + 1,
  coldStart: false,
  retries: 0,
  done: String(last),
  log: ["printed"],
});

function journalIn(folder: string, records?: number): Journal {
  const journal = new Journal({
    folder: join(folder, "journal"),
    ...(records !== undefined && { records }),
    onTrouble: (message) => {
      throw new Error(message);
    },
  });
  onTestFinished(() => journal.close());
  return journal;
}

const bytesIn = (folder: string): number =>
  readdirSync(join(folder, "journal")).reduce(
    (sum, name) => sum + statSync(join(folder, "journal", name)).size,
    0,
  );

it("finds the entries about a record, oldest first", async () => {
  const journal = journalIn(temporaryFolder());
  journal.add(invocation(100, 199));
  journal.add(invocation(200, 299));
  journal.add({ ...invocation(150, 199), requestId: "again" });
  const objects: ObjectsEntry = {
    kind: "objects",
    time: 1,
    since: 0,
    delivery: "d",
    sink: "destination",
    bucket: "b",
    spans: [span(90, 160), { ...span(0, 999), shard: "1" }],
    records: 70,
    objects: [{ key: "k", kind: "parquet", records: 70 }],
  };
  journal.add(objects);
  expect(await journal.find("s", "0", "155")).toMatchObject([
    { requestId: "request-100" },
    { requestId: "again" },
    { kind: "objects" },
  ]);
  expect(await journal.find("s", "1", "5")).toEqual([objects]);
  expect(await journal.find("s", "0", "99999")).toEqual([]);
  expect(await journal.find("other", "0", "155")).toEqual([]);
});

it("always keeps the given number of latest records, and at most twice as many on disk", async () => {
  const folder = temporaryFolder();
  const journal = journalIn(folder, 10_000);
  let most = 0;
  for (let first = 100_000; first < 200_000; first += 10) {
    journal.add(invocation(first, first + 9));
    if (first % 1_000 === 0) most = Math.max(most, bytesIn(folder));
  }
  expect(await journal.find("s", "0", "190001")).toHaveLength(1);
  expect(await journal.find("s", "0", "199999")).toHaveLength(1);
  expect(await journal.find("s", "0", "110000")).toEqual([]);
  const bytes = JSON.stringify(invocation(100_000, 100_009)).length + 1;
  expect(most).toBeLessThan(2.6 * 1_000 * bytes);
});

it("gives the latest first", async () => {
  const journal = journalIn(temporaryFolder());
  for (let at = 1; at <= 1_000; at++) journal.add(invocation(at));
  const latest: string[] = [];
  for await (const entry of journal.latest()) {
    if (entry.kind === "invocation") latest.push(entry.first);
    if (latest.length === 600) break;
  }
  expect(latest.slice(0, 3)).toEqual(["1000", "999", "998"]);
  expect(latest.at(-1)).toBe("401");
});

it("knows what an earlier run has written, except for a line that a kill has cut off", async () => {
  const folder = temporaryFolder();
  const earlier = journalIn(folder);
  for (let at = 1_000; at < 2_000; at++) earlier.add(invocation(at));
  earlier.close();
  appendFileSync(join(folder, "journal", "current.ndjson"), '{"kind":"invocation","fir');
  const journal = journalIn(folder);
  journal.add(invocation(2_000));
  expect(await journal.find("s", "0", "1234")).toMatchObject([{ requestId: "request-1234" }]);
  expect(await journal.find("s", "0", "1999")).toHaveLength(1);
  expect(await journal.find("s", "0", "2000")).toHaveLength(1);
});

it("says only once that it can't be written, and takes further entries", () => {
  const folder = temporaryFolder();
  const troubles: string[] = [];
  const journal = new Journal({
    folder: join(folder, "journal"),
    onTrouble: (message) => void troubles.push(message),
  });
  rmSync(folder, { recursive: true });
  for (let at = 0; at < 1_000; at++) journal.add(invocation(at));
  journal.close();
  expect(troubles).toEqual([expect.stringMatching(/^journeys of records are not kept any more: ENOENT/)]);
});

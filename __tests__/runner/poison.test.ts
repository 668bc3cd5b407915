import { expect, it } from "vitest";
import { findDiscrepancies } from "../../local/runner/reconciliation";
import { summarize } from "../../local/runner/summary";
import { randomNumbers } from "../producer/support/random";
import { diceOf, reading, TestRun } from "./fixtures/harness";

const seed = Number(process.env.SEED ?? 1);

/** Counts readings and what is none; at random it throws, hangs, exits or answers nonsense instead. */
const unreliableHandler = `
const metric = (name, value) => console.log(JSON.stringify({
  _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: "lab", Dimensions: [[]], Metrics: [{ Name: name }] }] },
  [name]: value,
}));
exports.handler = async (event) => {
  ${diceOf(seed)}
  if (dice < 0.1) throw new Error("out of luck");
  if (dice < 0.13) await new Promise((resolve) => setTimeout(resolve, 60000));
  if (dice < 0.17) process.exit(1);
  if (dice < 0.22) return "nonsense";
  if (dice < 0.27) return { batchItemFailures: [{ itemIdentifier: "" }] };
  let processed = 0, rejected = 0;
  for (const { kinesis } of event.Records) {
    try {
      if (typeof JSON.parse(Buffer.from(kinesis.data, "base64")).temperature !== "number") throw new Error();
      processed++;
    } catch { rejected++; }
  }
  metric("ReadingsProcessed", processed);
  metric("ReadingsRejected", rejected);
  return { batchItemFailures: [] };
};`;

it(`poison among the records and a handler that fails at random cost no other record (seed ${seed})`, async () => {
  const run = await TestRun.start({
    handler: unreliableHandler,
    fn: { timeout: 1 },
    mapping: { batch_size: 20, bisect_batch_on_function_error: true, maximum_retry_attempts: 1 },
  });
  const readings = Array.from({ length: 200 }, (_, index) => reading(index));
  const random = randomNumbers(seed);
  const noise = Buffer.from(Array.from({ length: 1_000 }, () => Math.floor(random() * 256)));
  const largest = `${JSON.stringify({ sensor_id: "x".repeat(1024 * 1024 - 100), temperature: 1 })}\n`;
  const poison: (string | Uint8Array)[] = [
    "this is not JSON",
    "{",
    "",
    "\n",
    "[1,2]",
    '"text"',
    "null",
    `{"sensor_id":"s","temperature":"warm","timestamp":"2024-01-15T10:30:00Z"}`,
    `{"sensor_id":"s","temperature":1,"timestamp":"soon"}`,
    `{"sensor_id":"\\ud800 half a pair","temperature":2}`,
    noise,
    Buffer.from([0xf3, 0x89, 0x9a, 0xc2, 1, 2, 3]),
    Buffer.alloc(100),
    largest,
    `{"sensor_id":"a","temperature":3}{"sensor_id":"b","temperature":4}`,
  ];
  const mixed = readings.flatMap((line, index) => {
    const extra = index % 10 === 0 ? poison[index / 10] : undefined;
    return extra === undefined ? [line] : [extra, line];
  });
  const produced = readings.length + poison.length;
  for (let start = 0; start < mixed.length; start += 50) await run.put(mixed.slice(start, start + 50));
  await run.finish();

  const rows = await run.rows();
  const delivered = new Set(rows.map(({ sensor_id }) => sensor_id));
  expect(readings.map((line) => JSON.parse(line).sensor_id).filter((id) => !delivered.has(id))).toEqual([]);
  // Rows: every reading, the half pair, the largest, and the two of one record.
  expect(rows).toHaveLength(readings.length + 4);
  expect(run.failedRecords()).toHaveLength(poison.length - 3);
  expect(Buffer.byteLength(run.text("raw/"), "utf8")).toBeGreaterThan(largest.length);

  const { lambda, delivery, ...summary } = summarize({
    counters: run.runner.counters,
    queries: {},
    seconds: 0,
  });
  expect(summary.produced).toBe(produced);
  expect(lambda.succeeded + lambda.failed).toBe(produced);
  expect(delivery.records).toBe(produced);
  expect(run.deadLetters()).toHaveLength(run.mapping.deadLetters);
  expect(findDiscrepancies(run.runner.counters, produced)).toEqual([]);
}, 90_000);

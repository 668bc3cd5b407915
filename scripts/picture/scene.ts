import { loadStack, type Stack } from "@streaming-data-lake/runner";
import { readSetup, type Setup } from "../../cli/cost/setup";
import type { Arrow, Card, Scene, Shelf } from "./svg";

/** Draws the pipeline as a synthesized stack has it: where things stand is fixed, what they are called and set to is not. */
export function sceneOf(stackFile: string): Scene {
  const stack = loadStack(stackFile);
  const setup = readSetup(stackFile);
  return {
    width: 1240,
    height: 600,
    title: "Architecture of the streaming data lake",
    description:
      "A producer writes to a Kinesis stream. A Lambda function processes each reading: metrics and alarms go to CloudWatch, " +
      "batches that are given up to a queue. Firehose delivers all readings to S3, as Parquet and as sent. Glue describes the " +
      "files, Athena asks them in SQL, and a schedule rolls them up each hour.",
    cards: cardsOf(stack, setup),
    shelves: shelvesOf(stack),
    arrows: arrowsOf(setup),
    notes: [
      { x: 30, y: 36, text: "One synthesized stack, two engines." },
      { x: 30, y: 56, text: "AWS: cdktf apply" },
      { x: 30, y: 74, text: "This machine: npm start (in italics)" },
    ],
  };
}

const only = <T>(all: readonly T[]): T => {
  const [one] = all;
  if (one === undefined) throw new Error("the stack lacks a part that the picture has");
  return one;
};
const many = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

function cardsOf(stack: Stack, setup: Setup): Card[] {
  const [stream, fn, delivery] = [only(stack.streams), only(stack.functions), only(stack.deliveryStreams)];
  const mapping = only(stack.mappings);
  const schedule = only(stack.schedules);
  const retries =
    mapping.maximumRetryAttempts < 0 ? "without end" : many(mapping.maximumRetryAttempts, "retry", "retries");
  const queue = (mapping.onFailureArn ?? "").split(":").at(-1) ?? "";
  return [
    {
      ...{ x: 30, y: 225, width: 170, height: 120 },
      kind: "source",
      title: "Producer",
      name: "npx tsx producer",
      lines: ["sensor readings", "as lines of JSON"],
      here: "--local",
    },
    {
      ...{ x: 278, y: 215, width: 200, height: 140 },
      kind: "stream",
      title: "Kinesis data stream",
      name: stream.name,
      lines: [
        stream.mode === "ON_DEMAND" ? "on demand" : many(stream.shardCount, "shard"),
        `kept for ${stream.retentionHours} hours`,
      ],
      here: "embedded Kinesis",
    },
    {
      ...{ x: 540, y: 80, width: 262, height: 140 },
      kind: "compute",
      title: "Lambda function",
      name: fn.name,
      lines: [`${fn.runtime}, ${fn.memoryMegabytes} MB`, `bad batches: ${retries}, bisected`],
      here: "the same archive, in a process",
    },
    {
      ...{ x: 540, y: 350, width: 262, height: 140 },
      kind: "stream",
      title: "Data Firehose",
      name: delivery.name,
      lines: [
        `every ${delivery.destination.bufferSeconds} s or ${delivery.destination.bufferMebibytes} MiB`,
        delivery.conversion
          ? `JSON to ${delivery.conversion.format === "PARQUET" ? "Parquet" : "ORC"}`
          : "as sent",
      ],
      here: "the same buffers and prefixes",
    },
    {
      ...{ x: 862, y: 30, width: 348, height: 100 },
      kind: "watch",
      title: "CloudWatch, X-Ray and SNS",
      lines: [
        `metrics, logs, ${many(setup.alarms, "alarm")}, ${many(setup.dashboards, "dashboard")}`,
        "alarms write to a topic",
      ],
      here: ".local/logs and the live view",
    },
    {
      ...{ x: 862, y: 150, width: 348, height: 82 },
      kind: "watch",
      title: "SQS on-failure queue",
      name: queue,
      lines: [],
      here: ".local/dead-letters.ndjson",
    },
    {
      ...{ x: 862, y: 262, width: 348, height: 316 },
      kind: "storage",
      title: "S3 data lake",
      name: only(stack.buckets).name.replace(stack.accountId, "<account>"),
      lines: [],
      here: ".local/lake",
    },
    {
      ...{ x: 278, y: 458, width: 200, height: 120 },
      kind: "query",
      title: "Athena and Glue",
      name: stack.tables[0]?.database,
      lines: [
        `${many(stack.tables.length, "table")}, ${many(stack.namedQueries.length + stack.preparedStatements.length, "query", "queries")}`,
      ],
      here: "DuckDB: npm run query",
    },
    {
      ...{ x: 30, y: 458, width: 170, height: 120 },
      kind: "query",
      title: "Scheduler",
      name: schedule.expression,
      lines: ["hourly roll-up"],
      here: "npm run local -- rollup",
    },
  ];
}

function shelvesOf(stack: Stack): Shelf[] {
  const delivery = only(stack.deliveryStreams);
  const place = (index: number) => ({ x: 880, y: 318 + 54 * index, width: 312, height: 42 });
  const plain = (prefix: string) => prefix.replace(/!\{.*$/, "").replace(/\/dt=$/, "/");
  const parquet = stack.tables.filter(({ serializationLibrary }) => serializationLibrary.includes("Parquet"));
  const rolledUp = parquet.filter(
    ({ location }) => !location.endsWith(`/${plain(delivery.destination.prefix)}`),
  );
  return [
    { name: plain(delivery.destination.prefix), text: "Parquet by day: the table of most questions" },
    ...rolledUp.map(({ location }) => ({
      name: location.replace(/^s3:\/\/[^/]+\//, ""),
      text: "rolled up by sensor, location and hour",
    })),
    ...(delivery.backup
      ? [{ name: plain(delivery.backup.prefix), text: "every record as it was sent, gzip" }]
      : []),
    { name: plain(delivery.destination.errorOutputPrefix), text: "what could not be converted, and why" },
  ].map((each, index) => ({ ...place(index), ...each }));
}

function arrowsOf(setup: Setup): Arrow[] {
  return [
    {
      way: [
        [200, 285],
        [276, 285],
      ],
    },
    {
      way: [
        [478, 255],
        [509, 255],
        [509, 150],
        [538, 150],
      ],
      label: { x: 518, y: 242, text: `batches of ${setup.batchSize}`, anchor: "start" },
    },
    {
      way: [
        [478, 315],
        [509, 315],
        [509, 420],
        [538, 420],
      ],
      label: { x: 518, y: 336, text: "every record", anchor: "start" },
    },
    {
      way: [
        [802, 105],
        [860, 105],
      ],
    },
    {
      way: [
        [802, 191],
        [860, 191],
      ],
    },
    {
      way: [
        [802, 420],
        [860, 420],
      ],
    },
    {
      way: [
        [200, 518],
        [276, 518],
      ],
      dashed: true,
    },
    {
      way: [
        [478, 545],
        [860, 545],
      ],
      label: { x: 670, y: 537, text: "SQL, and INSERT each hour" },
    },
  ];
}

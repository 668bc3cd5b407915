import type { Counters, MappingCounters } from "./counters";
import { formatDuration, plural } from "./format";

/** What a run came to; `npm start -- --json` and `npm run local -- --json` print it. */
export interface Summary {
  /** Records that producers sent in this run, with what an earlier run had left. */
  readonly produced: number;
  readonly lambda: {
    readonly processed: number;
    readonly invalid: number;
    /** Records given up after their retries: they are described in `dead-letters.ndjson`. */
    readonly failed: number;
    readonly alerts: number;
  };
  readonly delivery: {
    /** Records in the objects of the destination and in its error objects. */
    readonly records: number;
    readonly parquetObjects: number;
    readonly rawObjects: number;
    readonly errorObjects: number;
  };
  readonly queries: Readonly<Record<string, { readonly rows: number }>>;
  /** Of the whole run. */
  readonly seconds: number;
}

export interface SummaryInput {
  readonly counters: Counters;
  /** What the producer counted. @default what the consumers have read */
  readonly produced?: number;
  readonly queries: Summary["queries"];
  readonly seconds: number;
}

/**
 * Sums up a run that has been drained and flushed. What the function says of its readings in embedded metrics
 * (`ReadingsProcessed`, `ReadingsRejected`, `HighTemperatureReadings`) is taken before what the mapping counts.
 */
export function summarize({ counters, produced, queries, seconds }: SummaryInput): Summary {
  const { mappings, deliveries } = counters;
  const metrics = new Set(mappings.map((mapping) => mapping.metrics));
  const sum = <T>(items: Iterable<T>, value: (item: T) => number) =>
    [...items].reduce((total, item) => total + value(item), 0);
  const metric = (name: string) => sum(metrics, (all) => all.get(name) ?? 0);
  const counted = [...metrics].some((all) => all.has("ReadingsProcessed") || all.has("ReadingsRejected"));
  return {
    produced: produced ?? sum(counters.streams, ({ name }) => producedOn(name, counters)),
    lambda: {
      processed: counted ? metric("ReadingsProcessed") : sum(mappings, ({ succeeded }) => succeeded),
      invalid: metric("ReadingsRejected"),
      failed: sum(mappings, ({ failedUserRecords }) => failedUserRecords),
      alerts: metric("HighTemperatureReadings"),
    },
    delivery: {
      records: sum(deliveries, ({ delivered, rejected }) => delivered + rejected),
      parquetObjects: sum(deliveries, ({ parquetObjects }) => parquetObjects),
      rawObjects: sum(deliveries, ({ rawObjects }) => rawObjects),
      errorObjects: sum(deliveries, ({ errorObjects }) => errorObjects),
    },
    queries,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** User records of a stream: what its consumers have read, and whatever was acknowledged and not read. */
function producedOn(stream: string, counters: Counters): number {
  const consumers = [...counters.deliveries, ...counters.mappings].filter(
    ({ streamName }) => streamName === stream,
  );
  const acknowledged = counters.streams.find(({ name }) => name === stream)?.acknowledged;
  const [first] = consumers;
  if (!first) return acknowledged ?? 0;
  return first.userRecords + Math.max(0, (acknowledged ?? first.readNew) - first.readNew);
}

/**
 * What does not add up in a run that has been drained and flushed, one sentence each; nothing when all is well.
 *
 * Each consumer must have read every record that its stream acknowledged. A mapping must have succeeded with, left
 * out or given up what it read; a delivery stream must have written it. When nothing was retried, what the function
 * counted must be what it was given. After a kill both begin with what was not done with, so that the sums hold for
 * every run on its own.
 *
 * @param produced What the producer says it sent; compared when given.
 */
export function findDiscrepancies(counters: Counters, produced?: number): string[] {
  const problems: string[] = [];
  const compare = (what: string, expected: number, actual: number) => {
    if (expected !== actual) problems.push(`${what}: expected ${expected}, counted ${actual}`);
  };
  for (const { name, acknowledged } of counters.streams)
    for (const consumer of [...counters.mappings, ...counters.deliveries])
      if (consumer.streamName === name && acknowledged !== undefined)
        compare(`records of ${name} read by ${nameOf(consumer)}`, acknowledged, consumer.readNew);
  for (const mapping of counters.mappings) {
    const { readNew, readOld, succeeded, filtered, failed } = mapping;
    compare(`records settled by ${nameOf(mapping)}`, readNew + readOld, succeeded + filtered + failed);
    if (isExact(mapping, counters)) {
      const { metrics } = mapping;
      const counted = (metrics.get("ReadingsProcessed") ?? 0) + (metrics.get("ReadingsRejected") ?? 0);
      compare(`readings counted by ${mapping.functionName}`, mapping.userRecords, counted);
    }
  }
  for (const { name, userRecords, delivered, rejected } of counters.deliveries)
    compare(`records delivered by ${name}`, userRecords, delivered + rejected);
  if (produced !== undefined) {
    const streams = counters.streams.map(({ name }) => producedOn(name, counters));
    compare(
      "records produced",
      produced,
      streams.reduce((a, b) => a + b, 0),
    );
  }
  return problems;
}

function nameOf(consumer: Counters["mappings"][number] | Counters["deliveries"][number]): string {
  return "address" in consumer ? consumer.functionName : consumer.name;
}

/** Whether the function's own counts can be compared: it has some, and saw each record once. */
function isExact(mapping: MappingCounters, { mappings }: Counters): boolean {
  const alone = mappings.filter(({ metrics }) => metrics === mapping.metrics).length === 1;
  const counts = mapping.metrics.has("ReadingsProcessed") || mapping.metrics.has("ReadingsRejected");
  return alone && counts && mapping.errors === 0 && mapping.filtered === 0;
}

/** The summary as lines for a person. */
export function renderSummary(summary: Summary): string {
  const { produced, lambda, delivery, queries, seconds } = summary;
  const lines: [string, string][] = [
    ["produced", plural(produced, "record")],
    [
      "lambda",
      `${lambda.processed} processed, ${lambda.invalid} invalid, ${lambda.failed} failed, ${plural(lambda.alerts, "alert")}`,
    ],
    [
      "delivery",
      `${plural(delivery.records, "record")} in ${plural(delivery.parquetObjects, "Parquet object")}, ` +
        `${plural(delivery.rawObjects, "raw object")}, ${plural(delivery.errorObjects, "error object")}`,
    ],
    ...Object.entries(queries).map(([name, { rows }]): [string, string] => [
      "query",
      `${name}: ${plural(rows, "row")}`,
    ]),
    ["time", formatDuration(seconds * 1000)],
  ];
  return lines.map(([label, text]) => `${label.padEnd(10)}${text}`).join("\n");
}

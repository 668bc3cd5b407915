import type { AlarmCounters, Counters, MetricTotal } from "./counters";
import { formatDuration, plural } from "./format";
import { producedOn } from "./reconciliation";

/** What a run came to; `npm run local -- --json` prints it. */
export interface RunSummary {
  /** User records that producers sent in this run, with what an earlier run had left. */
  readonly produced: number;
  readonly lambda: {
    /** Kinesis records that a function succeeded with. An aggregate is one. */
    readonly succeeded: number;
    /** Kinesis records given up after their retries: they are described in `dead-letters.ndjson`. */
    readonly failed: number;
    /** User records in these. */
    readonly failedUserRecords: number;
    /** Metrics that functions embedded in their logs, by function and name. */
    readonly metrics: Readonly<Record<string, Readonly<Record<string, MetricTotal>>>>;
  };
  readonly delivery: {
    /** User records in the objects of the destination and in its error objects. */
    readonly records: number;
    readonly parquetObjects: number;
    readonly rawObjects: number;
    readonly errorObjects: number;
  };
  /** The state of each alarm of the stack, by name. */
  readonly alarms: Readonly<Record<string, AlarmCounters["state"]>>;
  readonly queries: Readonly<Record<string, { readonly rows: number }>>;
  /** Of the whole run. */
  readonly seconds: number;
}

export interface SummaryInput {
  readonly counters: Counters;
  readonly queries: RunSummary["queries"];
  readonly seconds: number;
}

/** Sums up a run that has been drained and flushed. */
export function summarize({ counters, queries, seconds }: SummaryInput): RunSummary {
  const { streams, mappings, deliveries, functions, alarms } = counters;
  const sum = <T>(items: readonly T[], value: (item: T) => number) =>
    items.reduce((total, item) => total + value(item), 0);
  return {
    produced: sum(streams, ({ name }) => producedOn(name, counters)),
    lambda: {
      succeeded: sum(mappings, ({ succeeded }) => succeeded),
      failed: sum(mappings, ({ failed }) => failed),
      failedUserRecords: sum(mappings, ({ failedUserRecords }) => failedUserRecords),
      metrics: Object.fromEntries(functions.map(({ name, metrics }) => [name, metrics])),
    },
    delivery: {
      records: sum(deliveries, ({ delivered, rejected }) => delivered + rejected),
      parquetObjects: sum(deliveries, ({ parquetObjects }) => parquetObjects),
      rawObjects: sum(deliveries, ({ rawObjects }) => rawObjects),
      errorObjects: sum(deliveries, ({ errorObjects }) => errorObjects),
    },
    alarms: Object.fromEntries(alarms.map(({ name, state }) => [name, state])),
    queries,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** The summary as lines for a person. */
export function renderSummary({ produced, lambda, delivery, alarms, queries, seconds }: RunSummary): string {
  const ringing = Object.entries(alarms).filter(([, state]) => state === "ALARM");
  const lines: [string, string][] = [
    ["produced", plural(produced, "record")],
    ["lambda", `${plural(lambda.succeeded, "record")} processed, ${lambda.failed} failed`],
    ...Object.values(lambda.metrics)
      .flatMap((metrics) => Object.entries(metrics))
      .map(([name, total]): [string, string] => ["metric", `${name} ${formatMetric(total)}`]),
    [
      "delivery",
      `${plural(delivery.records, "record")} in ${plural(delivery.parquetObjects, "Parquet object")}, ` +
        `${plural(delivery.rawObjects, "raw object")}, ${plural(delivery.errorObjects, "error object")}`,
    ],
    ...ringing.map(([name]): [string, string] => ["ALARM", name]),
    ...Object.entries(queries).map(([name, { rows }]): [string, string] => [
      "query",
      `${name}: ${plural(rows, "row")}`,
    ]),
    ["time", formatDuration(seconds * 1000)],
  ];
  return lines.map(([label, text]) => `${label.padEnd(10)}${text}`).join("\n");
}

/** The sum of what is counted, and the average of what is measured. */
export function formatMetric({ unit, count, sum, minimum, maximum }: MetricTotal): string {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  if (unit === "Count") return sum.toLocaleString("en-US");
  const suffix = unit === "Milliseconds" ? " ms" : "";
  return `${short(sum / count)}${suffix} on average, ${short(minimum)} to ${short(maximum)}`;
}

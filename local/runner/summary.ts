import { type AlarmCounters, type Counters, type MetricTotal, mappingName } from "./counters";
import { formatDuration, plural } from "./format";
import { producedOn, recordsOn } from "./reconciliation";

/** What a run came to; `npm run local -- --json` prints it. */
export interface RunSummary {
  /** User records that producers sent in this run, with what an earlier run had left. */
  readonly produced: number;
  /** The Kinesis records that held them: fewer, when a producer aggregates. */
  readonly producedRecords: number;
  readonly lambda: FunctionSummary & {
    /** Each mapping on its own; its name is that of its function, and of its stream where that has several. */
    readonly mappings: readonly ({ readonly function: string; readonly name: string } & FunctionSummary)[];
    /** Metrics that functions embedded in their logs, by function and name. */
    readonly metrics: Readonly<Record<string, Readonly<Record<string, MetricTotal>>>>;
  };
  readonly delivery: DeliverySummary & {
    /** Each delivery stream on its own. */
    readonly streams: readonly ({ readonly name: string } & DeliverySummary)[];
  };
  /** The state of each alarm of the stack, by name. */
  readonly alarms: Readonly<Record<string, AlarmCounters["state"]>>;
  readonly queries: Readonly<Record<string, { readonly rows: number }>>;
  /** Of the whole run. */
  readonly seconds: number;
}

/** What functions came to, in records of Kinesis. */
export interface FunctionSummary {
  /** Kinesis records that a function succeeded with. An aggregate is one. */
  readonly succeeded: number;
  /** Kinesis records that filter criteria kept from it. */
  readonly filtered: number;
  /** Kinesis records discarded after their retries: they are described in `dead-letters.ndjson`. */
  readonly failed: number;
  /** User records in these. */
  readonly failedUserRecords: number;
}

/** What delivery streams came to, in user records and objects. */
export interface DeliverySummary {
  /** User records in the objects of the destination and in its error objects. */
  readonly records: number;
  /** Of these, the ones that processors made of another one, beyond itself. */
  readonly extracted: number;
  /** User records that processors left out. */
  readonly dropped: number;
  readonly parquetObjects: number;
  readonly rawObjects: number;
  readonly errorObjects: number;
}

export interface SummaryInput {
  readonly counters: Counters;
  readonly queries: RunSummary["queries"];
  readonly seconds: number;
}

/** Sums up a run that has been drained and flushed. */
export function summarize({ counters, queries, seconds }: SummaryInput): RunSummary {
  const { streams, functions, alarms } = counters;
  const sum = <T>(items: readonly T[], value: (item: T) => number) =>
    items.reduce((total, item) => total + value(item), 0);
  const mappings = counters.mappings.map((one) => ({
    function: one.functionName,
    name: mappingName(one, counters),
    succeeded: one.succeeded,
    filtered: one.filtered,
    failed: one.failed,
    failedUserRecords: one.failedUserRecords,
  }));
  const deliveries = counters.deliveries.map((one) => ({
    name: one.name,
    records: one.delivered + one.rejected,
    extracted: one.extracted,
    dropped: one.dropped,
    parquetObjects: one.parquetObjects,
    rawObjects: one.rawObjects,
    errorObjects: one.errorObjects,
  }));
  return {
    produced: sum(streams, ({ name }) => producedOn(name, counters)),
    producedRecords: sum(streams, ({ name }) => recordsOn(name, counters)),
    lambda: {
      succeeded: sum(mappings, ({ succeeded }) => succeeded),
      filtered: sum(mappings, ({ filtered }) => filtered),
      failed: sum(mappings, ({ failed }) => failed),
      failedUserRecords: sum(mappings, ({ failedUserRecords }) => failedUserRecords),
      mappings,
      metrics: Object.fromEntries(functions.map(({ name, metrics }) => [name, metrics])),
    },
    delivery: {
      records: sum(deliveries, ({ records }) => records),
      extracted: sum(deliveries, ({ extracted }) => extracted),
      dropped: sum(deliveries, ({ dropped }) => dropped),
      parquetObjects: sum(deliveries, ({ parquetObjects }) => parquetObjects),
      rawObjects: sum(deliveries, ({ rawObjects }) => rawObjects),
      errorObjects: sum(deliveries, ({ errorObjects }) => errorObjects),
      streams: deliveries,
    },
    alarms: Object.fromEntries(alarms.map(({ name, state }) => [name, state])),
    queries,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** The summary as lines for a person: one for each function and delivery stream, so that each adds up by itself. */
export function renderSummary(summary: RunSummary): string {
  const { produced, producedRecords, lambda, delivery, alarms, queries, seconds } = summary;
  const isAggregated = produced !== producedRecords;
  const kinesis = isAggregated ? "Kinesis record" : "record";
  const user = isAggregated ? "user record" : "record";
  const named = (name: string, { length }: readonly unknown[]) => (length > 1 ? `${name}: ` : "");
  const { mappings } = lambda;
  const ringing = Object.entries(alarms).filter(([, state]) => state === "ALARM");
  const lines: [string, string][] = [
    ["produced", `${plural(produced, user)}${isAggregated ? ` in ${plural(producedRecords, kinesis)}` : ""}`],
    ...mappings.map((one): [string, string] => [
      "lambda",
      named(one.name, mappings) + functionText(one, kinesis),
    ]),
    ...Object.values(lambda.metrics)
      .flatMap((metrics) => Object.entries(metrics))
      .map(([name, total]): [string, string] => ["metric", `${name} ${formatMetric(total)}`]),
    ...delivery.streams.map((one): [string, string] => [
      "delivery",
      named(one.name, delivery.streams) + deliveryText(one, user),
    ]),
    ...ringing.map(([name]): [string, string] => ["ALARM", name]),
    ...Object.entries(queries).map(([name, { rows }]): [string, string] => [
      "query",
      `${name}: ${plural(rows, "row")}`,
    ]),
    ["time", formatDuration(seconds * 1000)],
  ];
  return lines.map(([label, text]) => `${label.padEnd(10)}${text}`).join("\n");
}

function functionText({ succeeded, failed, filtered }: FunctionSummary, unit: string): string {
  const left = filtered > 0 ? `, ${filtered.toLocaleString("en-US")} filtered out` : "";
  return `${plural(succeeded, unit)} processed, ${failed} failed${left}`;
}

function deliveryText(delivery: DeliverySummary, unit: string): string {
  const { records, extracted, dropped, parquetObjects, rawObjects, errorObjects } = delivery;
  const more =
    extracted > 0 ? ` (${extracted.toLocaleString("en-US")} more than came, taken out of others)` : "";
  const less = dropped > 0 ? `; ${plural(dropped, unit)} dropped by a processor` : "";
  return (
    `${plural(records, unit)}${more} in ${plural(parquetObjects, "Parquet object")}, ` +
    `${plural(rawObjects, "raw object")}, ${plural(errorObjects, "error object")}${less}`
  );
}

/** The sum of what is counted, and the average of what is measured. */
export function formatMetric({ unit, count, sum, minimum, maximum }: MetricTotal): string {
  const short = (value: number) =>
    Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 10 });
  if (unit === "Count") return sum.toLocaleString("en-US");
  const suffix = unit === "Milliseconds" ? " ms" : "";
  return `${short(sum / count)}${suffix} on average, ${short(minimum)} to ${short(maximum)}`;
}

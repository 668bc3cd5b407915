import { type AlarmCounters, type Counters, type MetricTotal, mappingName } from "./counters";
import { formatDuration, plural } from "./format";
import { producedOn, recordsOn } from "./reconciliation";

/** The results of a run. `npm run local -- --json` prints them. */
export interface RunSummary {
  /** Number of user records that producers sent in this run, plus those that an earlier run had left. */
  readonly produced: number;
  /** Number of Kinesis records that contained these user records. There are fewer of them when a producer aggregates. */
  readonly producedRecords: number;
  readonly lambda: FunctionSummary & {
    /**
     * The results of each mapping. A mapping's name is that of its function, followed by its stream when the function has
     * several mappings.
     */
    readonly mappings: readonly ({ readonly function: string; readonly name: string } & FunctionSummary)[];
    /** The metrics that functions have embedded in their logs, by the function's name and the metric's name. */
    readonly metrics: Readonly<Record<string, Readonly<Record<string, MetricTotal>>>>;
  };
  readonly delivery: DeliverySummary & {
    /** The results of each delivery stream. */
    readonly streams: readonly ({ readonly name: string } & DeliverySummary)[];
  };
  /** The state of each alarm of the stack, by name. */
  readonly alarms: Readonly<Record<string, AlarmCounters["state"]>>;
  readonly queries: Readonly<Record<string, { readonly rows: number }>>;
  /** Duration of the run. */
  readonly seconds: number;
}

/** The results of functions, counted in Kinesis records. An aggregate is one record. */
export interface FunctionSummary {
  /** Records that a function processed successfully. */
  readonly succeeded: number;
  /** Records that the filter criteria kept from the function. */
  readonly filtered: number;
  /** Records that were discarded after their retries. `dead-letters.ndjson` describes them. */
  readonly failed: number;
  /** User records in the discarded records. */
  readonly failedUserRecords: number;
}

/** The results of delivery streams, counted in user records and objects. */
export interface DeliverySummary {
  /** User records in the destination's objects and error objects. */
  readonly records: number;
  /** Additional records that processors have made by splitting records. They are included in `records`. */
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

/** Computes the results of a run that has been drained and flushed. */
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

/** Formats the summary as text, with a line for each function and each delivery stream. */
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

/** A metric as text: the sum of a count, or the average and the range of any other metric. */
export function formatMetric({ unit, count, sum, minimum, maximum }: MetricTotal): string {
  const short = (value: number) =>
    Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 10 });
  if (unit === "Count") return sum.toLocaleString("en-US");
  const suffix = unit === "Milliseconds" ? " ms" : "";
  return `${short(sum / count)}${suffix} on average, ${short(minimum)} to ${short(maximum)}`;
}

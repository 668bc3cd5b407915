import { type AlarmCounters, type Counters, type MetricTotal, mappingName } from "./counters";
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

import { type Charge, monthDays } from "./charge";
import { functionCharges, monitoringCharges } from "./function";
import { lakeCharges, parquetBytesADay, queryCharges, readCharges, scanCharge } from "./lake";
import { pricesAsOf, pricesRegion } from "./prices";
import type { Setup } from "./setup";
import { deliveryCharges, streamCharges } from "./stream";
import { type Load, type Traffic, trafficOf } from "./traffic";
import { warningsOf } from "./warnings";

export interface Estimate {
  readonly load: Load;
  readonly setup: Setup;
  readonly traffic: Traffic;
  /** Days that the pipeline has run. Storage is charged for what was stored in these days. */
  readonly day: number;
  /** The charges of that day, without those that are zero. */
  readonly charges: readonly Charge[];
  /** US dollars for that day, at list price. */
  readonly dollars: number;
  /** US dollars of that day that the always-free tier covers, if nothing else in the account uses that tier. */
  readonly freeDollars: number;
  /** US dollars for that day if Firehose counts an aggregate as one record; absent without aggregation. */
  readonly dollarsByAggregate?: number;
  /** US dollars for one query over a whole day's Parquet. */
  readonly queryDollars: number;
  /**
   * US dollars for one query over the Parquet of all days that the lifecycle has kept, and the part of it that S3
   * charges for reading the objects.
   */
  readonly wholeQuery: { readonly dollars: number; readonly readDollars: number };
  /** Reasons why the stack can't take the load with its present settings, one sentence each. */
  readonly warnings: readonly string[];
  readonly prices: { readonly asOf: string; readonly region: string };
}

/** What one day of a load costs on a stack with the given settings. */
export function estimate(setup: Setup, load: Load, day: number = monthDays): Estimate {
  const traffic = trafficOf(setup, load);
  const delivery = deliveryCharges(setup, {
    perSecond: load.readingsPerSecond,
    bytes: load.readingBytes,
  });
  const charges = [
    ...streamCharges(setup, traffic),
    ...functionCharges(setup, traffic),
    ...delivery,
    ...lakeCharges(setup, load, day),
    ...monitoringCharges(setup, traffic),
    ...queryCharges(setup, load),
  ].filter(({ quantity }) => quantity > 0);
  const dollars = sum(charges);
  return {
    load,
    setup,
    traffic,
    day,
    charges,
    dollars,
    freeDollars: charges.reduce((total, { freeDollars }) => total + freeDollars, 0),
    dollarsByAggregate: load.aggregate
      ? dollars - sum(delivery) + sum(deliveryCharges(setup, aggregates(traffic)))
      : undefined,
    queryDollars: queryOver(setup, load, 1).dollars,
    wholeQuery: queryOver(setup, load, Math.min(day, setup.processed.lifetimeDays)),
    warnings: warningsOf(setup, load, traffic),
    prices: { asOf: pricesAsOf, region: pricesRegion },
  };
}

/** The cost of a query over the Parquet of a number of days: Athena's scan, and S3's requests and retrieval. */
function queryOver(setup: Setup, load: Load, days: number): Estimate["wholeQuery"] {
  const readDollars = sum(readCharges(setup, load, { days }));
  return { dollars: scanCharge(days * parquetBytesADay(setup, load)).dollars + readDollars, readDollars };
}

const sum = (charges: readonly Charge[]) => charges.reduce((total, { dollars }) => total + dollars, 0);

const aggregates = ({ recordsPerSecond, recordBytes }: Traffic) => ({
  perSecond: recordsPerSecond,
  bytes: recordBytes,
});

/** The setup with as many shards as the load needs. */
export function fitted(setup: Setup, load: Load): Setup {
  return setup.streamMode === "ON_DEMAND"
    ? setup
    : { ...setup, shardCount: trafficOf(setup, load).shardsNeeded };
}

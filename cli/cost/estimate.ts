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
  /** Days that the pipeline has run: what is stored has come together in them. */
  readonly day: number;
  /** Of that day, those that are not zero. */
  readonly charges: readonly Charge[];
  /** US dollars of that day by list price. */
  readonly dollars: number;
  /** Part of it that the always-free tier takes off, if nothing else in the account uses it. */
  readonly freeDollars: number;
  /** US dollars of that day, if Firehose counts an aggregate as one record; absent without aggregation. */
  readonly dollarsByAggregate?: number;
  /** US dollars of one query over a whole day's Parquet. */
  readonly queryDollars: number;
  /** Of one over the Parquet of all days, as the lifecycle has it, and what S3 charges of that for the reading. */
  readonly wholeQuery: { readonly dollars: number; readonly readDollars: number };
  /** Where the stack as set can't take the load. */
  readonly warnings: readonly string[];
  readonly prices: { readonly asOf: string; readonly region: string };
}

/** What a day of a load costs on a stack as it is set. */
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

/** A query over the Parquet of so many days: Athena's scan, and S3's requests and retrieval. */
function queryOver(setup: Setup, load: Load, days: number): Estimate["wholeQuery"] {
  const readDollars = sum(readCharges(setup, load, { days }));
  return { dollars: scanCharge(days * parquetBytesADay(setup, load)).dollars + readDollars, readDollars };
}

const sum = (charges: readonly Charge[]) => charges.reduce((total, { dollars }) => total + dollars, 0);

const aggregates = ({ recordsPerSecond, recordBytes }: Traffic) => ({
  perSecond: recordsPerSecond,
  bytes: recordBytes,
});

/** The same stack with as many shards as the load needs. */
export function fitted(setup: Setup, load: Load): Setup {
  return setup.streamMode === "ON_DEMAND"
    ? setup
    : { ...setup, shardCount: trafficOf(setup, load).shardsNeeded };
}

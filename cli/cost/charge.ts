import { type Price, type PriceName, prices } from "./prices";

/** Days in a month, for the estimate. */
export const monthDays = 30;

export interface Charge {
  /** The AWS service that bills the charge. */
  readonly service: string;
  readonly what: PriceName;
  /** Number of units a day. */
  readonly quantity: number;
  readonly unit: string;
  /** US dollars a day, at list price. */
  readonly dollars: number;
  /** US dollars of the charge that the always-free tier covers, if nothing else in the account uses that tier. */
  readonly freeDollars: number;
}

/** What a number of units a day costs. Price tiers apply to a month's units, so a month of such days is assumed. */
export function charge(service: string, what: PriceName, quantity: number): Charge {
  const price: Price = prices[what];
  const month = quantity * monthDays;
  return {
    service,
    what,
    quantity,
    unit: price.unit,
    dollars: tiered(price, month) / monthDays,
    freeDollars: tiered(price, Math.min(month, price.freePerMonth ?? 0)) / monthDays,
  };
}

function tiered({ tiers }: Price, units: number): number {
  let dollars = 0;
  let from = 0;
  for (const { upTo = Number.POSITIVE_INFINITY, dollars: each } of tiers) {
    dollars += Math.max(0, Math.min(units, upTo) - from) * each;
    from = upTo;
  }
  return dollars;
}

import { type Price, type PriceName, prices } from "./prices";

/** Days that a month is taken to have. */
export const monthDays = 30;

export interface Charge {
  /** Service that bills it. */
  readonly service: string;
  readonly what: PriceName;
  /** Units a day. */
  readonly quantity: number;
  readonly unit: string;
  /** US dollars a day, by list price. */
  readonly dollars: number;
  /** The part of it that is free by the always-free tier, if nothing else in the account uses that. */
  readonly freeDollars: number;
}

/** What so many units a day cost, by the tiers of a month of such days. */
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

import { type Estimate, estimate, fitted } from "../../cli/cost/estimate";
import type { Setup } from "../../cli/cost/setup";
import type { Load } from "../../cli/cost/traffic";
import { table } from "./blocks";

const rates = [1, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
const numbers = Array.from({ length: 9 }, () => "right" as const);

const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
const money = (value: number) =>
  value.toLocaleString("en-US", {
    maximumFractionDigits: value < 10 ? 2 : 0,
    minimumFractionDigits: value < 10 ? 2 : 0,
  });

const loadOf = (readingsPerSecond: number, aggregate: boolean): Load => ({
  readingsPerSecond,
  readingBytes: 200,
  aggregate,
});
const dayOf = (setup: Setup, load: Load): Estimate => estimate(fitted(setup, load), load);
const serviceDollars = ({ charges }: Estimate, ...services: readonly string[]) =>
  charges.reduce((sum, each) => sum + (services.includes(each.service) ? each.dollars : 0), 0);

/** A table of the shards that are needed and the cost of the stream alone, by rate. */
export function streamTable(setup: Setup): string {
  const onDemand: Setup = { ...setup, streamMode: "ON_DEMAND", shardCount: 0 };
  return table(
    [
      "readings/s",
      "MB/s",
      "shards, one by one",
      "aggregated",
      "USD a day, one by one",
      "aggregated",
      "on demand, one by one",
      "aggregated",
    ],
    rates.map((rate) => {
      const [single, packed] = [loadOf(rate, false), loadOf(rate, true)];
      const [one, aggregated] = [dayOf(setup, single), dayOf(setup, packed)];
      return [
        number(rate),
        ((rate * 200) / 2 ** 20).toLocaleString("en-US", { maximumSignificantDigits: 2 }),
        number(one.traffic.shardsNeeded),
        number(aggregated.traffic.shardsNeeded),
        money(serviceDollars(one, "Kinesis")),
        money(serviceDollars(aggregated, "Kinesis")),
        money(serviceDollars(dayOf(onDemand, single), "Kinesis")),
        money(serviceDollars(dayOf(onDemand, packed), "Kinesis")),
      ];
    }),
    numbers,
  );
}

/**
 * A table of what the whole stack costs a day, by rate, with aggregation, enough shards and all other settings
 * unchanged.
 */
export function dayTable(setup: Setup): string {
  return table(
    [
      "readings/s",
      "Kinesis",
      "Lambda, X-Ray",
      "Firehose",
      "S3",
      "CloudWatch",
      "Athena",
      "USD a day",
      "if an aggregate is one record",
    ],
    rates.map((rate) => {
      const day = dayOf(setup, loadOf(rate, true));
      return [
        number(rate),
        money(serviceDollars(day, "Kinesis")),
        money(serviceDollars(day, "Lambda", "X-Ray")),
        money(serviceDollars(day, "Firehose")),
        money(serviceDollars(day, "S3")),
        money(serviceDollars(day, "CloudWatch")),
        money(serviceDollars(day, "Athena", "Scheduler")),
        money(day.dollars),
        money(day.dollarsByAggregate ?? day.dollars),
      ];
    }),
    numbers,
  );
}

/** A table of the estimate's warnings at each rate, with enough shards. */
export function limitsTable(setup: Setup): string {
  return table(
    ["readings/s", "what stands in the way"],
    rates.map((rate) => [number(rate), dayOf(setup, loadOf(rate, true)).warnings.join("; ") || "nothing"]),
    ["right", "left"],
  );
}

import { monthDays } from "./charge";
import type { Estimate } from "./estimate";

const services = ["Kinesis", "Lambda", "X-Ray", "Firehose", "S3", "CloudWatch", "Athena", "Scheduler", "KMS"];

const number = (value: number, digits = 0) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A number with three significant digits below 1,000, and as a whole number from there. */
const quantity = (value: number) =>
  value.toLocaleString(
    "en-US",
    value < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
  );

/** US dollars: whole from 1,000 up, to a hundredth of a cent below 1, and otherwise to the cent. */
export function dollars(value: number): string {
  if (value > 0 && value < 0.0001) return "< 0.0001";
  return value >= 1000 ? number(value) : number(value, value < 1 ? 4 : 2);
}

/** An estimate as a table for a terminal. */
export function renderEstimate({ load, setup, traffic, day, charges, ...rest }: Estimate): string {
  const { asOf, region } = rest.prices;
  const lines = charges
    .toSorted((one, other) => services.indexOf(one.service) - services.indexOf(other.service))
    .map((each) => row(each.service, quantity(each.quantity), each.unit, dollars(each.dollars)));
  const total = (what: string, amount: number) => row(what, "", "", dollars(amount));
  const shards = setup.streamMode === "ON_DEMAND" ? "on-demand stream" : `${number(setup.shardCount)} set`;
  return [
    `${quantity(load.readingsPerSecond)} ${load.readingsPerSecond === 1 ? "reading" : "readings"}/s of ${number(load.readingBytes)} bytes to ${setup.streamName}, ` +
      (load.aggregate ? `about ${number(traffic.readingsARecord)} to a record` : "each a record"),
    `shards: ${number(traffic.shardsNeeded)} needed, ${shards}; ` +
      `batches a second: ${quantity(traffic.invocationsPerSecond)}; readings to a batch: ${quantity(traffic.readingsABatch)}`,
    "",
    `Day ${number(day)}, list prices of ${region}, ${asOf}, in US dollars`,
    "",
    ...lines,
    rule,
    total("a day", rest.dollars),
    total("less the free tier, if nothing else in the account uses it", rest.dollars - rest.freeDollars),
    ...(rest.dollarsByAggregate === undefined
      ? []
      : [total("a day, if Firehose counts an aggregate as one record", rest.dollarsByAggregate)]),
    total(`${monthDays} such days`, rest.dollars * monthDays),
    "",
    `One query over a whole day: ${dollars(rest.queryDollars)}. Over all ${number(day)} days: ` +
      `${dollars(rest.wholeQuery.dollars)}, of which S3 takes ${dollars(rest.wholeQuery.readDollars)} for the reading.`,
    "",
  ].join("\n");
}

const widths = [11, 16, 30, 12] as const;
const rule = "-".repeat(widths.reduce((sum, width) => sum + width, 3));

function row(service: string, amount: string, unit: string, money: string): string {
  if (!amount) return `${service.padEnd(widths[0] + widths[1] + widths[2] + 2)} ${money.padStart(widths[3])}`;
  return `${service.padEnd(widths[0])} ${amount.padStart(widths[1])} ${unit.padEnd(widths[2])} ${money.padStart(widths[3])}`;
}

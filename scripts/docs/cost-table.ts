import { type Estimate, estimate } from "../../cli/cost/estimate";
import type { Setup } from "../../cli/cost/setup";
import { table } from "./blocks";

/** US dollars to the cent. */
const dollars = (value: number) => (value > 0 && value < 0.005 ? "< 0.01" : value.toFixed(2));

const oneReading = { readingsPerSecond: 1, readingBytes: 200, aggregate: false };

/** A table of the stack's parts: what each is for, and what it costs a day at one reading a second. */
export function costTable(setup: Setup): string {
  const day = estimate(setup, oneReading);
  const dollarsFor = (service: string) => dollars(dollarsOf(day, service));
  const shards = setup.shardCount === 1 ? "1 shard" : `${setup.shardCount} shards`;
  return `${table(
    ["resource", "purpose", "USD a day"],
    [
      [
        `Kinesis stream, ${shards}`,
        `takes the readings and keeps them for ${setup.streamRetentionHours} hours`,
        dollarsFor("Kinesis"),
      ],
      [
        `Lambda function, ${setup.functionMemoryMegabytes} MB`,
        "checks each reading, raises alerts and publishes metrics",
        dollarsFor("Lambda"),
      ],
      ["X-Ray traces, off by default", "show where an invocation spends its time", dollarsFor("X-Ray")],
      [
        "Firehose stream",
        `delivers to the lake every ${setup.bufferSeconds} s, as sent and as Parquet`,
        dollarsFor("Firehose"),
      ],
      [
        "S3 bucket, with lifecycle",
        "the lake: `raw/`, `processed/`, `errors/` and query results",
        dollarsFor("S3"),
      ],
      [
        "Glue database and tables",
        "describe the lake's files; the first million objects are free",
        dollars(0),
      ],
      [
        "Athena workgroup, named queries",
        `SQL over the lake, at 5 USD per TB scanned; here, ${setup.scheduledQueries} runs of the roll-up`,
        dollarsFor("Athena"),
      ],
      ["EventBridge schedule", "starts the hourly roll-up", dollarsFor("Scheduler")],
      [
        `CloudWatch: ${setup.alarms} alarms, a dashboard, logs, metrics`,
        "shows what happens, and tells you when something goes wrong",
        dollarsFor("CloudWatch"),
      ],
      [
        "SQS queues, SNS topic, IAM roles",
        "keep what could not be processed; send the alarms; permissions",
        dollars(0),
      ],
      ["**total**", "", `**${dollars(day.dollars)}**`],
      [
        "total after AWS's permanent free tier, if nothing else in the account uses it",
        "",
        dollars(day.dollars - day.freeDollars),
      ],
    ],
    ["left", "left", "right"],
  )}

One reading of 200 bytes a second, list prices of ${day.prices.region} of ${day.prices.asOf}, on the thirtieth day: \`npm run cost\`.`;
}

function dollarsOf({ charges }: Estimate, service: string): number {
  return charges.reduce((sum, each) => sum + (each.service === service ? each.dollars : 0), 0);
}

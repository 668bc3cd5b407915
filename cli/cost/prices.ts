import { dollarsPerTerabyte } from "@streaming-data-lake/lake/scan-price";

/** How a price was checked on the table's date. */
type Evidence =
  /** A page of AWS states the price. */
  | "aws"
  /** Pages of others state the price. */
  | "others"
  /** The price is from memory: the source names AWS's page, but it could not be read. */
  | "unconfirmed";

interface Tier {
  /** Units a month up to which the price applies; absent for the last tier. */
  readonly upTo?: number;
  /** US dollars for one unit. */
  readonly dollars: number;
}

/** What AWS charges for one kind of use. */
export interface Price {
  readonly unit: string;
  readonly tiers: readonly Tier[];
  /** Units a month that are free for every account without a time limit (AWS's always-free tier). */
  readonly freePerMonth?: number;
  readonly source: string;
  readonly evidence: Evidence;
}

const pages = {
  kinesis: "https://aws.amazon.com/kinesis/data-streams/pricing/",
  firehose: "https://aws.amazon.com/firehose/pricing/",
  lambda: "https://aws.amazon.com/lambda/pricing/",
  s3: "https://aws.amazon.com/s3/pricing/",
  cloudWatch: "https://aws.amazon.com/cloudwatch/pricing/",
  xRay: "https://aws.amazon.com/xray/pricing/",
  athena: "https://aws.amazon.com/athena/pricing/",
  scheduler: "https://aws.amazon.com/eventbridge/pricing/",
  kms: "https://aws.amazon.com/kms/pricing/",
} as const;

function price(
  page: keyof typeof pages,
  unit: string,
  dollars: number | readonly Tier[],
  evidence: Evidence,
  freePerMonth?: number,
): Price {
  const tiers = typeof dollars === "number" ? [{ dollars }] : dollars;
  return { unit, tiers, freePerMonth, source: pages[page], evidence };
}

const million = 1_000_000;
const billion = 1_000 * million;

/** The day on which the prices were looked up, and the region whose list prices they are. */
export const pricesAsOf = "2026-11-24";
export const pricesRegion = "us-east-1";

/** List prices. A GB is 2^30 bytes. */
export const prices = {
  shardHour: price("kinesis", "shard hours", 0.015, "others"),
  putPayloadUnit: price("kinesis", "PUT payload units", 0.014 / million, "unconfirmed"),
  extendedRetention: price("kinesis", "shard hours beyond a day", 0.02, "unconfirmed"),
  longRetention: price("kinesis", "GB months beyond a week", 0.023, "unconfirmed"),
  fanOutShardHour: price("kinesis", "consumer shard hours", 0.015, "unconfirmed"),
  fanOutData: price("kinesis", "GB by fan-out", 0.013, "unconfirmed"),
  onDemandStreamHour: price("kinesis", "on-demand stream hours", 0.04, "unconfirmed"),
  onDemandIn: price("kinesis", "GB in", 0.08, "unconfirmed"),
  onDemandOut: price("kinesis", "GB out", 0.04, "unconfirmed"),
  onDemandFanOut: price("kinesis", "GB by fan-out", 0.05, "unconfirmed"),
  onDemandRetention: price("kinesis", "GB months beyond a day", 0.1, "unconfirmed"),

  firehoseIngestion: price(
    "firehose",
    "GB in steps of 5 KB",
    [{ upTo: 500 * 1024, dollars: 0.029 }, { upTo: 2_000 * 1024, dollars: 0.025 }, { dollars: 0.02 }],
    "others",
  ),
  firehoseConversion: price("firehose", "GB converted", 0.018, "unconfirmed"),

  lambdaRequest: price("lambda", "requests", 0.2 / million, "others", million),
  lambdaArm: price(
    "lambda",
    "GB-seconds, arm64",
    [
      { upTo: 7.5 * billion, dollars: 0.0000133334 },
      { upTo: 18.75 * billion, dollars: 0.0000120001 },
      { dollars: 0.0000106667 },
    ],
    "others",
    400_000,
  ),
  lambdaX86: price(
    "lambda",
    "GB-seconds, x86_64",
    [
      { upTo: 6 * billion, dollars: 0.0000166667 },
      { upTo: 15 * billion, dollars: 0.000015 },
      { dollars: 0.0000133334 },
    ],
    "others",
    400_000,
  ),
  trace: price("xRay", "traces", 5 / million, "aws", 100_000),

  logsIngestion: price(
    "cloudWatch",
    "GB of logs",
    [
      { upTo: 10 * 1024, dollars: 0.5 },
      { upTo: 30 * 1024, dollars: 0.25 },
      { upTo: 50 * 1024, dollars: 0.1 },
      { dollars: 0.05 },
    ],
    "unconfirmed",
    5,
  ),
  logsStorage: price("cloudWatch", "GB months of logs", 0.03, "unconfirmed"),
  metric: price("cloudWatch", "metric months", 0.3, "others", 10),
  alarm: price("cloudWatch", "months of an alarm's metric", 0.1, "others", 10),
  metricRequest: price("cloudWatch", "metrics asked for", 0.01 / 1000, "unconfirmed"),
  dashboard: price("cloudWatch", "dashboard months", 3, "others", 3),

  standardStorage: price(
    "s3",
    "GB months, STANDARD",
    [{ upTo: 50 * 1024, dollars: 0.023 }, { upTo: 500 * 1024, dollars: 0.022 }, { dollars: 0.021 }],
    "others",
  ),
  infrequentStorage: price("s3", "GB months, STANDARD_IA", 0.0125, "others"),
  glacierInstantStorage: price("s3", "GB months, GLACIER_IR", 0.004, "others"),
  put: price("s3", "PUT requests", 0.005 / 1000, "unconfirmed"),
  get: price("s3", "GET requests", 0.0004 / 1000, "unconfirmed"),
  infrequentGet: price("s3", "GET requests, STANDARD_IA", 0.001 / 1000, "unconfirmed"),
  glacierInstantGet: price("s3", "GET requests, GLACIER_IR", 0.01 / 1000, "unconfirmed"),
  infrequentRetrieval: price("s3", "GB retrieved, STANDARD_IA", 0.01, "unconfirmed"),
  glacierInstantRetrieval: price("s3", "GB retrieved, GLACIER_IR", 0.03, "unconfirmed"),
  transitionToInfrequent: price("s3", "moves to STANDARD_IA", 0.01 / 1000, "unconfirmed"),
  transitionToGlacierInstant: price("s3", "moves to GLACIER_IR", 0.02 / 1000, "unconfirmed"),

  scan: price("athena", "TB scanned", dollarsPerTerabyte, "others"),
  schedule: price("scheduler", "invocations", 1 / million, "others", 14 * million),
  key: price("kms", "key months", 1, "unconfirmed"),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;

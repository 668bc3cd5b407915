import * as z from "zod";
import {
  budgetLimits,
  bufferLimits,
  functionLimits,
  type Limit,
  logRetentionChoices,
  mappingLimits,
  objectDays,
  recordDays,
  scanCutoffMebibytes,
  streamLimits,
} from "../../constructs/core/limits";
import { emailAddress } from "../../constructs/monitoring/alarm-topic";

/** A deployment's data is kept for ten years at most. */
const tenYears = 3650;

const within = ({ minimum, maximum, unit }: Limit) =>
  z
    .number()
    .int()
    .min(minimum)
    .max(maximum)
    .meta({ rule: `a whole number of ${unit} from ${minimum} to ${maximum}` });

const text = (pattern: RegExp, rule: string) => z.string().regex(pattern).meta({ rule });

const awsRegion = () => text(/^(?=.{9,14}$)[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1");

const flag = () => z.boolean().meta({ rule: "true or false" });

/** Each setting by itself: its rule, its default and what it is for. */
export const settingsSchema = z.strictObject({
  // Lengths leave room for the longest name made of them, the function's role: 64 characters.
  project: text(
    /^(?!xn--|sthree-|amzn-s3-demo-)[a-z][a-z0-9-]{1,18}[a-z0-9]$/,
    "3-20 lower-case letters, digits and hyphens, with no start that S3 keeps for itself",
  )
    .default("sensor-lake")
    .describe("First part of every name"),
  environment: text(/^[a-z][a-z0-9]{0,9}$/, "1-10 lower-case letters and digits")
    .default("dev")
    .describe("Second part of every name"),
  region: awsRegion().default("us-east-1").describe("Where it is deployed"),
  stateBucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of an S3 bucket")
    .optional()
    .describe(
      "Bucket that keeps Terraform's state, with its lock beside it; without it the state is a local file",
    ),
  stateRegion: awsRegion()
    .optional()
    .describe("Region of the state's bucket; without it the deployment's own"),

  streamMode: z
    .enum(["PROVISIONED", "ON_DEMAND"])
    .meta({ rule: '"PROVISIONED" or "ON_DEMAND"' })
    .default("PROVISIONED")
    .describe("How the stream is paid for and grows"),
  shardCount: within({ ...streamLimits.shardCount, maximum: 500 })
    .optional()
    .describe("A shard takes 1,000 records or 1 MB a second; without it 1, and none for an on-demand stream"),
  streamRetentionHours: within(streamLimits.retentionHours)
    .default(24)
    .describe("How long the stream keeps records for its readers"),

  batchSize: within(mappingLimits.batchSize)
    .default(100)
    .describe("Records that the function is given at most"),
  batchingWindowSeconds: within(mappingLimits.batchingWindowSeconds)
    .default(1)
    .describe("How long a batch is gathered; functionTimeoutSeconds at most"),
  parallelizationFactor: within(mappingLimits.parallelizationFactor)
    .default(1)
    .describe("Batches of a shard at a time, in order by partition key"),
  maximumRetryAttempts: within({ ...mappingLimits.maximumRetryAttempts, minimum: 0 })
    .default(10)
    .describe("Retries until a batch goes to the on-failure queue"),
  enhancedFanOut: flag().default(false).describe("Gives the function 2 MB/s of each shard of its own"),
  functionMemoryMegabytes: within(functionLimits.memoryMegabytes)
    .default(256)
    .describe("Memory of the function, and its share of a CPU"),
  functionTimeoutSeconds: within(functionLimits.timeoutSeconds)
    .default(60)
    .describe("Time that a batch may take"),
  alertThresholdCelsius: z
    .number()
    .min(-90)
    .max(60)
    .meta({ rule: "a number of degrees Celsius from -90 to 60" })
    .default(30)
    .describe("A reading above it raises an alert"),

  bufferSeconds: within(bufferLimits.seconds)
    .default(60)
    .describe("Age at which Firehose writes its buffer to the lake"),
  bufferMebibytes: within(bufferLimits.convertedMebibytes).default(64).describe("Size at which it does"),

  retentionDays: within({ ...recordDays, maximum: tenYears })
    .default(365)
    .describe("How long readings are kept, and how far back queries look"),
  errorRetentionDays: within({ ...objectDays, maximum: tenYears })
    .default(90)
    .describe("How long records that could not be delivered are kept"),
  resultRetentionDays: within({ ...objectDays, maximum: tenYears })
    .default(7)
    .describe("How long the results of queries are kept"),
  logRetentionDays: z
    .number()
    .refine((days) => logRetentionChoices.includes(days))
    .meta({ rule: `one of CloudWatch's ${logRetentionChoices.join(", ")} days` })
    .default(14)
    .describe("How long logs are kept"),
  scanCutoffMebibytes: within({ ...scanCutoffMebibytes, maximum: 1_048_576 })
    .default(10_240)
    .describe("A query that would scan more is cancelled"),

  customerManagedKey: flag()
    .default(false)
    .describe("A KMS key of one's own for everything that is stored, at about 1 USD a month"),
  alarmEmails: z
    .array(z.string().regex(emailAddress))
    .max(budgetLimits.emails)
    .meta({ rule: "a list of up to ten e-mail addresses" })
    .default([])
    .describe("Whom the alarms write to, once each has confirmed"),
  monthlyBudgetDollars: within(budgetLimits.monthlyDollars)
    .optional()
    .describe("Writes to alarmEmails when the deployment's costs near it; without it no budget"),
  forceDestroy: flag()
    .optional()
    .describe(
      "Lets a destroy delete the data, together with the context flag allowDataDestruction; without it, on for dev",
    ),
});

/** The settings of a deployment, with the defaults of those that are not given. */
export type PipelineSettings = z.output<typeof settingsSchema>;

/** The rule of a setting, which is noted on what `default` and `optional` wrap. */
export function ruleOf(field: z.ZodType): unknown {
  return field instanceof z.ZodDefault || field instanceof z.ZodOptional
    ? ruleOf(field.unwrap() as z.ZodType)
    : field.meta()?.rule;
}

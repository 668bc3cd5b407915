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
} from "@streaming-data-lake/rules/limits";
import * as z from "zod";
import { emailAddress } from "../../constructs/monitoring/alarm-topic";

/** The longest time that a deployment's data can be kept. Days. */
const tenYears = 3650;

const within = ({ minimum, maximum, unit }: Limit) =>
  z
    .number()
    .int()
    .min(minimum)
    .max(maximum)
    .meta({ rule: `a whole number of ${unit} from ${minimum} to ${maximum}` });

const text = (pattern: RegExp, rule: string) => z.string().regex(pattern).meta({ rule });

/** An AWS region. China, GovCloud and isolated regions are excluded: they are other partitions with other services. */
const awsRegion = () =>
  text(
    /^(?!cn-|us-gov-|us-iso|eu-isoe-|eusc-)(?=.{9,14}$)[a-z]{2}(-[a-z]+)+-\d$/,
    "an AWS region such as us-east-1, outside China and GovCloud",
  );

const flag = () => z.boolean().meta({ rule: "true or false" });

/** The rule, the default and the purpose of each setting on its own. */
export const settingsSchema = z.strictObject({
  // The maximum lengths leave room for the longest name that is made of them, the function's role with 64 characters.
  project: text(
    /^(?!xn--|sthree-|amzn-s3-demo-)[a-z][a-z0-9-]{1,18}[a-z0-9]$/,
    "3-20 lower-case letters, digits and hyphens, without a prefix that S3 reserves",
  )
    .default("sensor-lake")
    .describe("First part of every name"),
  environment: text(/^[a-z][a-z0-9]{0,9}$/, "1-10 lower-case letters and digits")
    .default("dev")
    .describe("Second part of every name"),
  region: awsRegion().default("us-east-1").describe("Region to deploy to"),
  stateBucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of an S3 bucket")
    .optional()
    .describe("Bucket for Terraform's state and its lock; without it, the state is a local file"),
  stateRegion: awsRegion().optional().describe("Region of that bucket; without it, the deployment's region"),

  streamMode: z
    .enum(["PROVISIONED", "ON_DEMAND"])
    .meta({ rule: '"PROVISIONED" or "ON_DEMAND"' })
    .default("PROVISIONED")
    .describe("Capacity mode of the stream, which is paid by the shard or by the gigabyte"),
  shardCount: within({ ...streamLimits.shardCount, maximum: 500 })
    .optional()
    .describe(
      "Shards of a provisioned stream, each of which takes 1,000 records or 1 MiB a second; without it, 1",
    ),
  streamRetentionHours: within(streamLimits.retentionHours)
    .default(24)
    .describe("How long the stream keeps records for its readers"),

  batchSize: within(mappingLimits.batchSize)
    .default(100)
    .describe("Maximum number of records in a batch for the function"),
  batchingWindowSeconds: within(mappingLimits.batchingWindowSeconds)
    .default(1)
    .describe("How long to wait for a batch to fill; at most functionTimeoutSeconds"),
  parallelizationFactor: within(mappingLimits.parallelizationFactor)
    .default(1)
    .describe(
      "Batches of a shard that are processed at the same time; records with the same partition key stay in order",
    ),
  maximumRetryAttempts: within({ ...mappingLimits.maximumRetryAttempts, minimum: 0 })
    .default(10)
    .describe("Retries of a failed batch before it goes to the dead-letter queue"),
  enhancedFanOut: flag()
    .default(false)
    .describe(
      "Gives the function 2 MiB/s of its own from each shard; changing it replaces the mapping (see readFrom)",
    ),
  readFrom: text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "a past time such as 2026-01-15T10:30:00Z")
    .optional()
    .describe("Time from which a new or replaced mapping reads; without it, the oldest record of the stream"),
  tracing: flag().default(false).describe("Traces invocations with X-Ray, at up to 0.43 USD a day"),
  functionMemoryMegabytes: within(functionLimits.memoryMegabytes)
    .default(256)
    .describe("Memory of the function, which also sets its share of a CPU"),
  functionTimeoutSeconds: within(functionLimits.timeoutSeconds)
    .default(60)
    .describe("How long the function may take for a batch"),
  alertThresholdCelsius: z
    .number()
    .min(-90)
    .max(60)
    .meta({ rule: "a number of degrees Celsius from -90 to 60" })
    .default(30)
    .describe("A reading above it raises an alert"),

  bufferSeconds: within(bufferLimits.rawSeconds)
    .default(60)
    .describe("Age at which Firehose writes its buffer to the lake"),
  bufferMebibytes: within(bufferLimits.convertedMebibytes)
    .default(64)
    .describe("Size at which Firehose writes its buffer to the lake"),

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
    .describe("Data that a query may scan before it is cancelled"),

  customerManagedKey: flag()
    .default(false)
    .describe("Encrypts all stored data with a KMS key of your own, at about 1 USD a month"),
  alarmEmails: z
    .array(z.string().regex(emailAddress))
    .max(budgetLimits.emails)
    .meta({ rule: "a list of up to ten e-mail addresses" })
    .default([])
    .describe("Recipients of alarms; each must confirm the subscription first"),
  monthlyBudgetDollars: within(budgetLimits.monthlyDollars)
    .optional()
    .describe("Monthly budget of the account, with warnings to alarmEmails; without it, no budget"),
  forceDestroy: flag()
    .optional()
    .describe(
      "Lets a destroy delete the data, if the context flag allowDataDestruction is set as well; without it, true for dev only",
    ),
});

/** The settings of a deployment, with the defaults of those that are not given. */
export type PipelineSettings = z.output<typeof settingsSchema>;

/** The rule of a setting. It is in the metadata of the schema that `default` and `optional` wrap. */
export function ruleOf(field: z.ZodType): unknown {
  return field instanceof z.ZodDefault || field instanceof z.ZodOptional
    ? ruleOf(field.unwrap() as z.ZodType)
    : field.meta()?.rule;
}

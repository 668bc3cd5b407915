import * as z from "zod";
import { logRetentionDays } from "../constructs/core/common-rules";
import { emailAddress } from "../constructs/monitoring/alarm-topic";

/** Settings that AWS would refuse or that do not exist, all of them at once, one line each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

const integer = (minimum: number, maximum: number, unit: string) =>
  z
    .number()
    .int()
    .min(minimum)
    .max(maximum)
    .meta({ rule: `a whole number of ${unit} from ${minimum} to ${maximum}` });

const text = (pattern: RegExp, rule: string) => z.string().regex(pattern).meta({ rule });

const awsRegion = () => text(/^(?=.{9,14}$)[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1");

const flag = () => z.boolean().meta({ rule: "true or false" });

const fields = z.strictObject({
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
  shardCount: integer(1, 500, "shards")
    .optional()
    .describe("A shard takes 1,000 records or 1 MB a second; without it 1, and none for an on-demand stream"),
  streamRetentionHours: integer(24, 8760, "hours")
    .default(24)
    .describe("How long the stream keeps records for its readers"),

  batchSize: integer(1, 10_000, "records")
    .default(100)
    .describe("Records that the function is given at most"),
  batchingWindowSeconds: integer(0, 300, "seconds")
    .default(1)
    .describe("How long a batch is gathered; functionTimeoutSeconds at most"),
  parallelizationFactor: integer(1, 10, "batches")
    .default(1)
    .describe("Batches of a shard at a time, in order by partition key"),
  maximumRetryAttempts: integer(0, 10_000, "retries")
    .default(10)
    .describe("Retries until a batch goes to the on-failure queue"),
  enhancedFanOut: flag().default(false).describe("Gives the function 2 MB/s of each shard of its own"),
  functionMemoryMegabytes: integer(128, 10_240, "megabytes")
    .default(256)
    .describe("Memory of the function, and its share of a CPU"),
  functionTimeoutSeconds: integer(1, 900, "seconds").default(60).describe("Time that a batch may take"),
  alertThresholdCelsius: z
    .number()
    .min(-90)
    .max(60)
    .meta({ rule: "a number of degrees Celsius from -90 to 60" })
    .default(30)
    .describe("A reading above it raises an alert"),

  bufferSeconds: integer(0, 900, "seconds")
    .default(60)
    .describe("Age at which Firehose writes its buffer to the lake"),
  bufferMebibytes: integer(64, 128, "MiB").default(64).describe("Size at which it does"),

  retentionDays: integer(2, 3650, "days")
    .default(365)
    .describe("How long readings are kept, and how far back queries look"),
  errorRetentionDays: integer(1, 3650, "days")
    .default(90)
    .describe("How long records that could not be delivered are kept"),
  resultRetentionDays: integer(1, 3650, "days")
    .default(7)
    .describe("How long the results of queries are kept"),
  logRetentionDays: z
    .number()
    .refine((days) => logRetentionDays.includes(days))
    .meta({ rule: `one of CloudWatch's ${logRetentionDays.join(", ")} days` })
    .default(14)
    .describe("How long logs are kept"),
  scanCutoffMebibytes: integer(10, 1_048_576, "MiB")
    .default(10_240)
    .describe("A query that would scan more is cancelled"),

  customerManagedKey: flag()
    .default(false)
    .describe("A KMS key of one's own for everything that is stored, at about 1 USD a month"),
  alarmEmails: z
    .array(z.string().regex(emailAddress))
    .max(10)
    .meta({ rule: "a list of up to ten e-mail addresses" })
    .default([])
    .describe("Whom the alarms write to, once each has confirmed"),
  monthlyBudgetDollars: integer(1, 1_000_000, "US dollars")
    .optional()
    .describe("Writes to alarmEmails when the deployment's costs near it; without it no budget"),
  forceDestroy: flag()
    .optional()
    .describe(
      "Lets a destroy delete the data, together with the context flag allowDataDestruction; without it, on for dev",
    ),
});

type Fields = z.output<typeof fields>;

interface Rule {
  readonly setting: keyof Fields;
  /** What it depends on. */
  readonly with: readonly (keyof Fields)[];
  readonly holds: (settings: Fields) => boolean;
  readonly rule: string;
}

/** What settings must be together. */
const rules: readonly Rule[] = [
  {
    setting: "shardCount",
    with: ["streamMode"],
    holds: ({ streamMode, shardCount }) => streamMode !== "ON_DEMAND" || shardCount === undefined,
    rule: 'left out with streamMode "ON_DEMAND"',
  },
  {
    setting: "batchingWindowSeconds",
    with: ["functionTimeoutSeconds"],
    holds: ({ batchingWindowSeconds, functionTimeoutSeconds }) =>
      batchingWindowSeconds <= functionTimeoutSeconds,
    rule: "functionTimeoutSeconds at most",
  },
  {
    setting: "monthlyBudgetDollars",
    with: ["alarmEmails"],
    holds: ({ monthlyBudgetDollars, alarmEmails }) =>
      monthlyBudgetDollars === undefined || alarmEmails.length > 0,
    rule: "given together with alarmEmails, to whom the budget writes",
  },
  {
    setting: "stateRegion",
    with: ["stateBucket"],
    holds: ({ stateRegion, stateBucket }) => stateRegion === undefined || stateBucket !== undefined,
    rule: "given together with stateBucket",
  },
  {
    setting: "forceDestroy",
    with: ["environment"],
    holds: ({ forceDestroy, environment }) => forceDestroy !== true || !/^(prod|live)/.test(environment),
    rule: "false in production: empty the bucket by hand if you mean it",
  },
];

const someObject = z.record(z.string(), z.unknown());

function isRight(name: keyof Fields, settings: unknown): boolean {
  const { data } = someObject.safeParse(settings);
  return data !== undefined && fields.shape[name].safeParse(data[name]).success;
}

/** What a deployment can choose: the object `pipeline` in the `context` of `cdktf.json`. */
export const pipelineSettings = rules.reduce(
  (schema, { setting, with: others, holds, rule }) =>
    schema.refine(holds, {
      path: [setting],
      params: { rule },
      // Also beside problems with other settings.
      when: ({ value }) => [setting, ...others].every((name) => isRight(name, value)),
    }),
  fields,
);

export type PipelineSettings = Fields;

const where = "cdktf.json: context.pipeline";

/**
 * Reads the settings, with the defaults of what is not given.
 *
 * @throws SettingsError naming each wrong setting, its value and its rule.
 */
export function parseSettings(context: unknown): PipelineSettings {
  const result = pipelineSettings.safeParse(context ?? {});
  if (result.success) return result.data;
  throw new SettingsError([...new Set(result.error.issues.flatMap((issue) => problemsOf(issue, context)))]);
}

function problemsOf(issue: z.core.$ZodIssue, context: unknown): string[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (key) => `${where}.${key} is no setting; there are ${Object.keys(fields.shape).join(", ")}`,
    );
  const name = issue.path[0] as keyof Fields | undefined;
  if (name === undefined) return [`${where} is ${JSON.stringify(context)}: must be an object of settings`];
  const value = (context as Partial<Fields>)[name];
  const rule = (issue.code === "custom" && issue.params?.rule) || ruleOf(fields.shape[name]);
  return [`${where}.${name} is ${JSON.stringify(value)}: must be ${rule}`];
}

/** The rule of a setting, which is noted on what `default` and `optional` wrap. */
export function ruleOf(field: z.ZodType): unknown {
  return field instanceof z.ZodDefault || field instanceof z.ZodOptional
    ? ruleOf(field.unwrap() as z.ZodType)
    : field.meta()?.rule;
}

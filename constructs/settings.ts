import * as z from "zod";

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

/**
 * What a deployment can choose: the object `pipeline` in the `context` of `cdktf.json`.
 *
 * Lengths leave room for the longest name made of them, the function's role (64 characters).
 */
export const pipelineSettings = z.strictObject({
  project: text(/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/, "3-20 lower-case letters, digits and hyphens").default(
    "sensor-lake",
  ),
  environment: text(/^[a-z][a-z0-9]{0,9}$/, "1-10 lower-case letters and digits").default("dev"),
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1").default("us-east-1"),

  shardCount: integer(1, 500, "shards").default(1),
  streamRetentionHours: integer(24, 8760, "hours").default(24),
  batchSize: integer(1, 10_000, "records").default(100),
  batchingWindowSeconds: integer(0, 60, "seconds").default(1),
  parallelizationFactor: integer(1, 10, "batches").default(1),
  bufferSeconds: integer(0, 900, "seconds").default(60),
  bufferMebibytes: integer(64, 128, "MiB").default(64),
  retentionDays: integer(2, 3650, "days").default(365),
  scanCutoffMebibytes: integer(10, 1_048_576, "MiB").default(10_240),
  alertThresholdCelsius: z
    .number()
    .min(-90)
    .max(60)
    .meta({ rule: "a number of degrees Celsius from -90 to 60" })
    .default(30),
  forceDestroy: z.boolean().meta({ rule: "true or false" }).optional(),
});

export type PipelineSettings = z.output<typeof pipelineSettings>;

const where = "cdktf.json: context.pipeline";

/**
 * Reads the settings, with the defaults of what is not given.
 *
 * @throws SettingsError naming each wrong setting, its value and its rule.
 */
export function parseSettings(context: unknown): PipelineSettings {
  const result = pipelineSettings.safeParse(context ?? {});
  if (result.success) return result.data;
  throw new SettingsError(result.error.issues.flatMap((issue) => problemsOf(issue, context)));
}

function problemsOf(issue: z.core.$ZodIssue, context: unknown): string[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (key) => `${where}.${key} is no setting: there are ${Object.keys(pipelineSettings.shape).join(", ")}`,
    );
  const name = issue.path[0];
  if (typeof name !== "string")
    return [`${where} is ${JSON.stringify(context)}: must be an object of settings`];
  const field = pipelineSettings.shape[name as keyof typeof pipelineSettings.shape];
  const value = (context as Record<string, unknown>)[name];
  return [`${where}.${name} is ${JSON.stringify(value)}: must be ${field.meta()?.rule ?? issue.message}`];
}

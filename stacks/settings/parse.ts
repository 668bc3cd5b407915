import { suggestion } from "@streaming-data-lake/command/suggestion";
import * as z from "zod";
import { settingsRules } from "./rules";
import { type PipelineSettings, ruleOf, settingsSchema } from "./schema";

/** Settings that AWS would refuse or that do not exist, all of them at once, one line each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

const someObject = z.record(z.string(), z.unknown());

function isValid(name: keyof PipelineSettings, settings: unknown): boolean {
  const { data } = someObject.safeParse(settings);
  return data !== undefined && settingsSchema.shape[name].safeParse(data[name]).success;
}

/** What a deployment can choose: the object `pipeline` in the `context` of `cdktf.json`. */
export const pipelineSettings = settingsRules.reduce(
  (schema, { setting, with: others, holds, rule }) =>
    schema.refine(holds, {
      path: [setting],
      params: { rule },
      // The rule is also checked when other settings are wrong.
      when: ({ value }) => [setting, ...others].every((name) => isValid(name, value)),
    }),
  settingsSchema,
);

const where = "cdktf.json: context.pipeline";

/** Keys of the context: the app's own, CDKTF's feature flags, and what its command line adds. */
const contextKeys = [
  "pipeline",
  "allowDataDestruction",
  "cdktfRelativeModules",
  "excludeStackIdFromLogicalIds",
  "allowSepCharsInLogicalIds",
];

/**
 * Refuses a misspelt key of the context, which would otherwise deploy the defaults.
 *
 * @throws SettingsError naming each key that neither the app nor CDKTF reads.
 */
export function checkContext(context: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(context).filter((key) => !contextKeys.includes(key));
  if (unknown.length === 0) return;
  throw new SettingsError(
    unknown.map((key) => `cdktf.json: context.${key} is not read by this app${suggestion(key, contextKeys)}`),
  );
}

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
    return issue.keys.map((key) => {
      const names = Object.keys(settingsSchema.shape);
      return `${where}.${key} is not a setting${suggestion(key, names) || `; there are ${names.join(", ")}`}`;
    });
  const name = issue.path[0] as keyof PipelineSettings | undefined;
  if (name === undefined) return [`${where} is ${JSON.stringify(context)}: must be an object of settings`];
  const value = (context as Partial<PipelineSettings>)[name];
  const rule = (issue.code === "custom" && issue.params?.rule) || ruleOf(settingsSchema.shape[name]);
  return [`${where}.${name} is ${JSON.stringify(value)}: must be ${rule}`];
}

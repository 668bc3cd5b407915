import { suggestion } from "@streaming-data-lake/command/suggestion";
import * as z from "zod";
import { settingsRules } from "./rules";
import { type PipelineSettings, ruleOf, settingsSchema } from "./schema";

/** Reports all settings at once that AWS would refuse or that do not exist, one line each. */
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

/** The schema of a deployment's settings, which are the object `pipeline` in the `context` of `cdktf.json`. */
export const pipelineSettings = settingsRules.reduce(
  (schema, { setting, with: others, holds, rule }) =>
    schema.refine(holds, {
      path: [setting],
      params: { rule },
      // A rule is checked if the settings that it depends on are valid, even when other settings are not.
      when: ({ value }) => [setting, ...others].every((name) => isValid(name, value)),
    }),
  settingsSchema,
);

const where = "cdktf.json: context.pipeline";

/**
 * The keys that the context can have: the app's own, CDKTF's feature flags, and those that CDKTF's command line adds.
 */
const contextKeys = [
  "pipeline",
  "allowDataDestruction",
  "cdktfRelativeModules",
  "excludeStackIdFromLogicalIds",
  "allowSepCharsInLogicalIds",
];

/**
 * Refuses unknown keys of the context. A misspelt key would otherwise be ignored, and the defaults be deployed.
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
 * Reads the settings, and fills in the defaults of those that are not given.
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

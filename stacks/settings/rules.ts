import type { PipelineSettings } from "./schema";

/** A rule about several settings together. */
export interface SettingsRule {
  readonly setting: keyof PipelineSettings;
  /** The other settings that the rule depends on. */
  readonly with: readonly (keyof PipelineSettings)[];
  readonly holds: (settings: PipelineSettings) => boolean;
  readonly rule: string;
}

export const settingsRules: readonly SettingsRule[] = [
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
    rule: "given together with alarmEmails, which receive its warnings",
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

import { logRetentionChoices } from "./limits";
import type { Problems } from "./problems";

export function checkLogRetention(problems: Problems, days: number | undefined): void {
  if (days !== undefined)
    problems.require(
      "logRetentionDays",
      days,
      logRetentionChoices.includes(days),
      `must be one of CloudWatch's ${logRetentionChoices.join(", ")} days`,
    );
}

/** The props that are given: an undefined one leaves the default that it is spread over. */
export function given<T extends object>(props: T | undefined): Partial<T> {
  return Object.fromEntries(
    Object.entries(props ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

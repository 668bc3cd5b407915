import { logRetentionChoices } from "@streaming-data-lake/rules/limits";
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

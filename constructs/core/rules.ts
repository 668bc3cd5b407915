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

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function checkRoleName(problems: Problems, roleName: string | undefined): void {
  problems.name("roleName", roleName, /^[\w+=,.@-]{1,64}$/, "1-64 letters, digits and +=,.@_-");
}

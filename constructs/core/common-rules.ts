import type { Problems } from "./problems";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logRetentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function checkLogRetention(problems: Problems, days: number | undefined): void {
  if (days !== undefined)
    problems.require(
      "logRetentionDays",
      days,
      logRetentionDays.includes(days),
      `must be one of CloudWatch's ${logRetentionDays.join(", ")} days`,
    );
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function checkRoleName(problems: Problems, roleName: string | undefined): void {
  problems.name("roleName", roleName, /^[\w+=,.@-]{1,64}$/, "1-64 letters, digits and +=,.@_-");
}

import type { Call } from "@streaming-data-lake/iam";
import type { EncryptedResource } from "@streaming-data-lake/terraform/types";
import { actionsOn, type Place } from "./calls";

/**
 * The ARN of a log group in the form that IAM uses for every call except those for tags. Policies therefore name a log
 * group with `:*` at the end.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
export function logGroupArn(place: Place, name: string): string {
  return logStreamArn(place, name, "");
}

export function logStreamArn({ region, accountId }: Place, group: string, stream: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream}`;
}

/**
 * The calls that CloudWatch Logs makes for a log group that is encrypted with a customer-managed key. On AWS, the log group
 * can't be created unless they are allowed.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function logGroupCalls({ region }: Place, { arn, kmsKeyArn }: EncryptedResource): readonly Call[] {
  if (kmsKeyArn === undefined) return [];
  const actions = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
  ];
  return actionsOn({ service: `logs.${region}.amazonaws.com` }, kmsKeyArn, actions, {
    "kms:EncryptionContextKeys": ["aws:logs:arn"],
    "kms:EncryptionContext:aws:logs:arn": arn,
  });
}

import type { Call } from "@streaming-data-lake/iam";
import type { MetricAlarm, Stack } from "@streaming-data-lake/terraform/types";
import type { Place } from "./calls";
import { sendCalls } from "./messages";

type State = "ALARM" | "OK" | "INSUFFICIENT_DATA";

/**
 * The calls that CloudWatch makes when an alarm changes to a state, by the ARN of the topic that is notified.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function alarmCalls(
  stack: Place & Pick<Stack, "access">,
  alarm: MetricAlarm,
  state: State,
): ReadonlyMap<string, readonly Call[]> {
  const { region, accountId } = stack;
  const topics = (alarm.actions?.[state] ?? []).filter((arn) => arn.includes(":sns:"));
  const context = {
    "aws:SourceAccount": accountId,
    "aws:SourceArn": `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm.name}`,
    "aws:SourceOwner": accountId,
  };
  const caller = { service: "cloudwatch.amazonaws.com" };
  return new Map(topics.map((arn) => [arn, sendCalls(stack, caller, arn, context)]));
}

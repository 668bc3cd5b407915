import type { Stack } from "@streaming-data-lake/terraform/types";
import { alarmCalls } from "../access/cloudwatch";
import { type AccessControl, AccessDenied } from "../access/control";
import type { AlarmChange } from "../cloudwatch/alarm-watch";

/** CloudWatch tells an alarm's topics of its state. */
export function notify(
  stack: Stack,
  { authorize }: AccessControl,
  { alarm, to }: AlarmChange,
  onTrouble: (message: string) => void,
): void {
  for (const [arn, calls] of alarmCalls(stack, alarm, to)) {
    try {
      authorize(...calls);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      onTrouble(`${alarm.name}: can't publish to ${arn}: ${error.message}`);
    }
  }
}

import type { Stack } from "@streaming-data-lake/terraform/types";
import { alarmCalls } from "../access/cloudwatch";
import { type AccessControl, AccessDenied } from "../access/control";
import type { AlarmChange } from "../cloudwatch/alarm-watch";

/** A notification of a topic about a change of an alarm's state. */
export interface AlarmAction {
  readonly topicArn: string;
  readonly change: AlarmChange;
}

/**
 * The notifications that CloudWatch sends when an alarm's state changes. Topics that it may not publish to get none.
 */
export function actionsOf(
  stack: Stack,
  { authorize }: AccessControl,
  change: AlarmChange,
  onTrouble: (message: string) => void,
): AlarmAction[] {
  const { alarm, to } = change;
  return [...alarmCalls(stack, alarm, to)].flatMap(([topicArn, calls]) => {
    try {
      authorize(...calls);
      return [{ topicArn, change }];
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      onTrouble(`${alarm.name}: can't publish to ${topicArn}: ${error.message}`);
      return [];
    }
  });
}

/** The notifications that have not been published yet, oldest first. */
export class AlarmActions {
  private readonly waiting: AlarmAction[] = [];

  add(actions: readonly AlarmAction[]): void {
    this.waiting.push(...actions);
  }

  /** Publishes them one after the other. One that can't be published stays, and so do those after it. */
  publish(publish: (action: AlarmAction) => void): void {
    for (const action of [...this.waiting]) {
      publish(action);
      this.waiting.splice(this.waiting.indexOf(action), 1);
    }
  }
}

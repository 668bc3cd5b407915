import type * as Client from "@aws-sdk/client-scheduler";
import type { Schedule } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../protocol/errors";
import type { Handlers } from "../server/handlers";
import type { World } from "../world";
import { pageOf } from "./paging";
import type { Service } from "./service";

const target = "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution";

/**
 * EventBridge Scheduler, for the stack's schedules.
 *
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html
 */
export function scheduler({ stack }: World): Service {
  const arnOf = ({ group = "default", name }: Pick<Schedule, "group" | "name">) =>
    `arn:aws:scheduler:${stack.region}:${stack.accountId}:schedule/${group}/${name}`;
  const groupArn = (name: string) =>
    `arn:aws:scheduler:${stack.region}:${stack.accountId}:schedule-group/${name}`;

  const handlers: Handlers<typeof Client> = {
    ListSchedules({ GroupName, NamePrefix = "", NextToken, MaxResults = 100 }, call) {
      call.allow("scheduler:ListSchedules", "*");
      const all = stack.schedules.filter(
        ({ name, group = "default" }) =>
          name.startsWith(NamePrefix) && (GroupName === undefined || group === GroupName),
      );
      const { items, ...next } = pageOf(all, NextToken, MaxResults, "ValidationException");
      return {
        Schedules: items.map((schedule) => ({
          Arn: arnOf(schedule),
          Name: schedule.name,
          GroupName: schedule.group ?? "default",
          State: "ENABLED" as const,
          Target: { Arn: target },
        })),
        ...next,
      };
    },

    GetSchedule({ Name = "", GroupName = "default" }, call) {
      call.allow("scheduler:GetSchedule", arnOf({ name: Name, group: GroupName }));
      const schedule = stack.schedules.find(
        ({ name, group = "default" }) => name === Name && group === GroupName,
      );
      if (!schedule) throw new AwsError("ResourceNotFoundException", `Schedule ${Name} does not exist.`);
      return {
        Arn: arnOf(schedule),
        Name,
        GroupName,
        State: "ENABLED",
        ScheduleExpression: schedule.expression,
        ScheduleExpressionTimezone: schedule.timeZone,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: target,
          RoleArn: schedule.roleArn,
          Input: JSON.stringify({
            QueryString: schedule.sql,
            ...(schedule.workgroup !== undefined && { WorkGroup: schedule.workgroup }),
            ...(schedule.database !== undefined && {
              QueryExecutionContext: { Database: schedule.database },
            }),
          }),
          ...(schedule.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: schedule.deadLetterArn } }),
        },
      };
    },

    ListScheduleGroups(_input, call) {
      call.allow("scheduler:ListScheduleGroups", "*");
      const names = new Set(["default", ...stack.schedules.map(({ group = "default" }) => group)]);
      return {
        ScheduleGroups: [...names].map((Name) => ({ Arn: groupArn(Name), Name, State: "ACTIVE" as const })),
      };
    },
  };
  return { handlers };
}

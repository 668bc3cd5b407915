import { QueryError, type RollUpOptions } from "@streaming-data-lake/lake";
import type { Schedule, Stack } from "@streaming-data-lake/terraform/types";
import { DeadLetters } from "../lambda/dead-letters";
import { authorizeStatement, startCalls, statementSteps } from "./athena";
import type { Place } from "./calls";
import { AccessDenied, type Authorize } from "./control";
import { sendCalls } from "./messages";

export interface ScheduleOptions {
  readonly stack: Place & Pick<Stack, "access" | "tables">;
  readonly authorize: Authorize;
  /** The runner's folder. */
  readonly dir: string;
  readonly lakeFolder: string;
  readonly onTrouble: (message: string) => void;
}

/**
 * Runs schedules in their roles' names: Scheduler starts the query, and Athena does in the role's name what the
 * statement needs. A start that is not allowed goes to the schedule's queue for given-up starts.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 *
 * @returns what `rollUp` takes as `startAs`. It throws QueryError with the reason for a start that is refused, and for a
 *   query that has FAILED.
 */
export function scheduleRoles(options: ScheduleOptions): NonNullable<RollUpOptions["startAs"]> {
  const { authorize, stack } = options;
  return (schedule, scheduledTime) => {
    const calls = startCalls(stack, schedule);
    if (!calls) return undefined;
    try {
      authorize(calls.assume, ...calls.start);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      giveUp(options, schedule, scheduledTime, error);
      throw new QueryError(`schedule ${schedule.name}: not started: ${error.message}`);
    }
    return (access) =>
      authorizeStatement(statementSteps(stack, calls.caller, schedule.workgroup, access), authorize);
  };
}

function giveUp(
  { authorize, stack, dir, lakeFolder, onTrouble }: ScheduleOptions,
  schedule: Schedule,
  scheduledTime: Date,
  denial: AccessDenied,
): void {
  const { deadLetterArn } = schedule;
  const calls = startCalls(stack, schedule);
  if (deadLetterArn === undefined || !calls) return;
  try {
    authorize(calls.assume, ...sendCalls(stack, calls.caller, deadLetterArn));
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    onTrouble(`schedule ${schedule.name}: can't send to ${deadLetterArn}: ${error.message}`);
    return;
  }
  const line = JSON.stringify({
    destination: deadLetterArn,
    schedule: schedule.name,
    scheduledTime: scheduledTime.toISOString(),
    errorCode: "AccessDeniedException",
    errorMessage: denial.message,
  });
  new DeadLetters(dir, lakeFolder).write({ line });
}

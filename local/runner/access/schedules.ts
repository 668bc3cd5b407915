import { QueryError, type QueryOptions } from "@streaming-data-lake/lake";
import type { Schedule, Stack } from "@streaming-data-lake/terraform/types";
import { authorizeStatement, startCalls, statementSteps } from "./athena";
import type { Place } from "./calls";
import { AccessDenied, type Authorize } from "./control";
import { sendCalls } from "./messages";

/** A schedule's query that Scheduler could not start: whoever throws it, the schedule's queue is told of it. */
export class StartRefused extends QueryError {
  /** @param code Of the error that Athena answered, such as `AccessDeniedException`. */
  constructor(
    schedule: Schedule,
    readonly code: string,
    readonly reason: string,
  ) {
    super(`schedule ${schedule.name}: not started: ${reason}`);
  }
}

/** What is done in the names of schedules' roles. */
export interface ScheduleRoles {
  /**
   * Scheduler starts the query.
   *
   * @returns What Athena asks in the role's name before the statement reads or writes; it throws QueryError for a query that
   *   has FAILED.
   * @throws StartRefused when the role may not start it.
   */
  start(schedule: Schedule): QueryOptions["authorize"];
  /** Scheduler sends a start that it discards to the schedule's queue. @throws AccessDenied when the role may not. */
  discard(schedule: Schedule, queueArn: string): void;
}

export function scheduleRoles(
  stack: Place & Pick<Stack, "access" | "tables">,
  authorize: Authorize,
): ScheduleRoles {
  return {
    start(schedule) {
      const calls = startCalls(stack, schedule);
      if (!calls) return undefined;
      try {
        authorize(calls.assume, ...calls.start);
      } catch (error) {
        if (!(error instanceof AccessDenied)) throw error;
        throw new StartRefused(schedule, "AccessDeniedException", error.message);
      }
      return (access) =>
        authorizeStatement(statementSteps(stack, calls.caller, schedule.workgroup, access), authorize);
    },
    discard(schedule, queueArn) {
      const calls = startCalls(stack, schedule);
      if (calls) authorize(calls.assume, ...sendCalls(stack, calls.caller, queueArn));
    },
  };
}

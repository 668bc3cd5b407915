import { QueryError, type QueryOptions } from "@streaming-data-lake/lake";
import type { Schedule, Stack } from "@streaming-data-lake/terraform/types";
import { authorizeStatement, startCalls, statementSteps } from "./athena";
import type { Place } from "./calls";
import { AccessDenied, type Authorize } from "./control";
import { sendCalls } from "./messages";

/** EventBridge Scheduler could not start a schedule's query. Such a start goes to the schedule's queue. */
export class StartRefused extends QueryError {
  /** @param code The code of Athena's error, such as `AccessDeniedException`. */
  constructor(
    schedule: Schedule,
    readonly code: string,
    readonly reason: string,
  ) {
    super(`schedule ${schedule.name}: not started: ${reason}`);
  }
}

/** Checks what EventBridge Scheduler does in the names of schedules' roles. */
export interface ScheduleRoles {
  /**
   * Checks that the role may start the query.
   *
   * @returns the `authorize` option of the query. It throws QueryError when Athena may not read or write something in the
   *   role's name, because the query then ends as FAILED. It is undefined when the role is unknown.
   * @throws StartRefused when the role may not start the query.
   */
  start(schedule: Schedule): QueryOptions["authorize"];
  /** @throws AccessDenied when the role may not send a discarded start to the schedule's queue. */
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

import type { Schedule } from "@streaming-data-lake/terraform/types";
import type { Lake } from "./engine/lake";
import { QueryError } from "./errors";
import type { QueryOptions, QueryStatistics } from "./result";
import { timesOf } from "./schedule-times";

const hourMilliseconds = 3_600_000;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const scheduledTimeAttribute = "<aws.scheduler.scheduled-time>";

export interface ScheduleRun {
  readonly schedule: string;
  /** When EventBridge Scheduler would have started it. */
  readonly scheduledTime: Date;
  /** Rows written. */
  readonly rows: number;
  /** Objects of an earlier run for the same time, removed first. */
  readonly replacedObjects: number;
  readonly statistics: QueryStatistics;
}

/** The first time at which a schedule runs after an hour has ended. @throws QueryError when it never does. */
export function runAfterHour(schedule: Schedule, hour: Date): Date {
  const end = Math.floor(hour.getTime() / hourMilliseconds + 1) * hourMilliseconds;
  const time = timesOf(schedule).after(new Date(end - 1));
  if (!time)
    throw new QueryError(`schedule ${schedule.name} does not run after ${new Date(end).toISOString()}`);
  return time;
}

/** The last time at which a schedule has run. @throws QueryError when it has not. */
export function latestRun(schedule: Schedule, now: Date): Date {
  const time = timesOf(schedule).upTo(now);
  if (!time) throw new QueryError(`schedule ${schedule.name} has not run before ${now.toISOString()}`);
  return time;
}

export interface ScheduleOptions {
  /**
   * Whether the objects that an earlier run for that time wrote are removed first, which repairs an hour that has had late
   * records. On AWS that is a deletion of objects and a run by hand.
   *
   * @default false
   */
  readonly replace?: boolean;
  /** Asked before the statement reads or writes; what it throws ends the statement. */
  readonly authorize?: QueryOptions["authorize"];
  /** Stops the statement. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a schedule's statement as EventBridge Scheduler would have at that time. */
export async function runSchedule(
  lake: Lake,
  schedule: Schedule,
  scheduledTime: Date,
  { replace = false, ...options }: ScheduleOptions = {},
): Promise<ScheduleRun> {
  const { database, workgroup } = schedule;
  const time = scheduledTime.toISOString().replace(".000", "");
  const executionId = `${schedule.name}-${time.replace(/[-:]/g, "")}`;
  const sql = schedule.sql.replaceAll(scheduledTimeAttribute, time);
  const replacedObjects = replace ? await lake.removeInserted(sql, executionId) : 0;
  const { rows, statistics } = await lake.query(sql, [], { executionId, database, workgroup, ...options });
  return {
    schedule: schedule.name,
    scheduledTime,
    rows: Number(rows[0]?.rows ?? 0),
    replacedObjects,
    statistics,
  };
}

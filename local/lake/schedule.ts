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
  /** When EventBridge Scheduler would have started the run. */
  readonly scheduledTime: Date;
  /** Number of rows that the statement wrote. */
  readonly rows: number;
  /** Number of objects of an earlier run for the same time that were removed before this run. */
  readonly replacedObjects: number;
  readonly statistics: QueryStatistics;
}

/**
 * The first time at which a schedule runs after the end of an hour.
 * @throws QueryError when it never runs after that.
 */
export function runAfterHour(schedule: Schedule, hour: Date): Date {
  const end = Math.floor(hour.getTime() / hourMilliseconds + 1) * hourMilliseconds;
  const time = timesOf(schedule).after(new Date(end - 1));
  if (!time)
    throw new QueryError(`schedule ${schedule.name} does not run after ${new Date(end).toISOString()}`);
  return time;
}

/** The last time at which a schedule was due. @throws QueryError when it was never due. */
export function latestRun(schedule: Schedule, now: Date): Date {
  const time = timesOf(schedule).upTo(now);
  if (!time) throw new QueryError(`schedule ${schedule.name} has not run before ${now.toISOString()}`);
  return time;
}

export interface ScheduleOptions {
  /**
   * Whether to remove the objects of an earlier run for the same time first. This repairs an hour for which records
   * arrived late. On AWS, it means deleting the objects and running the statement by hand.
   *
   * @default false
   */
  readonly replace?: boolean;
  /** Called before the statement reads or writes. If it throws, the statement ends with that error. */
  readonly authorize?: QueryOptions["authorize"];
  /** Stops the statement. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a schedule's statement as EventBridge Scheduler would have run it at the given time. */
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
  const replacedObjects = replace ? await lake.removeInserted(sql, executionId, database) : 0;
  const { rows, statistics } = await lake.query(sql, [], { executionId, database, workgroup, ...options });
  return {
    schedule: schedule.name,
    scheduledTime,
    rows: Number(rows[0]?.rows ?? 0),
    replacedObjects,
    statistics,
  };
}

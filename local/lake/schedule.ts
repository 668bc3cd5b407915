import type { Schedule, Stack } from "@streaming-data-lake/terraform/types";
import { type Lake, openLake } from "./engine/lake";
import type { LakeStack } from "./engine/surroundings";
import { QueryError } from "./errors";
import type { QueryOptions, QueryStatistics } from "./result";

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

/**
 * The minute of the hour at which a schedule runs.
 *
 * @throws QueryError naming the schedule, when it isn't hourly.
 */
function minuteOf({ name, expression }: Schedule): number {
  const [, minute] = /^cron\((\d{1,2}) \* \* \* \? \*\)$/.exec(expression) ?? [];
  if (minute === undefined || Number(minute) > 59)
    throw new QueryError(
      `schedule ${name}: "${expression}" is not of the form cron(15 * * * ? *), which can be run here`,
    );
  return Number(minute);
}

const startOfHour = (time: Date) => Math.floor(time.getTime() / hourMilliseconds) * hourMilliseconds;

/** The first time at which a schedule runs after an hour has ended. */
export function runAfterHour(schedule: Schedule, hour: Date): Date {
  return new Date(startOfHour(hour) + hourMilliseconds + minuteOf(schedule) * 60_000);
}

/** The last time at which a schedule has run. */
export function latestRun(schedule: Schedule, now: Date): Date {
  const run = startOfHour(now) + minuteOf(schedule) * 60_000;
  return new Date(run <= now.getTime() ? run : run - hourMilliseconds);
}

/**
 * Runs a schedule's statement as EventBridge Scheduler would have at that time.
 *
 * @param replace Whether the objects that an earlier run for that time wrote are removed first, which repairs an hour
 *   that has had late records. On AWS that is a deletion of objects and a run by hand.
 */
export async function runSchedule(
  lake: Lake,
  schedule: Schedule,
  scheduledTime: Date,
  { replace = false, startAs }: { readonly replace?: boolean } & Pick<RollUpOptions, "startAs"> = {},
): Promise<ScheduleRun> {
  const { database, workgroup } = schedule;
  const authorize = startAs?.(schedule, scheduledTime);
  const time = scheduledTime.toISOString().replace(".000", "");
  const executionId = `${schedule.name}-${time.replace(/[-:]/g, "")}`;
  const sql = schedule.sql.replaceAll(scheduledTimeAttribute, time);
  const replacedObjects = replace ? await lake.removeInserted(sql, executionId) : 0;
  const { rows, statistics } = await lake.query(sql, [], { executionId, authorize, database, workgroup });
  return {
    schedule: schedule.name,
    scheduledTime,
    rows: Number(rows[0]?.rows ?? 0),
    replacedObjects,
    statistics,
  };
}

export interface RollUpOptions {
  /**
   * Hours to run for, whole: what an earlier run for them wrote is replaced.
   * @default the hour of each schedule's last run, which writes nothing when it has run
   */
  readonly hours?: readonly Date[];
  /** @default the system's clock */
  readonly now?: () => Date;
  /**
   * Starts a run in the name of its schedule's role: what it returns is asked before the statement reads or writes, and
   * what it throws ends the run.
   */
  readonly startAs?: (schedule: Schedule, scheduledTime: Date) => QueryOptions["authorize"];
}

/**
 * Runs every schedule of a stack over the local lake, each hour after the other.
 *
 * @throws QueryError when there is none, or one is not hourly.
 */
export async function rollUp(
  stack: LakeStack & Pick<Stack, "schedules">,
  lakeFolder: string,
  { hours, now = () => new Date(), startAs }: RollUpOptions = {},
): Promise<readonly ScheduleRun[]> {
  if (stack.schedules.length === 0) throw new QueryError("the stack has no schedule that starts a query");
  const lake = await openLake(stack, lakeFolder, { now });
  try {
    const runs: ScheduleRun[] = [];
    for (const schedule of stack.schedules) {
      const times = hours?.map((hour) => runAfterHour(schedule, hour)) ?? [latestRun(schedule, now())];
      for (const time of times)
        runs.push(await runSchedule(lake, schedule, time, { replace: hours !== undefined, startAs }));
    }
    return runs;
  } finally {
    lake.close();
  }
}

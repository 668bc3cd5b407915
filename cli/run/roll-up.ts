import { join, resolve } from "node:path";
import { QueryError, rollUp, type ScheduleRun } from "@streaming-data-lake/lake";
import { loadStack, StackError } from "@streaming-data-lake/terraform";
import { synthesize } from "@streaming-data-lake/terraform/synth";
import { formatTable } from "../format-table";

export interface RollUpArguments {
  readonly stack?: string;
  readonly dir: string;
  /** Hours to run for, replacing what is there; without one, the hour of the schedules' last run. */
  readonly hours: readonly Date[];
}

/**
 * Runs the stack's scheduled queries over the lake, whether a runner is running or not.
 *
 * @throws StackError in one line when there is no schedule, or it can't be run.
 */
export async function runRollUp({ stack, dir, hours }: RollUpArguments): Promise<readonly ScheduleRun[]> {
  const loaded = loadStack(stack ?? (await synthesize()));
  try {
    return await rollUp(loaded, join(resolve(dir), "lake"), hours.length > 0 ? { hours } : {});
  } catch (error) {
    if (error instanceof QueryError) throw new StackError(error.message);
    throw error;
  }
}

const hour = 3_600_000;

/** The runs as a table of at most so many columns. */
export function renderRuns(runs: readonly ScheduleRun[], width: number): string {
  const result = {
    columns: [
      { name: "schedule", type: "varchar" },
      { name: "hour", type: "timestamp" },
      { name: "rows", type: "bigint" },
      { name: "replaced objects", type: "bigint" },
    ],
    rows: runs.map(({ schedule, scheduledTime, rows, replacedObjects }) => ({
      schedule,
      hour: new Date(Math.floor(scheduledTime.getTime() / hour) * hour - hour)
        .toISOString()
        .replace("T", " ")
        .replace("Z", ""),
      rows,
      "replaced objects": replacedObjects,
    })),
  };
  return formatTable(result, { width });
}

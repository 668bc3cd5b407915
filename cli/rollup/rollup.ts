import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { rollUp as runSchedules, type ScheduleRun } from "@streaming-data-lake/lake";
import { existingFolder } from "../folder";
import { formatTable } from "../output/table";
import { openStackOf } from "../stack";

/** The flags of `npm run local -- rollup`. */
export interface RollupOptions {
  readonly stack?: string;
  readonly dir: string;
  /** Hours to run for, replacing what is there. Without one, the hour of the schedules' last run. */
  readonly hour?: readonly Date[];
  readonly json?: boolean;
}

/** Prints what the schedules have done. */
export async function showRollup(options: RollupOptions, { stdout, stderr }: Io): Promise<number> {
  const runs = await rollup(options, (line) => stderr.write(`rollup: ${line}\n`));
  stdout.write(`${options.json ? JSON.stringify(runs) : renderRuns(runs, stdout.columns ?? 120)}\n`);
  return 0;
}

/**
 * Runs the stack's scheduled queries over the lake.
 *
 * @throws UserError when there is no such folder; QueryError when there is no schedule, or it can't be run.
 */
export async function rollup(
  { stack: named, dir, hour }: RollupOptions,
  note: (line: string) => void,
): Promise<readonly ScheduleRun[]> {
  const folder = existingFolder(dir);
  const { stack } = await openStackOf({ dir, ...(named !== undefined && { stack: named }) }, { note });
  return runSchedules(stack, join(folder, "lake"), hour ? { hours: hour } : {});
}

const hourMilliseconds = 3_600_000;

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
      hour: new Date(
        Math.floor(scheduledTime.getTime() / hourMilliseconds) * hourMilliseconds - hourMilliseconds,
      )
        .toISOString()
        .replace("T", " ")
        .replace("Z", ""),
      rows,
      "replaced objects": replacedObjects,
    })),
  };
  return formatTable(result, { width });
}

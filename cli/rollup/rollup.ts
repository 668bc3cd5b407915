import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { rollUp as runSchedules, type ScheduleRun } from "@streaming-data-lake/lake";
import { AccessControl, type IamMode } from "@streaming-data-lake/runner/access/control";
import { scheduleRoles } from "@streaming-data-lake/runner/access/schedules";
import { addUsage } from "@streaming-data-lake/runner/access/usage-file";
import { existingFolder } from "../folder";
import { formatTable } from "../output/table";
import { openStackOf } from "../stack";

/** The flags of `npm run local -- rollup`. */
export interface RollupOptions {
  readonly stack?: string;
  readonly dir: string;
  /** Hours to run for, replacing what is there. Without one, the hour of the schedules' last run. */
  readonly hour?: readonly Date[];
  /** @default "enforce" */
  readonly iam?: IamMode;
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
  { stack: named, dir, hour, iam }: RollupOptions,
  note: (line: string) => void,
): Promise<readonly ScheduleRun[]> {
  const folder = existingFolder(dir);
  const { stack } = await openStackOf({ dir, ...(named !== undefined && { stack: named }) }, { note });
  const access = new AccessControl({ stack, mode: iam, onTrouble: note });
  const { authorize } = access;
  const lakeFolder = join(folder, "lake");
  const startAs = scheduleRoles({ stack, authorize, dir: folder, lakeFolder, onTrouble: note });
  try {
    return await runSchedules(stack, lakeFolder, { ...(hour && { hours: hour }), startAs });
  } finally {
    addUsage(folder, access.usage.list());
  }
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

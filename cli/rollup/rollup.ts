import { join } from "node:path";
import { type Io, UserError } from "@streaming-data-lake/command";
import type { ScheduleRun } from "@streaming-data-lake/lake";
import { AccessControl, type IamMode } from "@streaming-data-lake/runner/access/control";
import { addUsage } from "@streaming-data-lake/runner/access/usage-file";
import { findRunner, requestRollup } from "@streaming-data-lake/runner/runtime-file";
import { Schedules } from "@streaming-data-lake/runner/schedules";
import { existingFolder, folderWithLake } from "../folder";
import { formatTable } from "../output/table";
import { openStackOf } from "../stack";

/** The flags of `npm run local -- rollup`. */
export interface RollupFlags {
  readonly stack?: string;
  readonly dir: string;
  /** Hours to roll up. Existing rows of these hours are replaced. @default - the time of each schedule's last run */
  readonly hour?: readonly Date[];
  /** Whether the stack's policies are enforced. @default "enforce" */
  readonly iam?: IamMode;
  readonly json?: boolean;
}

/** Runs the scheduled queries and prints the result of each run. */
export async function showRollup(options: RollupFlags, { stdout, stderr }: Io): Promise<number> {
  const runs = await rollup(options, (line) => stderr.write(`rollup: ${line}\n`));
  stdout.write(`${options.json ? JSON.stringify(runs) : renderRuns(runs, stdout.columns ?? 120)}\n`);
  return 0;
}

/**
 * Runs the stack's scheduled queries over the lake. If a runner is running on the folder, the runner itself runs them,
 * so that its alarms count the runs.
 *
 * @throws UserError when there is no such folder, or the runner can't run them; QueryError when there is no schedule,
 *   or a run is refused or fails.
 */
export async function rollup(
  { stack: named, dir, hour, iam }: RollupFlags,
  note: (line: string) => void,
): Promise<readonly ScheduleRun[]> {
  const folder = folderWithLake(existingFolder(dir));
  const runner = named === undefined ? await findRunner(folder) : undefined;
  if (runner)
    return requestRollup(runner.status, hour).catch(({ message }: Error) => {
      throw new UserError(message);
    });
  const { stack } = await openStackOf({ dir, ...(named !== undefined && { stack: named }) }, { note });
  const access = new AccessControl({ stack, mode: iam, onTrouble: note });
  const { authorize } = access;
  const lakeFolder = join(folder, "lake");
  try {
    const schedules = new Schedules({ stack, authorize, dir: folder, lakeFolder, onTrouble: note });
    return await schedules.run(hour && { hours: hour });
  } finally {
    addUsage(folder, access.usage.list());
  }
}

const hourMilliseconds = 3_600_000;

/** The runs as a table that is at most `width` columns wide. */
function renderRuns(runs: readonly ScheduleRun[], width: number): string {
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

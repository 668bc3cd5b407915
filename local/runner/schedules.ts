import { type RollUpOptions, rollUp, type ScheduleRun } from "@streaming-data-lake/lake";
import type { Schedule } from "@streaming-data-lake/terraform/types";
import type { EndedQuery } from "./cloudwatch/service-metrics";
import { type Faults, faults as reasons } from "./faults";

export interface SchedulesOptions {
  readonly stack: Parameters<typeof rollUp>[0];
  /** Folder of the buckets. */
  readonly lakeFolder: string;
  readonly faults: Faults;
  /** Starts a query in the name of its schedule's role. */
  readonly startAs?: RollUpOptions["startAs"];
  readonly onTrouble: (message: string) => void;
  /** Told of each query that has ended. */
  readonly onQuery: (query: EndedQuery) => void;
}

/**
 * The stack's scheduled queries. EventBridge Scheduler only starts them: a start that is refused goes to the schedule's
 * queue, and how the query ends only its workgroup tells.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export class Schedules {
  /** Starts that were given up, by the ARN of the queue. */
  readonly givenUp = new Map<string, number>();

  constructor(private readonly options: SchedulesOptions) {}

  /**
   * Runs all of them, as `rollUp` does. One that fails is told and left out.
   *
   * @throws QueryError when there is none, or one is not hourly.
   */
  async run(times: RollUpOptions = {}): Promise<readonly ScheduleRun[]> {
    const { stack, lakeFolder, faults, startAs, onQuery } = this.options;
    if (stack.schedules.length === 0) return rollUp(stack, lakeFolder, times);
    const runs: ScheduleRun[] = [];
    for (const schedule of stack.schedules) {
      if (faults.first("schedule-disabled")) continue;
      if (faults.first("query-start-refused")) {
        this.giveUp(schedule);
        continue;
      }
      const started = performance.now();
      const ended = (state: EndedQuery["state"]) =>
        onQuery({
          workgroup: schedule.workgroup ?? "primary",
          state,
          milliseconds: performance.now() - started,
        });
      if (faults.first("query-failing")) {
        this.options.onTrouble(`${schedule.name}: ${reasons["query-failing"]}`);
        ended("FAILED");
        continue;
      }
      try {
        runs.push(...(await rollUp({ ...stack, schedules: [schedule] }, lakeFolder, { startAs, ...times })));
      } catch (error) {
        ended("FAILED");
        throw error;
      }
      ended("SUCCEEDED");
    }
    return runs;
  }

  private giveUp({ name, deadLetterArn }: Schedule): void {
    this.options.onTrouble(`${name}: ${reasons["query-start-refused"]}`);
    if (deadLetterArn) this.givenUp.set(deadLetterArn, (this.givenUp.get(deadLetterArn) ?? 0) + 1);
  }
}

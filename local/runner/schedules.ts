import {
  type Lake,
  latestRun,
  openLake,
  QueryError,
  runAfterHour,
  runSchedule,
  type ScheduleRun,
  type ScheduleTimes,
  timesOf,
} from "@streaming-data-lake/lake";
import type { Schedule, Stack } from "@streaming-data-lake/terraform/types";
import { AccessDenied, type Authorize } from "./access/control";
import { type ScheduleRoles, StartRefused, scheduleRoles } from "./access/schedules";
import type { EndedQuery } from "./cloudwatch/service-metrics";
import { Faults, faults as reasons } from "./faults";
import type { ScheduleEntry } from "./journal/entries";
import type { Journal } from "./journal/journal";
import { DeadLetters } from "./lambda/dead-letters";

/** How far back runs are made up for that were due while the machine slept. Milliseconds. */
const dayMilliseconds = 86_400_000;

export interface SchedulesOptions {
  readonly stack: Pick<Stack, "access" | "accountId" | "region" | "schedules"> &
    Parameters<typeof openLake>[0];
  readonly authorize: Authorize;
  /** The runner's folder. */
  readonly dir: string;
  /** Folder of the buckets. */
  readonly lakeFolder: string;
  /** @default - nothing fails */
  readonly faults?: Faults;
  readonly onTrouble: (message: string) => void;
  /** Called for each query that has ended. @default - nothing */
  readonly onQuery?: (query: EndedQuery) => void;
  /** Records what became of each run. @default - nothing is recorded */
  readonly journal?: Journal | undefined;
  /** Stops the query that is running. */
  readonly abort?: AbortSignal;
  /** Interval at which the clock is read to find due runs. Milliseconds. @default 1000 */
  readonly lookMilliseconds?: number | undefined;
}

/** The times for which schedules are run by hand. */
export interface RollupOptions {
  /**
   * Whole hours to run for. What earlier runs have written for these hours is replaced.
   * @default the time of each schedule's last run; nothing is written when that run has already been made
   */
  readonly hours?: readonly Date[];
}

/**
 * Runs the stack's scheduled queries, one after the other. As on AWS, EventBridge Scheduler only starts a query. A start
 * that is refused goes to the schedule's queue. How a query has ended is known only to its workgroup.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export class Schedules {
  /** The number of discarded starts in each queue, by the queue's ARN. */
  readonly discarded = new Map<string, number>();

  private readonly roles: ScheduleRoles;
  private readonly faults: Faults;
  private last: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SchedulesOptions) {
    this.roles = scheduleRoles(options.stack, options.authorize);
    this.faults = options.faults ?? new Faults();
  }

  /** Runs each schedule when it is due, until `stop`. A schedule whose expression can't be read is reported and left out. */
  start(): void {
    const timed = this.options.stack.schedules
      .filter(({ enabled }) => enabled)
      .flatMap((one) => this.timed(one));
    if (timed.length === 0) return;
    let looked = Date.now();
    const look = () => {
      const now = Date.now();
      const from = new Date(Math.max(looked, now - dayMilliseconds));
      looked = now;
      for (const { schedule, times } of timed)
        for (let due = times.after(from); due && +due <= now; due = times.after(due))
          this.runDue(schedule, due);
    };
    this.timer = setInterval(look, this.options.lookMilliseconds ?? 1_000);
    this.timer.unref();
  }

  /** Starts no more queries. Resolves when the running one has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.last;
  }

  /**
   * Runs all schedules now, including those that are disabled.
   *
   * @throws QueryError when there is no schedule, when a schedule has no run for an hour, or when a query is refused or
   *   fails.
   */
  run({ hours }: RollupOptions = {}): Promise<readonly ScheduleRun[]> {
    const { schedules } = this.options.stack;
    return this.inTurn(async (lake) => {
      if (schedules.length === 0) throw new QueryError("the stack has no schedule that starts a query");
      const runs: ScheduleRun[] = [];
      for (const schedule of schedules) {
        const times = hours?.map((hour) => runAfterHour(schedule, hour)) ?? [latestRun(schedule, new Date())];
        for (const time of times) runs.push(await this.runAt(lake, schedule, time, hours !== undefined));
      }
      return runs;
    });
  }

  private timed(schedule: Schedule): { readonly schedule: Schedule; readonly times: ScheduleTimes }[] {
    try {
      return [{ schedule, times: timesOf(schedule) }];
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.options.onTrouble(`not run here: ${error.message}`);
      return [];
    }
  }

  private runDue(schedule: Schedule, due: Date): void {
    const { abort, onTrouble } = this.options;
    this.inTurn(async (lake) => {
      if (!this.faults.first("schedule-disabled")) await this.runAt(lake, schedule, due, false);
    }).catch(({ message }: Error) => {
      if (!abort?.aborted) onTrouble(`${schedule.name} at ${due.toISOString()}: ${message}`);
    });
  }

  /** Runs one query at a time. Two at a time could both write the same hour. */
  private inTurn<T>(work: (lake: () => Promise<Lake>) => Promise<T>): Promise<T> {
    const { abort, lakeFolder, stack } = this.options;
    const mine = this.last.then(async () => {
      abort?.throwIfAborted();
      let lake: Promise<Lake> | undefined;
      try {
        return await work(() => {
          lake ??= openLake(stack, lakeFolder);
          return lake;
        });
      } finally {
        (await lake)?.close();
      }
    });
    this.last = mine.catch(() => {});
    return mine;
  }

  private async runAt(
    lake: () => Promise<Lake>,
    schedule: Schedule,
    time: Date,
    replace: boolean,
  ): Promise<ScheduleRun> {
    const { abort: signal, onQuery = () => {} } = this.options;
    const begun = performance.now();
    const started = Date.now();
    const note = (result: Pick<ScheduleEntry, "rows" | "error">) =>
      this.options.journal?.add({
        kind: "schedule",
        time: started,
        duration: performance.now() - begun,
        schedule: schedule.name,
        scheduledTime: time.getTime(),
        ...result,
      });
    const ended = (state: EndedQuery["state"]) =>
      onQuery({
        workgroup: schedule.workgroup ?? "primary",
        state,
        milliseconds: performance.now() - begun,
      });
    try {
      this.faultsOf(schedule, "query-start-refused");
      const authorize = this.roles.start(schedule);
      this.faultsOf(schedule, "query-failing");
      const run = await runSchedule(await lake(), schedule, time, { replace, authorize, signal });
      ended("SUCCEEDED");
      note({ rows: run.rows });
      return run;
    } catch (error) {
      note({ error: (error as Error).message.split("\n")[0] ?? "" });
      if (error instanceof StartRefused) this.discard(schedule, time, error);
      else if (!signal?.aborted) ended("FAILED");
      throw error;
    }
  }

  private faultsOf(schedule: Schedule, fault: "query-start-refused" | "query-failing"): void {
    if (!this.faults.first(fault)) return;
    const [, code = "", reason = reasons[fault]] = /^(\w+): (.*)$/.exec(reasons[fault]) ?? [];
    if (fault === "query-start-refused") throw new StartRefused(schedule, code, reason);
    throw new QueryError(`schedule ${schedule.name}: ${reason}`);
  }

  /** Sends a refused start to the schedule's queue. AWS first retries for as long as the schedule allows. */
  private discard(schedule: Schedule, time: Date, refusal: StartRefused): void {
    const { dir, lakeFolder, onTrouble } = this.options;
    const { deadLetterArn, name, sql, workgroup } = schedule;
    if (deadLetterArn === undefined) return;
    try {
      this.roles.discard(schedule, deadLetterArn);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      onTrouble(`schedule ${name}: can't send to ${deadLetterArn}: ${error.message}`);
      return;
    }
    const line = JSON.stringify({
      destination: deadLetterArn,
      timestamp: new Date().toISOString(),
      schedule: name,
      scheduledTime: time.toISOString(),
      errorCode: refusal.code,
      errorMessage: refusal.reason,
      input: { QueryString: sql, ...(workgroup !== undefined && { WorkGroup: workgroup }) },
    });
    new DeadLetters(dir, lakeFolder).write({ line });
    this.discarded.set(deadLetterArn, (this.discarded.get(deadLetterArn) ?? 0) + 1);
  }
}

import type { Schedule } from "@streaming-data-lake/terraform/types";
import { Cron } from "croner";
import { QueryError } from "./errors";

const unitMilliseconds: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The times of a schedule between its start and its end. */
export interface ScheduleTimes {
  /** The first time that is later than `time`. */
  after(time: Date): Date | undefined;
  /** The last time that is not later than `time`. */
  upTo(time: Date): Date | undefined;
}

/**
 * The times at which EventBridge Scheduler starts a schedule. `cron(…)` and `at(…)` are in the schedule's time zone.
 * `rate(…)` counts from the schedule's start date. Without a start date, AWS counts from the schedule's creation, which
 * is not known here, so this function counts from midnight UTC.
 *
 * A flexible time window counts as its start.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *
 * @throws QueryError naming the schedule, when its expression has none of these forms.
 */
export function timesOf(schedule: Schedule): ScheduleTimes {
  const { startsAt, endsAt } = schedule;
  const times = expressionTimes(schedule);
  const within = (time: Date | undefined) =>
    time && (!startsAt || time >= startsAt) && (!endsAt || time <= endsAt) ? time : undefined;
  return {
    after: (time) => within(times.after(startsAt && time < startsAt ? new Date(+startsAt - 1) : time)),
    upTo: (time) => within(times.upTo(endsAt && time > endsAt ? endsAt : time)),
  };
}

function expressionTimes(schedule: Schedule): ScheduleTimes {
  const { expression, name, timeZone } = schedule;
  const [, kind, text = ""] = /^(cron|rate|at)\((.+)\)$/.exec(expression) ?? [];
  try {
    // The constructor throws when the time zone does not exist.
    new Intl.DateTimeFormat("en", { timeZone });
    if (kind === "cron") return cronTimes(text, timeZone);
    if (kind === "rate") return rateTimes(text, schedule.startsAt?.getTime() ?? 0);
    if (kind === "at") return onceAt(text, timeZone);
  } catch (error) {
    throw new QueryError(
      `schedule ${name}: "${expression}" in ${timeZone}: ${(error as Error).message.replace(/^\w+: /, "")}`,
    );
  }
  throw new QueryError(
    `schedule ${name}: "${expression}" is not cron(…), rate(…) or at(…), such as cron(15 * * * ? *)`,
  );
}

/** The expression has six fields, from the minute to the year. One of the two day fields is `?`, and Sunday is 1. */
function cronTimes(text: string, timezone: string): ScheduleTimes {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) throw new Error(`it has ${fields.length} fields, and must have six`);
  if ((fields[2] === "?") === (fields[4] === "?"))
    throw new Error("one of its fields of days must be ?, and the other not");
  const pattern = ["0", ...fields].join(" ").replace("?", "*");
  const cron = new Cron(pattern, {
    timezone,
    mode: "7-part",
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
  // A time that a change of the clock skips is left out here. Croner returns the time after the change instead.
  const isMeant = (time: Date) => cron.match(time);
  return {
    after: (time) => {
      let next = cron.nextRun(time);
      while (next && !isMeant(next)) next = cron.nextRun(next);
      return next ?? undefined;
    },
    // previousRuns does not return the second of the time that it is given, so it is given the next one.
    upTo: (time) => cron.previousRuns(2, new Date(+time + 1_000)).find(isMeant),
  };
}

function rateTimes(text: string, from: number): ScheduleTimes {
  const [, count, unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(text.trim()) ?? [];
  const length = Number(count) * (unitMilliseconds[unit] ?? 0);
  if (!length) throw new Error("it is not a number of minutes, hours or days");
  const start = (time: Date) => Math.floor((+time - from) / length);
  return {
    after: (time) => new Date(from + Math.max(0, start(time) + 1) * length),
    upTo: (time) => (+time < from ? undefined : new Date(from + start(time) * length)),
  };
}

function onceAt(text: string, timezone: string): ScheduleTimes {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text))
    throw new Error("it is not a time such as 2024-01-15T10:15:00");
  const once = new Cron(text, { timezone }).nextRun(new Date(0));
  if (!once) throw new Error("it is not a time such as 2024-01-15T10:15:00");
  return {
    after: (time) => (time < once ? once : undefined),
    upTo: (time) => (time < once ? undefined : once),
  };
}

import { cached } from "@streaming-data-lake/lake/cached";

/** A moment in a time zone, as calendar fields. */
export interface ZonedTime {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Nanoseconds of the second. */
  readonly nano: number;
  /** Offset of the zone from UTC. Seconds. */
  readonly offset: number;
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly moment: number;
}

/** @param nanos Nanoseconds within the millisecond. */
export function zonedTime(moment: number, zone: string, nanos = 0): ZonedTime {
  const parts = new Map(
    fieldsOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const field = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const [year, month, day] = [field("year"), field("month"), field("day")];
  const [hour, minute, second] = [field("hour"), field("minute"), field("second")];
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    nano: (((moment % 1000) + 1000) % 1000) * 1_000_000 + nanos,
    offset: Math.round((local - Math.floor(moment / 1000) * 1000) / 1000),
    zone,
    moment,
  };
}

const fieldsOf = cached(
  (timeZone: string) =>
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    }),
);

/** A date as a number of days; 1970-01-01 is 0. */
export const dayNumber = (year: number, month: number, day: number): number =>
  Math.round(Date.UTC(year, month - 1, day) / 86_400_000);

/** The day of the week; 0 is Sunday. */
export const weekday = (days: number): number => (((days + 4) % 7) + 7) % 7;

/** The name of a calendar field in the locale en-US, or in another one. */
export function nameOf(
  time: Pick<ZonedTime, "moment" | "zone">,
  options: Intl.DateTimeFormatOptions,
  type: Intl.DateTimeFormatPartTypes,
  locale = "en-US",
): string {
  const parts = new Intl.DateTimeFormat(locale, { ...options, timeZone: time.zone }).formatToParts(
    time.moment,
  );
  return parts.find((part) => part.type === type)?.value ?? "";
}

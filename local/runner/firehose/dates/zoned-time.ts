import {
  type Civil,
  civilOf,
  dayOfWeek,
  daysFrom,
} from "@streaming-data-lake/lake/trino/types/text/calendar";
import { zoneOffset } from "@streaming-data-lake/lake/trino/types/text/zones";

/** A moment in a time zone, as calendar fields. */
export interface ZonedTime extends Civil {
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

const dayMilliseconds = 86_400_000;

/** @param nanos Nanoseconds within the millisecond. */
export function zonedTime(moment: number, zone: string, nanos = 0): ZonedTime {
  const offset = zoneOffset(zone, moment);
  const days = Math.floor((moment + offset) / dayMilliseconds);
  const time = moment + offset - days * dayMilliseconds;
  return {
    ...civilOf(days),
    hour: Math.floor(time / 3_600_000),
    minute: Math.floor(time / 60_000) % 60,
    second: Math.floor(time / 1000) % 60,
    nano: (time % 1000) * 1_000_000 + nanos,
    offset: offset / 1000,
    zone,
    moment,
  };
}

/** A date as a number of days; 1970-01-01 is 0. */
export const dayNumber = (year: number, month: number, day: number): number => daysFrom({ year, month, day });

/** The day of the week; 0 is Sunday. */
export const weekday = (days: number): number => dayOfWeek(days) % 7;

/** The name of a calendar field in the locale en-US, or in another one. */
export function zoneNameOf(
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

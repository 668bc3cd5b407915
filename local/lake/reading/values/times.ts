import { daysFrom, daysInMonth } from "../../trino/functions/time/calendar";
import { jodaParts, type Part, parseJoda } from "../../trino/functions/time/joda";

const secondMicros = 1_000_000n;
const dayMicros = 86_400_000_000n;

/** Days since 1970 of a year, a month from 1 to 12 and a day, which may lie beyond the month's end: then it counts on. */
function lenientDays(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const within = Math.min(day, daysInMonth(year, month));
  return daysFrom({ year, month, day: within }) + (day - within);
}

/** Days since 1970 of a text that begins with `2024-1-5`, as java.sql.Date reads it: 02-30 is 03-01. */
export function dateOf(text: string): number | undefined {
  const [, year, month, day] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[\sT].*)?\s*$/s.exec(text) ?? [];
  return year === undefined ? undefined : lenientDays(Number(year), Number(month), Number(day));
}

const pattern =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})([ Tt])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d*))?(Z|z|[+-]\d{2}:?\d{2})?\s*$/;

export interface WrittenTime {
  /** Microseconds since 1970 in UTC, cut to milliseconds. */
  readonly micros: bigint;
  /** What stands between date and time: a blank or a T. */
  readonly separator: string;
  readonly zone: string | undefined;
}

/** A time such as `2024-01-15 10:30:00.123`, with a T and a zone where there is one; 24:00:00 is the next day. */
export function writtenTime(text: string): WrittenTime | undefined {
  const [, year, month, day, separator = " ", hour, minute, second, fraction = "", zone] =
    pattern.exec(text) ?? [];
  if (year === undefined || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const days = lenientDays(Number(year), Number(month), Number(day));
  if (days === undefined) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offsetOf(zone) * 60;
  const milliseconds = BigInt(fraction.slice(0, 3).padEnd(3, "0"));
  return {
    micros: BigInt(days) * dayMicros + BigInt(seconds) * secondMicros + milliseconds * 1000n,
    separator,
    zone,
  };
}

/** Minutes east of UTC. */
function offsetOf(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "") ?? [];
  return sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Reads a time by the first of a SerDe's `timestamp.formats` that fits it; microseconds since 1970. */
export function timeReader(formats: string | undefined): (text: string) => bigint | undefined {
  const parsed: Part[][] = (formats ?? "")
    .split(",")
    .filter((format) => format.trim() !== "")
    .map((format) => jodaParts(format));
  return (text) => {
    for (const parts of parsed)
      try {
        return parseJoda(parts, text, "UTC").instant;
      } catch {
        // The next format may fit.
      }
    return undefined;
  };
}

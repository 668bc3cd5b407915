import { daysFrom } from "../../trino/functions/time/calendar";
import { jodaParts, type Part, parseJoda } from "../../trino/functions/time/joda";

const dayMicros = 86_400_000_000n;

/** Days since 1970. Months and days beyond their end count on, as Java's lenient calendar does: 2024-02-30 is 03-01. */
function lenientDays(year: number, month: number, day: number): number {
  const months = year * 12 + month - 1;
  return daysFrom({ year: Math.floor(months / 12), month: modulo(months, 12) + 1, day: 1 }) + day - 1;
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** Days since 1970 of a text such as `2024-1-5`, which a blank and anything may follow. */
export const dateOf = (text: string): number | undefined =>
  daysOf(/^\s*([+-]?\d+)-(\d+)-(\d+)(?:\s.*)?$/s.exec(text));

/** The same as OpenX reads it: the fields have no more digits than they need, and anything else may follow. */
export const openxDateOf = (text: string): number | undefined =>
  daysOf(/^\s*(-?\d{1,4})-(\d{1,2})-(\d{1,2})(?:\D.*)?$/s.exec(text));

function daysOf(match: RegExpExecArray | null): number | undefined {
  const [, year, month, day] = match ?? [];
  return year === undefined ? undefined : lenientDays(Number(year), Number(month), Number(day));
}

const pattern =
  /^\s*([+-]?\d+)-(\d+)-(\d+)(?: ([+-]?\d+):(\d+):(\d+)|[Tt](\d+):(\d+)(?::(\d+))?)(?:\.(\d{0,9}))?(Z|z|[+-]\d{2}:?\d{2})?\s*$/;

export interface WrittenTime {
  /** Microseconds since 1970 in UTC, cut to milliseconds. */
  readonly micros: bigint;
  /** What stands between date and time: a blank or a T. */
  readonly separator: " " | "T";
  readonly zone: string | undefined;
}

/** A time such as `2024-01-15 10:30:00.123`, with a T and a zone where there is one; what is beyond its end counts on. */
export function writtenTime(text: string): WrittenTime | undefined {
  const [, year, month, day, hour, minute, second, hourT, minuteT, secondT, fraction = "", zone] =
    pattern.exec(text) ?? [];
  if (year === undefined) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const days = lenientDays(Number(year), Number(month), Number(day));
  const [hours, minutes, seconds] = [hour ?? hourT, minute ?? minuteT, second ?? secondT ?? 0].map(
    Number,
  ) as [number, number, number];
  const time = hours * 3600 + (minutes - offset) * 60 + seconds;
  const milliseconds = fraction === "" ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  return {
    micros: BigInt(days) * dayMicros + BigInt(time * 1000 + milliseconds) * 1000n,
    separator: hour === undefined ? "T" : " ",
    zone,
  };
}

/** Minutes east of UTC; undefined for what no zone has. */
function offsetOf(zone: string | undefined): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "") ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
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

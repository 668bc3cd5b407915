import { jodaParts, type Part, parseJoda } from "../../trino/functions/time/joda";
import { daysFrom } from "../../trino/types/text/calendar";

/**
 * Days since 1970. Months and days out of range carry over, as in Java's lenient calendar: 2024-02-30 is 2024-03-01.
 */
function lenientDays(year: number, month: number, day: number): number {
  const months = year * 12 + month - 1;
  return daysFrom({ year: Math.floor(months / 12), month: modulo(months, 12) + 1, day: 1 }) + day - 1;
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** Reads a date such as `2024-1-5`, which may be followed by a blank and any text. Days since 1970. */
export const dateOf = (text: string): number | undefined =>
  daysOf(/^\s*([+-]?\d+)-(\d+)-(\d+)(?:\s.*)?$/s.exec(text));

/**
 * Reads a date as OpenX does: the fields have a limited number of digits, and any text that does not begin with a
 * digit may follow. Days since 1970.
 */
export const openxDateOf = (text: string): number | undefined =>
  daysOf(/^\s*(-?\d{1,4})-(\d{1,2})-(\d{1,2})(?:\D.*)?$/s.exec(text));

function daysOf(match: RegExpExecArray | null): number | undefined {
  const [, year, month, day] = match ?? [];
  return year === undefined ? undefined : lenientDays(Number(year), Number(month), Number(day));
}

const pattern =
  /^\s*([+-]?\d+)-(\d+)-(\d+)(?: ([+-]?\d+):(\d+):(\d+)|[Tt](\d+):(\d+)(?::(\d+))?)(?:\.(\d{0,9}))?(Z|z|[+-]\d{2}:?\d{2})?\s*$/;

export interface WrittenTime {
  /** Microseconds since 1970 in UTC, truncated to milliseconds. */
  readonly micros: bigint;
  /** The separator between date and time. */
  readonly separator: " " | "T";
  readonly zone: string | undefined;
}

/** Reads a time such as `2024-01-15 10:30:00.123`, which may have a T and a zone. Fields out of range carry over. */
export function writtenTime(text: string): WrittenTime | undefined {
  const [, year, month, day, hour, minute, second, hourT, minuteT, secondT, fraction = "", zone] =
    pattern.exec(text) ?? [];
  if (year === undefined) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const days = lenientDays(Number(year), Number(month), Number(day));
  const minutes = Number(hour ?? hourT) * 60 + Number(minute ?? minuteT) - offset;
  const time = minutes * 60 + Number(second ?? secondT ?? 0);
  const milliseconds = fraction === "" ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  return {
    micros: microsOf(days, time * 1000 + milliseconds),
    separator: hour === undefined ? "T" : " ",
    zone,
  };
}

const dayMilliseconds = 86_400_000;

/** Numbers are faster than bigints, and exact for all but years that are far away. */
function microsOf(days: number, milliseconds: number): bigint {
  const sum = days * dayMilliseconds + milliseconds;
  return Number.isSafeInteger(sum)
    ? BigInt(sum) * 1000n
    : (BigInt(days) * BigInt(dayMilliseconds) + BigInt(milliseconds)) * 1000n;
}

/** Offset of a zone. Minutes east of UTC. Undefined when the offset is not valid. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === "Z") return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * Returns a function that reads a time with the first of the SerDe's `timestamp.formats` that fits. Microseconds since
 * 1970.
 */
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
        // The text may fit the next format.
      }
    return undefined;
  };
}

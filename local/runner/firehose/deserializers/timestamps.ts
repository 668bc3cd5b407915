import { daysInMonth } from "@streaming-data-lake/lake/trino/types/text/calendar";

const day = String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`;
const sql = new RegExp(`^${day} (\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,9}))?$`);
const iso = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;

/**
 * Parses a timestamp in one of the formats that Firehose's OpenX deserializer accepts: ISO 8601 with `Z`, SQL's format,
 * seconds or milliseconds since 1970, or seconds with a fraction. A number below 10^12 is in seconds.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 *
 * @returns the timestamp in SQL's format with microseconds, or undefined for any other value.
 */
export function openXTimestamp(value: unknown): string | undefined {
  if (typeof value === "number") return epochTimestamp(value);
  if (typeof value !== "string") return undefined;
  if (value[10] === "T") return written(iso.exec(value), false);
  if (/^\d+(\.\d+)?$/.test(value)) return epochTimestamp(Number(value));
  return written(sql.exec(value), false);
}

/** Parses a date such as `2024-01-15` or `2024-1-5`. */
export function openXDate(text: string): string | undefined {
  return dateText(new RegExp(`^${day}$`).exec(text), false);
}

/** Parses a date as Java's Date.valueOf does: a day beyond the end of the month counts into the next month. */
export function hiveDate(text: string): string | undefined {
  return dateText(new RegExp(`^${day}$`).exec(text), true);
}

/** Parses a timestamp as Java's Timestamp.valueOf does. */
export function hiveTimestamp(text: string): string | undefined {
  return written(sql.exec(text.trim()), true);
}

function epochTimestamp(value: number): string | undefined {
  return sqlTimestamp(Math.round(Math.abs(value) >= 1e12 ? value : value * 1000));
}

/** @param moment Milliseconds since 1970. */
export function sqlTimestamp(moment: number): string | undefined {
  const date = new Date(moment);
  const year = date.getUTCFullYear();
  if (!(year >= 1)) return undefined;
  return `${String(year).padStart(4, "0")}${date.toISOString().slice(-20).replace("T", " ").replace("Z", "")}`;
}

function written(match: RegExpExecArray | null, lenient: boolean): string | undefined {
  const [, year, month, dayOfMonth, hour = "", minute = "", second = "", fraction = ""] = match ?? [];
  const date = dateOf(year, month, dayOfMonth, lenient);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${date} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fraction && `.${fraction.slice(0, 6)}`}`;
}

function dateText(match: RegExpExecArray | null, lenient: boolean): string | undefined {
  const [, year, month, dayOfMonth] = match ?? [];
  return dateOf(year, month, dayOfMonth, lenient);
}

/** @param lenient Whether 30 February means 1 or 2 March, instead of being invalid. */
function dateOf(
  year: string | undefined,
  month: string | undefined,
  dayOfMonth: string | undefined,
  lenient: boolean,
): string | undefined {
  const [m, d] = [Number(month), Number(dayOfMonth)];
  if (year === undefined || Number(year) < 1 || m < 1 || m > 12 || d < 1 || d > 31) return undefined;
  const last = daysInMonth(Number(year), m);
  if (d <= last) return `${year}-${twoDigits(m)}-${twoDigits(d)}`;
  return lenient ? `${year}-${twoDigits(m + 1)}-${twoDigits(d - last)}` : undefined;
}

const twoDigits = (number: number | string): string => String(number).padStart(2, "0");

/** `2024-01-15T10:30:00.123456Z` or `2024-1-5 10:30:00.5`; a fraction of up to nine digits. */
const written = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(T)| )(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z)?$/;

/**
 * A timestamp in one of the formats that Firehose's OpenX deserializer takes: ISO 8601 with `Z`, SQL's, seconds or
 * milliseconds since 1970, seconds with a fraction.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 *
 * @returns SQL's form with microseconds, or undefined for anything else.
 */
export function openXTimestamp(value: unknown): string | undefined {
  if (typeof value === "number") return epochTimestamp(value);
  if (typeof value !== "string") return undefined;
  return /^\d+(\.\d+)?$/.test(value) ? epochTimestamp(Number(value)) : writtenTimestamp(value, true);
}

/**
 * A timestamp as Hive's deserializer takes it: SQL's form, or milliseconds since 1970 with the format `millis`.
 *
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_HiveJsonSerDe.html
 */
export function hiveTimestamp(value: unknown, formats: readonly unknown[]): string | undefined {
  if (formats.includes("millis") && /^\d+$/.test(String(value))) return sqlTimestamp(new Date(Number(value)));
  // Joda-Time's patterns for ISO 8601 are what these formats are written for.
  return typeof value === "string" ? writtenTimestamp(value, formats.length > 0) : undefined;
}

function epochTimestamp(value: number): string | undefined {
  // Epoch seconds have ten digits until the year 2286, epoch milliseconds thirteen.
  const milliseconds = Math.abs(value) >= 1e11 ? value : value * 1000;
  return sqlTimestamp(new Date(Math.round(milliseconds)));
}

function sqlTimestamp(date: Date): string | undefined {
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return undefined;
  return date.toISOString().replace("T", " ").replace("Z", "");
}

function writtenTimestamp(text: string, iso: boolean): string | undefined {
  const [, year, month = "", day = "", t, hour = "", minute, second, fraction = "", zone] =
    written.exec(text) ?? [];
  if (!year || (t === undefined) !== (zone === undefined) || (t !== undefined && !iso)) return undefined;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (!isDate(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${date} ${hour.padStart(2, "0")}:${minute}:${second}${fraction && `.${fraction.slice(0, 6)}`}`;
}

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether `yyyy-MM-dd` is a day of the calendar. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && !leap ? 28 : (daysInMonth[month - 1] ?? 0);
  return year > 0 && day > 0 && day <= days;
}

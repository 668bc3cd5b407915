import { civilOf, daysFrom, daysInMonth, daysOf, floorDivide, microsOf, timeOfDay } from "./calendar";
import { canonicalZone, formatOffset, instantOf, zoneOffset } from "./zones";

/** Parses and formats dates and times as Trino does. The result of parsing an invalid text is undefined. */

/** Number of days from 1970 to the last whole day of a timestamp, whose microseconds have 64 bits. */
const lastTimestampDay = 106_751_990;

/**
 * A timestamp in microseconds since 1970, with the number of fractional digits that were written, and the zone if there
 * is one.
 */
export interface ParsedTimestamp {
  /** The local time as it was written. */
  readonly micros: bigint;
  readonly precision: number;
  readonly zone?: string;
  /** Whether digits after the microseconds are other than 0. */
  readonly finer: boolean;
}

const timestampPattern =
  /^\s*([+-]?\d{4,})-(\d{1,2})-(\d{1,2})(?: (?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?\s*(\S.*?)?)?\s*$/;

export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zoneText] =
    timestampPattern.exec(text) ?? [];
  if (year === undefined) return undefined;
  const days = validDay(Number(year), Number(month), Number(day));
  const seconds = secondsOf(Number(hour), Number(minute), Number(second));
  if (days === undefined || seconds === undefined) return undefined;
  if (Math.abs(days) > lastTimestampDay) return undefined;
  let zone: string | undefined;
  if (zoneText !== undefined) {
    zone = canonicalZone(zoneText);
    if (zone === undefined) return undefined;
  }
  return {
    micros:
      BigInt(days) * microsOf.day +
      BigInt(seconds) * 1_000_000n +
      BigInt(fraction.slice(0, 6).padEnd(6, "0")),
    precision: fraction.length,
    ...(zone !== undefined && { zone }),
    finer: /[1-9]/.test(fraction.slice(6)),
  };
}

/** Parses `2024-1-15`. Days since 1970. */
export function parseDate(text: string): number | undefined {
  const [, year, month, day] = /^\s*([+-]?\d{4,})-(\d{1,2})-(\d{1,2})\s*$/.exec(text) ?? [];
  return year === undefined ? undefined : validDay(Number(year), Number(month), Number(day));
}

export interface ParsedTime {
  readonly micros: bigint;
  readonly precision: number;
  /** The offset in minutes east of UTC. */
  readonly offset?: number;
  readonly finer: boolean;
}

/** Parses `10:20`, `10:20:30.5` or `10:20:30 +01:00`. */
export function parseTime(text: string): ParsedTime | undefined {
  const [, hour, minute, second = "0", fraction = "", sign, hours, minutes = "0"] =
    /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?(?:\s*([+-])(\d{1,2}):(\d{2}))?$/.exec(text) ?? [];
  if (hour === undefined) return undefined;
  const seconds = secondsOf(Number(hour), Number(minute), Number(second));
  if (seconds === undefined) return undefined;
  const offset = sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : undefined;
  if (offset !== undefined && (Math.abs(offset) > 14 * 60 || Number(minutes) > 59)) return undefined;
  return {
    micros: BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0")),
    precision: fraction.length,
    ...(offset !== undefined && { offset }),
    finer: /[1-9]/.test(fraction.slice(6)),
  };
}

/** Days since 1970; undefined when there is no such day. */
function validDay(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const days = daysFrom({ year, month, day });
  return Math.abs(days) < 2 ** 31 - 1 ? days : undefined;
}

const secondsOf = (hour: number, minute: number, second: number): number | undefined =>
  hour > 23 || minute > 59 || second > 59 ? undefined : (hour * 60 + minute) * 60 + second;

const pad = (value: number | bigint, digits: number) => String(value).padStart(digits, "0");

/** Formats days since 1970 as Trino's casts do: a year of more than four digits has no plus sign. */
export const printDate = (days: number): string => formatDate(days).replace("+", "");

/** Formats days since 1970 as `2024-01-15`, including days out of the range of Date. */
export function formatDate(days: number): string {
  const { year, month, day } = civilOf(days);
  return `${year < 0 ? "-" : year > 9999 ? "+" : ""}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Formats microseconds of a day as `10:20:30.123`, with the given number of fractional digits. */
export function formatTime(micros: bigint, precision: number): string {
  const seconds = Number(micros / 1_000_000n);
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  return precision === 0
    ? clock
    : `${clock}.${pad(micros % 1_000_000n, 6)
        .padEnd(12, "0")
        .slice(0, precision)}`;
}

/** Formats microseconds since 1970 as `2024-01-15 10:20:30.123`. */
export function formatTimestamp(micros: bigint, precision: number): string {
  return `${formatDate(daysOf(micros))} ${formatTime(timeOfDay(micros), precision)}`;
}

/** Formats an instant as `2024-01-15 10:20:30.123 Europe/Berlin`. */
export const formatZoned = (instant: bigint, zone: string, precision: number): string =>
  `${formatTimestamp(localOf(instant, zone), precision)} ${zone}`;

/** Formats a time with an offset as `10:20:30.123+01:00`. */
export const formatZonedTime = (instant: bigint, offset: number, precision: number): string =>
  `${formatTime(modulo(instant + BigInt(offset) * 60_000_000n, microsOf.day), precision)}${formatOffset(offset)}`;

export const modulo = (value: bigint, by: bigint): bigint => ((value % by) + by) % by;

/** The local time of a zone at an instant. Both are in microseconds. */
export const localOf = (instant: bigint, zone: string): bigint =>
  instant + BigInt(zoneOffset(zone, Number(floorDivide(instant, 1000n)))) * 1000n;

/** The instant of a local time in a zone. Both are in microseconds. */
export function instantOfLocal(local: bigint, zone: string): bigint {
  const millis = floorDivide(local, 1000n);
  return BigInt(instantOf(zone, Number(millis))) * 1000n + (local - millis * 1000n);
}

/** Rounds microseconds to a number of fractional digits, with halves rounded up. */
export function roundMicros(micros: bigint, precision: number): bigint {
  if (precision >= 6) return micros;
  const unit = 10n ** BigInt(6 - precision);
  return floorDivide(micros + unit / 2n, unit) * unit;
}

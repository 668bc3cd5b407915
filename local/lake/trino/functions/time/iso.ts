import {
  daysFrom,
  daysInMonth,
  daysOf,
  isLeap,
  microsOf,
  timeOfDay,
  weekStart,
} from "../../types/text/calendar";
import { formatDate, formatTime, instantOfLocal, localOf, printDate } from "../../types/text/times";
import { canonicalZone, formatOffset } from "../../types/text/zones";
import { invalid } from "../errors";
import { type Family, javascript, plain } from "../implementation";
import type { Zoned } from "../javascript/values";
import { offsetMinutes } from "./zones";

/** https://trino.io/docs/current/functions/datetime.html#date-and-time-functions */
const datePattern = /^([+-]?\d{1,9})(?:-W(\d{1,2})(?:-(\d))?|-(\d{3})(?!\d)|-(\d{1,2})(?:-(\d{1,2}))?)?/;

/** The date at the beginning of a text, in days since 1970, and the position where it ends. */
function dateOf(text: string): { readonly days: number; readonly end: number } | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  const [whole, year = "", week, weekday = "1", ordinal, month = "1", day = "1"] = match;
  const y = Number(year);
  if (week !== undefined)
    return { days: weekStart(y, Number(week)) + Number(weekday) - 1, end: whole.length };
  if (ordinal !== undefined) {
    const number = Number(ordinal);
    if (number < 1 || number > (isLeap(y) ? 366 : 365)) return undefined;
    return { days: daysFrom({ year: y, month: 1, day: number }), end: whole.length };
  }
  const [m, d] = [Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return undefined;
  return { days: daysFrom({ year: y, month: m, day: d }), end: whole.length };
}

const refused = (text: string): Error => invalid(`Invalid format: "${text}"`);

function fromIsoDate(text: string): number {
  const date = dateOf(text);
  if (!date || date.end !== text.length) throw refused(text);
  return date.days;
}

const timePattern =
  /^T?(\d{1,2})(?:[.,](\d+)|:(\d{1,2})(?:[.,](\d+)|:(\d{1,2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

function fromIsoTimestamp(text: string, sessionZone: string): Zoned {
  const date = text.startsWith("T") ? { days: 0, end: 0 } : dateOf(text);
  if (!date) throw refused(text);
  const rest = text.slice(date.end);
  if (rest === "" || rest === "T")
    return { instant: instantOfLocal(BigInt(date.days) * microsOf.day, sessionZone), zone: sessionZone };
  const match = rest.startsWith("T") ? timePattern.exec(rest) : null;
  const offsetOnly = /^T(Z|[+-]\d{2}(?::?\d{2})?)$/.exec(rest);
  if (!match && !offsetOnly) throw refused(text);
  const [
    ,
    hour = "0",
    hourPart,
    minute = "0",
    minutePart,
    second = "0",
    secondPart,
    zoneText = offsetOnly?.[1],
  ] = match ?? [];
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) throw refused(text);
  const fraction = (digits: string | undefined, unit: bigint): bigint =>
    digits === undefined
      ? 0n
      : (BigInt(digits.slice(0, 9)) * unit) / 10n ** BigInt(Math.min(9, digits.length));
  const micros =
    BigInt((h * 60 + m) * 60 + s) * microsOf.second +
    fraction(hourPart, microsOf.hour) +
    fraction(minutePart, microsOf.minute) +
    fraction(secondPart, microsOf.second);
  const local = BigInt(date.days) * microsOf.day + (micros / 1000n) * 1000n;
  const zone = zoneText === undefined ? sessionZone : canonicalZone(zoneText);
  if (zone === undefined) throw refused(text);
  return { instant: instantOfLocal(local, zone), zone };
}

const clock = (local: bigint, precision: number): string =>
  `${formatDate(daysOf(local))}T${formatTime(timeOfDay(local), precision)}`;

export const iso: Family = {
  from_iso8601_date: plain(fromIsoDate),
  from_iso8601_timestamp: javascript(
    ({ context: { session } }) =>
      (text: string) =>
        fromIsoTimestamp(text, session.zone),
  ),
  to_iso8601: javascript(({ types: [type] }) => {
    if (type?.kind === "timestamp") return (local: bigint) => clock(local, type.precision);
    if (type?.kind === "timestamp with time zone")
      return (value: Zoned) => {
        const offset = offsetMinutes(value);
        return `${clock(localOf(value.instant, value.zone), type.precision)}${offset === 0 ? "Z" : formatOffset(offset)}`;
      };
    return printDate;
  }),
};

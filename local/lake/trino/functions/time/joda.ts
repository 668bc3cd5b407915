import {
  civilOf,
  dayOfWeek,
  dayOfYear,
  daysFrom,
  daysInMonth,
  daysOf,
  isLeap,
  isoWeek,
  microsOf,
  timeOfDay,
  weekStart,
} from "../../types/text/calendar";
import { instantOfLocal, localOf } from "../../types/text/times";
import { canonicalZone, formatOffset } from "../../types/text/zones";
import { check, invalid } from "../errors";
import type { Zoned } from "../javascript/values";
import { zoneName } from "./zone-names";

/**
 * Joda-Time's date formats, such as `yyyy-MM-dd HH:mm:ss`.
 *
 * @see https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 */
export const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A part of a format: a field with its letter and number of letters, or a text. */
export type Part =
  | {
      readonly kind: "field";
      readonly letter: string;
      readonly count: number;
      /** Largest number of digits of a year that are read. @default 9 */
      readonly most?: number;
      /** The first of the hundred years among which a year of two digits is chosen. @default 1970 */
      readonly since?: number;
    }
  | { readonly kind: "text"; readonly text: string };

const letters = "GCYxweEyDMdaKhHkmsSzZ";

/** @param more Letters that the pattern may have besides those of Joda-Time. */
export function jodaParts(pattern: string, more = ""): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern.charAt(at);
    if (/[A-Za-z]/.test(character)) {
      let end = at;
      while (pattern[end] === character) end += 1;
      if (!(letters + more).includes(character))
        throw invalid(`Illegal pattern component: ${pattern.slice(at, end)}`);
      parts.push({ kind: "field", letter: character, count: end - at });
      at = end;
    } else if (character === "'") {
      let text = "";
      let end = at + 1;
      for (; end < pattern.length; end += 1) {
        if (pattern[end] !== "'") text += pattern[end];
        else if (pattern[end + 1] === "'") {
          text += "'";
          end += 1;
        } else break;
      }
      parts.push({ kind: "text", text: end === at + 1 ? "'" : text });
      at = end + 1;
    } else {
      parts.push({ kind: "text", text: character });
      at += 1;
    }
  }
  return parts;
}

const pad = (value: number | bigint, count: number): string => {
  const text = String(value < 0 ? -value : value).padStart(count, "0");
  return value < 0 ? `-${text}` : text;
};

/** Formats an instant in its zone's local time. */
export function formatJoda(parts: readonly Part[], { instant, zone }: Zoned): string {
  const local = localOf(instant, zone);
  return parts
    .map((part) =>
      part.kind === "text" ? part.text : formatField(part.letter, part.count, local, instant, zone),
    )
    .join("");
}

function formatField(letter: string, count: number, local: bigint, instant: bigint, zone: string): string {
  const days = daysOf(local);
  const { year, month, day } = civilOf(days);
  const time = timeOfDay(local);
  const hour = Number(time / microsOf.hour);
  switch (letter) {
    case "G":
      return year > 0 ? "AD" : "BC";
    case "C":
      return pad(Math.floor(Math.abs(year) / 100), count);
    case "Y":
    case "y":
      return count === 2
        ? pad(Math.abs(year) % 100, 2)
        : pad(letter === "Y" && year <= 0 ? 1 - year : year, count);
    case "x": {
      const weekYear = isoWeek(days).year;
      return count === 2 ? pad(Math.abs(weekYear) % 100, 2) : pad(weekYear, count);
    }
    case "w":
      return pad(isoWeek(days).week, count);
    case "e":
      return pad(dayOfWeek(days), count);
    case "E": {
      const name = weekdays[dayOfWeek(days) - 1] ?? "";
      return count >= 4 ? name : name.slice(0, 3);
    }
    case "D":
      return pad(dayOfYear(days), count);
    case "M": {
      const name = months[month - 1] ?? "";
      if (count >= 4) return name;
      return count === 3 ? name.slice(0, 3) : pad(month, count);
    }
    case "d":
      return pad(day, count);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "K":
      return pad(hour % 12, count);
    case "h":
      return pad(hour % 12 === 0 ? 12 : hour % 12, count);
    case "H":
      return pad(hour, count);
    case "k":
      return pad(hour === 0 ? 24 : hour, count);
    case "m":
      return pad((time / microsOf.minute) % 60n, count);
    case "s":
      return pad((time / microsOf.second) % 60n, count);
    case "S":
      return pad((time / microsOf.millisecond) % 1000n, 3)
        .padEnd(count, "0")
        .slice(0, count);
    case "Z":
      if (count >= 3) return zone;
      return offsetText(Number(local - instant) / 60_000_000, count === 1 ? "" : ":");
    default:
      return zoneName(zone, instant, count >= 4 ? "long" : "short");
  }
}

const offsetText = (minutes: number, separator: string): string =>
  formatOffset(Math.trunc(minutes)).replace(":", separator);

/** The fields that a text gives of a date. The others are those of 1970-01-01T00:00. */
interface Told {
  year?: number;
  era?: number;
  century?: number;
  weekYear?: number;
  week?: number;
  weekday?: number;
  dayOfYear?: number;
  month?: number;
  day?: number;
  half?: number;
  halfHour?: number;
  /** From 1 to 12. */
  clockHalfHour?: number;
  hour?: number;
  /** From 1 to 24. */
  clockHour?: number;
  minute?: number;
  second?: number;
  millis?: number;
  zone?: string;
}

const malformed = (text: string, at: number): Error =>
  invalid(
    at >= text.length
      ? `Invalid format: "${text}" is too short`
      : `Invalid format: "${text}"${at > 0 ? ` is malformed at "${text.slice(at)}"` : ""}`,
  );

/** Parses a text by a format. A text without a zone is in the session's zone. */
export function parseJoda(parts: readonly Part[], text: string, sessionZone: string): Zoned {
  const told: Told = {};
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === "text") {
      if (text.slice(at, at + part.text.length).toLowerCase() !== part.text.toLowerCase())
        throw malformed(text, at);
      at += part.text.length;
    } else at = parseField(part, parts[index + 1], text, at, told);
  }
  if (at < text.length) throw malformed(text, at);
  const local = localFrom(told, text);
  const zone = told.zone ?? sessionZone;
  const instant = instantOfLocal(local, zone);
  check(
    localOf(instant, zone) === local,
    `Cannot parse "${text}": Illegal instant due to time zone offset transition (${zone})`,
  );
  return { instant, zone };
}

/** Whether a field consists only of digits. A number before such a field needs a fixed length. */
const isNumeric = (part: Part | undefined): boolean =>
  part?.kind === "field" &&
  ("CYxweyDdKhHkmsS".includes(part.letter) || (part.letter === "M" && part.count <= 2));

function parseField(
  { letter, count, most: mostOfYear = 9, since }: Extract<Part, { kind: "field" }>,
  next: Part | undefined,
  text: string,
  at: number,
  told: Told,
): number {
  const digits = (most: number, signed = false): [number, number] => {
    const match = new RegExp(`${signed ? "[+-]?" : ""}\\d{1,${most}}`, "y");
    match.lastIndex = at;
    const found = match.exec(text);
    if (!found) throw malformed(text, at);
    return [Number(found[0]), at + found[0].length];
  };
  const named = (names: readonly string[], assign: (index: number) => void): number => {
    const rest = text.slice(at).toLowerCase();
    for (const length of [undefined, 3])
      for (const [index, name] of names.entries()) {
        const short = name.slice(0, length).toLowerCase();
        if (rest.startsWith(short)) {
          assign(index);
          return at + short.length;
        }
      }
    throw malformed(text, at);
  };
  const most = isNumeric(next) ? count : Math.max(2, count);
  const set = (key: Exclude<keyof Told, "zone">, [value, end]: [number, number]): number => {
    told[key] = value;
    return end;
  };
  switch (letter) {
    case "G":
      return named(["AD", "BC"], (index) => {
        told.era = index;
      });
    case "C":
      return set("century", digits(most, true));
    case "Y":
    case "y":
    case "x": {
      const key = letter === "x" ? "weekYear" : "year";
      if (count === 2) {
        const two = /^\d{2}(?!\d)/.exec(text.slice(at));
        if (two && !isNumeric(next)) return set(key, [pivot(Number(two[0]), since), at + 2]);
        if (isNumeric(next)) {
          const [value, end] = digits(2);
          return set(key, [pivot(value, since), end]);
        }
      }
      return set(key, digits(isNumeric(next) ? count : mostOfYear, true));
    }
    case "w":
      return set("week", digits(most));
    case "e":
      return set("weekday", digits(most));
    case "E":
      return named(weekdays, (index) => {
        told.weekday = index + 1;
      });
    case "D":
      return set("dayOfYear", digits(isNumeric(next) ? count : Math.max(3, count)));
    case "M":
      if (count <= 2) return set("month", digits(most));
      return named(months, (index) => {
        told.month = index + 1;
      });
    case "d":
      return set("day", digits(most));
    case "a":
      return named(["AM", "PM"], (index) => {
        told.half = index;
      });
    case "K":
      return set("halfHour", digits(most));
    case "h":
      return set("clockHalfHour", digits(most));
    case "H":
      return set("hour", digits(most));
    case "k":
      return set("clockHour", digits(most));
    case "m":
      return set("minute", digits(most));
    case "s":
      return set("second", digits(most));
    case "S": {
      const match = new RegExp(`\\d{1,${count}}`, "y");
      match.lastIndex = at;
      const found = match.exec(text);
      if (!found) throw malformed(text, at);
      told.millis = Number(found[0].padEnd(3, "0").slice(0, 3));
      return at + found[0].length;
    }
    default:
      return parseZone(letter, count, text, at, told);
  }
}

function parseZone(letter: string, count: number, text: string, at: number, told: Told): number {
  const pattern =
    letter === "Z" && count < 3
      ? /Z|[+-]\d{2}(?::?\d{2})?/y
      : /[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*|[+-]\d{2}(?::?\d{2})?/y;
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (!found) throw malformed(text, at);
  const zone = canonicalZone(abbreviations[found[0]] ?? found[0]);
  if (zone === undefined) throw malformed(text, at);
  told.zone = zone;
  return at + found[0].length;
}

/** @see org.joda.time.DateTimeUtils.getDefaultTimeZoneNames */
const abbreviations: Readonly<Record<string, string>> = {
  EST: "America/New_York",
  EDT: "America/New_York",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MST: "America/Denver",
  MDT: "America/Denver",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
};

/** The year of a number of two digits, among the hundred years that begin with `since`. */
export const pivot = (two: number, since = 1970): number => since + ((two - (since % 100) + 100) % 100);

const ranges: readonly [keyof Told, string, number, number][] = [
  ["month", "monthOfYear", 1, 12],
  ["week", "weekOfWeekyear", 1, 53],
  ["weekday", "dayOfWeek", 1, 7],
  ["halfHour", "hourOfHalfday", 0, 11],
  ["clockHalfHour", "clockhourOfHalfday", 1, 12],
  ["hour", "hourOfDay", 0, 23],
  ["clockHour", "clockhourOfDay", 1, 24],
  ["minute", "minuteOfHour", 0, 59],
  ["second", "secondOfMinute", 0, 59],
];

/** The local time that the fields give. */
function localFrom(told: Told, text: string): bigint {
  const refuse = (value: number, name: string, low: number, high: number): void => {
    if (value < low || value > high)
      throw invalid(
        `Cannot parse "${text}": Value ${value} for ${name} must be in the range [${low},${high}]`,
      );
  };
  for (const [key, name, low, high] of ranges) {
    const value = told[key];
    if (typeof value === "number") refuse(value, name, low, high);
  }
  // Joda-Time assumes the year 2000 when the largest field given is a month, week or day.
  const ofYear = [told.month, told.week, told.weekday, told.dayOfYear, told.day].some(
    (part) => part !== undefined,
  );
  const year = (told.era === 1 ? 1 - (told.year ?? 1) : told.year) ?? (ofYear ? 2000 : 1970);
  let days: number;
  if (told.week !== undefined || told.weekYear !== undefined) {
    const start = weekStart(told.weekYear ?? year, told.week ?? 1);
    days = start + (told.weekday ?? 1) - 1;
  } else if (told.dayOfYear !== undefined) {
    refuse(told.dayOfYear, "dayOfYear", 1, isLeap(year) ? 366 : 365);
    days = daysFrom({ year, month: 1, day: 1 }) + told.dayOfYear - 1;
    if (told.weekday !== undefined) days = onWeekday(days, told.weekday);
  } else {
    const month = told.month ?? 1;
    const day = told.day ?? 1;
    refuse(day, "dayOfMonth", 1, daysInMonth(year, month));
    days = daysFrom({ year, month, day });
    if (told.weekday !== undefined) {
      const first = onWeekday(days, told.weekday);
      days = onWeekday(setAgain(first, { ...told, year }), told.weekday);
    }
  }
  const halfHour = told.halfHour ?? (told.clockHalfHour ?? 0) % 12;
  const hour =
    told.hour ?? (told.clockHour === undefined ? halfHour + 12 * (told.half ?? 0) : told.clockHour % 24);
  const seconds = (hour * 60 + (told.minute ?? 0)) * 60 + (told.second ?? 0);
  return BigInt(days) * microsOf.day + BigInt(seconds) * microsOf.second + BigInt(told.millis ?? 0) * 1000n;
}

/** The day of the same week that is the given day of the week. */
const onWeekday = (days: number, weekday: number): number => days - dayOfWeek(days) + weekday;

/** The day with what a text tells of its date set again, because Joda-Time sets all fields twice. */
function setAgain(days: number, told: Pick<Told, "year" | "month" | "day">): number {
  const { year, month, day } = { ...civilOf(days), ...told };
  return daysFrom({ year, month, day: Math.min(day, daysInMonth(year, month)) });
}

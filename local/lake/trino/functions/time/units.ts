import { quoteText } from "../../../quote";
import { duckdbTypeText } from "../../types/duckdb";
import { TrinoError } from "../../types/errors";
import {
  addMonths,
  civilOf,
  dayOfWeek,
  daysFrom,
  daysInMonth,
  daysOf,
  floorDivide,
  isLeap,
  microsOf,
  timeOfDay,
} from "../../types/text/calendar";
import { instantOfLocal, localOf, modulo, roundMicros } from "../../types/text/times";
import type { Type } from "../../types/types";
import { check, internal, invalid } from "../errors";
import { type EmittedCall, type Family, javascript, mixed } from "../implementation";
import type { Zoned, ZonedValue } from "../javascript/values";
import { checkedDays, zonedLimited } from "./limits";

/** https://trino.io/docs/current/functions/datetime.html */
const timeUnits = ["millisecond", "second", "minute", "hour"] as const;
const dateUnits = ["day", "week", "month", "quarter", "year"] as const;
type TimeUnit = (typeof timeUnits)[number];
type DateUnit = (typeof dateUnits)[number];
type Unit = TimeUnit | DateUnit;

/** The name of a type in errors about units. */
function kindOf(type: Type): "DATE" | "TIME" | "TIMESTAMP" {
  if (type.kind === "date") return "DATE";
  return type.kind.startsWith("timestamp") ? "TIMESTAMP" : "TIME";
}

function unitOf(text: string, type: Type): Unit {
  const unit = text.toLowerCase() as Unit;
  const kind = kindOf(type);
  const known =
    (kind !== "DATE" && timeUnits.includes(unit as TimeUnit)) ||
    (kind !== "TIME" && dateUnits.includes(unit as DateUnit));
  // Only of times does Trino tell the unit in small letters.
  check(known, `'${kind === "TIME" ? unit : text}' is not a valid ${kind} field`);
  return unit;
}

const isTimeUnit = (unit: Unit): unit is TimeUnit => timeUnits.includes(unit as TimeUnit);

const monthsOf: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** Adds date units to a day. Days since 1970. It fails when the result is out of the calendar's range. */
function addDays(days: number, unit: DateUnit, count: bigint): number {
  const number = Number(count);
  const months = monthsOf[unit];
  const result =
    months === undefined ? days + number * (unit === "week" ? 7 : 1) : addMonths(days, number * months);
  return checkedDays(result);
}

/** Java adds the number of units as an int to a date or timestamp. */
function checkCount(count: bigint): void {
  if (BigInt.asIntN(32, count) !== count) throw internal("integer overflow");
}

/** Adds units to a local time. */
function addTo(micros: bigint, unit: Unit, count: bigint): bigint {
  if (isTimeUnit(unit)) return micros + count * microsOf[unit];
  return BigInt(addDays(daysOf(micros), unit, count)) * microsOf.day + timeOfDay(micros);
}

const limited = (micros: bigint): bigint => {
  if (micros > 9_223_372_036_854_775_000n || micros < -9_223_372_036_854_775_000n)
    throw invalid("The result is out of the range of timestamps");
  return micros;
};

/** For a timestamp, Trino takes every error of the calendar for an invalid argument, unlike for a date. */
function withInvalid<Result>(add: () => Result): Result {
  try {
    return add();
  } catch (error) {
    throw error instanceof TrinoError ? invalid(error.sentence) : error;
  }
}

function dateAdd({ types }: EmittedCall): (unit: string, count: bigint, value: never) => unknown {
  const type = types[2];
  if (type?.kind === "date")
    return (unit, count, value: number) => {
      const known = unitOf(unit, type) as DateUnit;
      checkCount(count);
      return addDays(value, known, count);
    };
  if (type?.kind === "timestamp")
    return (unit, count, value: bigint) => {
      const known = unitOf(unit, type);
      return withInvalid(() => {
        checkCount(count);
        return limited(roundMicros(addTo(value, known, count), type.precision));
      });
    };
  if (type?.kind === "timestamp with time zone")
    return (unit, count, { instant, zone }: Zoned) => {
      const known = unitOf(unit, type);
      return withInvalid(() => {
        checkCount(count);
        const moved = isTimeUnit(known)
          ? addTo(instant, known, count)
          : instantOfLocal(addTo(localOf(instant, zone), known, count), zone);
        return { instant: zonedLimited(roundMicros(moved, type.precision)), zone };
      });
    };
  if (type?.kind === "time with time zone")
    return (unit, count, { instant, offset }: ZonedValue) => ({
      instant: modulo(roundMicros(addTo(instant, unitOf(unit, type), count), type.precision), microsOf.day),
      offset,
    });
  if (type?.kind === "time")
    return (unit, count, value: bigint) =>
      modulo(roundMicros(addTo(value, unitOf(unit, type), count), type.precision), microsOf.day);
  throw new Error("date_add of another type");
}

/** Full months between two local times, as Joda-Time counts them. */
function monthsBetween(start: bigint, end: bigint): bigint {
  if (end < start) return -monthsBetween(end, start);
  const from = civilOf(daysOf(start));
  const to = civilOf(daysOf(end));
  const months = (to.year - from.year) * 12 + to.month - from.month;
  const lastDay = to.day === daysInMonth(to.year, to.month);
  const fromDay = lastDay && from.day > to.day ? to.day : from.day;
  const early = to.day < fromDay || (to.day === fromDay && timeOfDay(end) < timeOfDay(start));
  return BigInt(early ? months - 1 : months);
}

const beforeLeapDay = 59n * microsOf.day;

/** Full years between two local times, as Joda-Time counts them. */
function yearsBetween(start: bigint, end: bigint): bigint {
  if (end < start) return -yearsBetween(end, start);
  const from = civilOf(daysOf(start)).year;
  const to = civilOf(daysOf(end)).year;
  const yearStart = (year: number) => BigInt(daysFrom({ year, month: 1, day: 1 })) * microsOf.day;
  let startRest = start - yearStart(from);
  let endRest = end - yearStart(to);
  if (startRest >= beforeLeapDay) {
    if (isLeap(from)) {
      if (!isLeap(to)) startRest -= microsOf.day;
    } else if (endRest >= beforeLeapDay && isLeap(to)) endRest -= microsOf.day;
  }
  return BigInt(endRest < startRest ? to - from - 1 : to - from);
}

/** Full units between two local times with millisecond precision. */
function between(unit: Unit, start: bigint, end: bigint): bigint {
  if (isTimeUnit(unit)) return (end - start) / microsOf[unit];
  if (unit === "day") return (end - start) / microsOf.day;
  if (unit === "week") return (end - start) / (7n * microsOf.day);
  if (unit === "year") return yearsBetween(start, end);
  return monthsBetween(start, end) / BigInt(monthsOf[unit] ?? 1);
}

const toMillis = (micros: bigint): bigint => floorDivide(micros, 1_000n) * 1_000n;

function dateDiff({ types }: EmittedCall): (unit: string, start: never, end: never) => unknown {
  const type = types[1];
  if (type?.kind === "date")
    return (unit, start: number, end: number) =>
      between(unitOf(unit, type), BigInt(start) * microsOf.day, BigInt(end) * microsOf.day);
  if (type?.kind === "timestamp with time zone")
    return (unit, start: Zoned, end: Zoned) => {
      const known = unitOf(unit, type);
      const [from, to] = isTimeUnit(known)
        ? [start.instant, end.instant]
        : [localOf(start.instant, start.zone), localOf(end.instant, start.zone)];
      return between(known, toMillis(from), toMillis(to));
    };
  if (type?.kind === "time with time zone")
    return (unit, start: ZonedValue, end: ZonedValue) =>
      between(unitOf(unit, type), start.instant, end.instant);
  if (!type) throw new Error("date_diff without a type");
  const ofTime = type.kind === "time";
  return (unit, start: bigint, end: bigint) =>
    ofTime
      ? between(unitOf(unit, type), start, end)
      : between(unitOf(unit, type), toMillis(start), toMillis(end));
}

/** The start of the unit that contains a local time. */
function truncate(unit: Unit, micros: bigint): bigint {
  if (isTimeUnit(unit)) return floorDivide(micros, microsOf[unit]) * microsOf[unit];
  return BigInt(truncateDay(unit, daysOf(micros))) * microsOf.day;
}

function truncateDay(unit: DateUnit, days: number): number {
  if (unit === "day") return days;
  if (unit === "week") return days - dayOfWeek(days) + 1;
  const { year, month } = civilOf(days);
  if (unit === "month") return daysFrom({ year, month, day: 1 });
  if (unit === "quarter") return daysFrom({ year, month: month - ((month - 1) % 3), day: 1 });
  return daysFrom({ year, month: 1, day: 1 });
}

function dateTrunc({ types }: EmittedCall): (unit: string, value: never) => unknown {
  const type = types[1];
  if (type?.kind === "date")
    return (unit, value: number) => truncateDay(unitOf(unit, type) as DateUnit, value);
  if (type?.kind === "timestamp with time zone")
    return (unit, { instant, zone }: Zoned) => {
      const known = unitOf(unit, type);
      const local = localOf(instant, zone);
      // Units shorter than a day keep the instant's offset. This matters for the hour that occurs twice when clocks are
      // set back.
      if (isTimeUnit(known)) return { instant: instant - (local - truncate(known, local)), zone };
      return { instant: instantOfLocal(truncate(known, local), zone), zone };
    };
  if (type?.kind === "time with time zone")
    return (unit, { instant, offset }: ZonedValue) => {
      const shift = BigInt(offset) * microsOf.minute;
      const local = modulo(instant + shift, microsOf.day);
      return { instant: modulo(truncate(unitOf(unit, type), local) - shift, microsOf.day), offset };
    };
  if (!type) throw new Error("date_trunc without a type");
  return (unit, value: bigint) => truncate(unitOf(unit, type), value);
}

export const units: Family = {
  date_add: javascript(dateAdd),
  date_diff: javascript(dateDiff),
  date_trunc: mixed((call) => {
    const [, x = ""] = call.args;
    const unit = call.literal(0)?.toLowerCase();
    const type = call.types[1];
    if (unit !== undefined && (type?.kind === "date" || type?.kind === "timestamp")) {
      const known = type.kind === "date" ? dateUnits : [...timeUnits, ...dateUnits];
      if ((known as readonly string[]).includes(unit))
        return `CAST(date_trunc(${quoteText(unit)}, ${x}) AS ${duckdbTypeText(type)})`;
    }
    return javascript(dateTrunc).emit(call);
  }),
};

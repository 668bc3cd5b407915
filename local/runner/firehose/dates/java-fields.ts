import { dayNumber, weekday, type ZonedTime, zoneNameOf } from "./zoned-time";

/** A run of one letter in a pattern. */
export interface Field {
  readonly letter: string;
  readonly count: number;
  /** Width to which the field is padded with spaces. */
  readonly pad?: number;
}

const padded = (value: number | bigint, width: number): string => String(value).padStart(width, "0");

/** Formats one field of a time as Java does in the locale en-US. */
export function formatField({ letter, count }: Field, time: ZonedTime): string {
  const { year, month, day, hour, minute, second, nano } = time;
  const days = dayNumber(year, month, day);
  switch (letter) {
    case "G":
      return ["AD", "AD", "AD", "Anno Domini", "A"][count - 1] ?? "";
    case "u":
    case "y":
      return yearText(year, count);
    case "Y":
      return yearText(week(days, year).year, count);
    case "Q":
    case "q":
      return quarterText(Math.ceil(month / 3), count);
    case "M":
    case "L":
      return count < 3 ? padded(month, count) : monthName(time, count);
    case "w":
      return padded(week(days, year).number, count);
    case "W":
      return String(Math.floor((day - 1 + weekday(dayNumber(year, month, 1))) / 7) + 1);
    case "d":
      return padded(day, count);
    case "D":
      return padded(days - dayNumber(year, 1, 1) + 1, count);
    case "F":
      return String(((day - 1) % 7) + 1);
    case "g":
      // 40,587 is the modified Julian day of 1970-01-01.
      return padded(days + 40_587, count);
    case "E":
      return dayName(time, Math.max(3, count));
    case "e":
    case "c":
      return count < 3 ? padded(weekday(days) + 1, count) : dayName(time, count);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "B":
      return zoneNameOf(
        time,
        {
          hour: "numeric",
          hourCycle: "h12",
          dayPeriod: count === 4 ? "long" : count === 5 ? "narrow" : "short",
        },
        "dayPeriod",
      );
    case "h":
      return padded(hour % 12 || 12, count);
    case "K":
      return padded(hour % 12, count);
    case "k":
      return padded(hour || 24, count);
    case "H":
      return padded(hour, count);
    case "m":
      return padded(minute, count);
    case "s":
      return padded(second, count);
    case "S":
      return padded(nano, 9).slice(0, count);
    case "A":
      return padded(((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(nano / 1_000_000), count);
    case "n":
      return padded(nano, count);
    case "N":
      return padded(BigInt((hour * 60 + minute) * 60 + second) * 1_000_000_000n + BigInt(nano), count);
    default:
      return zoneText(letter, count, time);
  }
}

function yearText(year: number, count: number): string {
  return count === 2 ? padded(year % 100, 2) : padded(year, count);
}

/** The week of a day by the rules of the United States: weeks begin on Sunday, and 1 January is in the first week. */
function week(days: number, year: number): { year: number; number: number } {
  const sunday = days - weekday(days);
  const next = dayNumber(year + 1, 1, 1);
  if (sunday + 6 >= next) return { year: year + 1, number: 1 };
  const first = dayNumber(year, 1, 1);
  return { year, number: Math.round((sunday - (first - weekday(first))) / 7) + 1 };
}

function quarterText(quarter: number, count: number): string {
  if (count < 3) return padded(quarter, count);
  if (count === 3) return `Q${quarter}`;
  return count === 4 ? `${["1st", "2nd", "3rd", "4th"][quarter - 1]} quarter` : String(quarter);
}

const widths = { 3: "short", 4: "long", 5: "narrow" } as const;
const widthOf = (count: number) => widths[count as keyof typeof widths];

const monthName = (time: ZonedTime, count: number) => zoneNameOf(time, { month: widthOf(count) }, "month");
const dayName = (time: ZonedTime, count: number) => zoneNameOf(time, { weekday: widthOf(count) }, "weekday");

function zoneText(letter: string, count: number, time: ZonedTime): string {
  const { offset, zone } = time;
  switch (letter) {
    case "V":
      return zone;
    case "v":
    case "z":
      return zoneName(letter, count, time);
    case "O":
      return gmtText(offset, count === 4);
    case "Z":
      if (count === 4) return gmtText(offset, true);
      return count === 5 ? offsetText(offset, 5, "Z") : offsetText(offset, 4, "+0000");
    case "X":
      return offsetText(offset, count, "Z");
    default:
      return offsetText(offset, count, ["+00", "+0000", "+00:00", "+0000", "+00:00"][count - 1] ?? "");
  }
}

interface Offset {
  readonly sign: string;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

function offsetOf(offset: number): Offset {
  const size = Math.abs(offset);
  return {
    sign: offset < 0 ? "-" : "+",
    hours: Math.floor(size / 3600),
    minutes: Math.floor(size / 60) % 60,
    seconds: size % 60,
  };
}

/**
 * An offset from UTC. One letter shows the minutes only if they are not zero, two and three letters always show them,
 * and four and five letters also show the seconds if they are not zero. Three and five letters use colons.
 */
function offsetText(offset: number, count: number, zero: string): string {
  if (offset === 0) return zero;
  const { sign, hours, minutes, seconds } = offsetOf(offset);
  const colon = count === 3 || count === 5 ? ":" : "";
  const withMinutes = count > 1 || minutes > 0 ? `${colon}${padded(minutes, 2)}` : "";
  const withSeconds = count > 3 && seconds > 0 ? `${colon}${padded(seconds, 2)}` : "";
  return `${sign}${padded(hours, 2)}${withMinutes}${withSeconds}`;
}

function gmtText(offset: number, full: boolean): string {
  if (offset === 0) return "GMT";
  const { sign, hours, minutes, seconds } = offsetOf(offset);
  const tail = seconds > 0 ? `:${padded(seconds, 2)}` : "";
  if (full) return `GMT${sign}${padded(hours, 2)}:${padded(minutes, 2)}${tail}`;
  return `GMT${sign}${hours}${minutes > 0 || seconds > 0 ? `:${padded(minutes, 2)}` : ""}${tail}`;
}

/** Locales that abbreviate the names of time zones in their part of the world, in the order in which they are tried. */
const abbreviating = ["en-US", "en-GB", "en-IN", "en-AU", "en-CA", "en-ZA"];

/** @throws Error when the zone has no known name. */
function zoneName(letter: string, count: number, time: ZonedTime): string {
  const { zone } = time;
  if (/^(?:UTC|Etc\/UTC|Z)$/.test(zone)) return count === 4 ? "Coordinated Universal Time" : "UTC";
  if (count === 4)
    return zoneNameOf(time, { timeZoneName: letter === "v" ? "longGeneric" : "long" }, "timeZoneName");
  for (const locale of abbreviating) {
    const name = zoneNameOf(
      time,
      { timeZoneName: letter === "v" ? "shortGeneric" : "short" },
      "timeZoneName",
      locale,
    );
    if (/^[A-Z]+$/.test(name) && (name !== "GMT" || /London|GMT/.test(zone))) return name;
  }
  throw new Error(`the short name of the time zone ${zone} is not known here`);
}

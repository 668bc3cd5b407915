/**
 * Parses texts by a pattern of Joda-Time, which Firehose's `timestamp_formats` and Hive's `timestamp.formats` use.
 *
 * https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 */
export type JodaParser = (text: string) => number | undefined;

interface Reading {
  readonly text: string;
  at: number;
  readonly fields: Map<string, number>;
}

/** Parses one part of a text. Returns false when the text does not fit. */
type Reader = (reading: Reading) => boolean;

/**
 * @returns a function that parses a text to milliseconds since 1970, in UTC unless the text has a zone; it returns
 *   undefined for a text that does not fit.
 * @throws Error for an unsupported pattern.
 */
export function jodaParser(pattern: string): JodaParser {
  if (pattern === "") throw new Error("the pattern is empty");
  const runs = [...pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g)];
  if (runs.map(([run]) => run).join("") !== pattern) throw new Error("the pattern has an incomplete literal");
  const readers = runs.map(([run, quoted, letter], index): Reader => {
    if (quoted !== undefined) return literal(quoted === "" ? "'" : quoted.replaceAll("''", "'"));
    if (letter === undefined) return literal(run);
    const next = runs[index + 1]?.[2];
    return fieldReader(
      letter,
      run.length,
      next !== undefined && isNumeric(next, runs[index + 1]?.[0].length ?? 0),
    );
  });
  return (text) => {
    const reading: Reading = { text, at: 0, fields: new Map() };
    if (!readers.every((read) => read(reading)) || reading.at !== text.length) return undefined;
    return momentOf(reading.fields);
  };
}

const isNumeric = (letter: string, count: number): boolean =>
  "YyxwedDhHkKmsS".includes(letter) || (letter === "M" && count < 3);

const literal =
  (wanted: string): Reader =>
  (reading) => {
    const found = reading.text.slice(reading.at, reading.at + wanted.length);
    reading.at += wanted.length;
    return found.toLowerCase() === wanted.toLowerCase();
  };

function fieldReader(letter: string, count: number, digitsFollow: boolean): Reader {
  switch (letter) {
    case "y":
    case "Y":
    case "x":
      return count === 2 ? shortYear(digitsFollow) : digits("y", digitsFollow ? count : 9, true);
    case "M":
      return count < 3 ? digits("M", 2) : names("M", months);
    case "E":
      return names("E", weekdays);
    case "a":
      return names("a", ["am", "pm"]);
    case "G":
      return names("G", ["bc", "ad"]);
    case "D":
      return digits("D", 3);
    case "w":
    case "d":
    case "h":
    case "H":
    case "k":
    case "K":
    case "m":
    case "s":
      return digits(letter, 2);
    case "e":
      return digits("e", 1);
    case "S":
      return fraction(count);
    case "Z":
      return count < 3 ? offset : zone;
    // Joda-Time has no such letter, but Firehose reads it as an offset.
    case "X":
      return offset;
    default:
      throw new Error(`the pattern letter ${letter} can't be read here`);
  }
}

function take(reading: Reading, pattern: RegExp): string | undefined {
  const [found] = pattern.exec(reading.text.slice(reading.at)) ?? [];
  if (found !== undefined) reading.at += found.length;
  return found;
}

const digits =
  (name: string, most: number, signed = false): Reader =>
  (reading) => {
    const found = take(reading, new RegExp(`^${signed ? "[+-]?" : ""}\\d{1,${most}}`));
    if (found === undefined) return false;
    reading.fields.set(name, Number(found));
    return true;
  };

/**
 * A year of two digits lies between 80 years before and 19 years after the current year. With any other number of
 * digits it is taken literally.
 */
const shortYear =
  (digitsFollow: boolean): Reader =>
  (reading) => {
    const found = take(reading, digitsFollow ? /^\d{2}/ : /^[+-]?\d{1,9}/);
    if (found === undefined) return false;
    const pivot = new Date().getUTCFullYear() - 30;
    const low = pivot - 50;
    const year = /^\d{2}$/.test(found) ? Number(found) + low - (((low % 100) + 100) % 100) : Number(found);
    reading.fields.set("y", /^\d{2}$/.test(found) && year < low ? year + 100 : year);
    return true;
  };

const fraction =
  (most: number): Reader =>
  (reading) => {
    const found = take(reading, new RegExp(`^\\d{1,${most}}`));
    if (found === undefined) return false;
    reading.fields.set("S", Number(found.slice(0, 3).padEnd(3, "0")));
    return true;
  };

const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const names =
  (name: string, all: readonly string[]): Reader =>
  (reading) => {
    const rest = reading.text.slice(reading.at).toLowerCase();
    const at = all.findIndex((one) => rest.startsWith(one) || rest.startsWith(one.slice(0, 3)));
    if (at < 0) return false;
    const full = all[at] ?? "";
    reading.at += rest.startsWith(full) ? full.length : 3;
    reading.fields.set(name, at + 1);
    return true;
  };

const offset: Reader = (reading) => {
  const found = take(reading, /^(?:Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)/);
  if (found === undefined) return false;
  const [hours = 0, minutes = 0, seconds = 0] = (
    found.slice(1).replaceAll(":", "").match(/\d{2}/g) ?? []
  ).map(Number);
  const size = (hours * 60 + minutes) * 60 + seconds;
  reading.fields.set("Z", found.startsWith("-") ? -size : size);
  return true;
};

const zone: Reader = (reading) => {
  const found = take(reading, /^[A-Za-z]+(?:\/[A-Za-z_+-]+\d*)*/);
  if (found === undefined) return false;
  const local = momentOf(reading.fields);
  const seconds = local === undefined ? undefined : offsetIn(found, local);
  if (seconds !== undefined) reading.fields.set("Z", seconds);
  return seconds !== undefined;
};

/** The offset of a time zone from UTC at a local time. Seconds. */
function offsetIn(timeZone: string, local: number): number | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    const name = format.formatToParts(local).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(name) ?? [];
    return sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60 : 0;
  } catch {
    return undefined;
  }
}

const limits: Readonly<Record<string, readonly [number, number]>> = {
  M: [1, 12],
  d: [1, 31],
  D: [1, 366],
  H: [0, 23],
  k: [1, 24],
  h: [1, 12],
  K: [0, 11],
  m: [0, 59],
  s: [0, 59],
};

/** The moment that the fields stand for; undefined when a field is out of range. */
function momentOf(fields: ReadonlyMap<string, number>): number | undefined {
  for (const [name, value] of fields) {
    const [low, high] = limits[name] ?? [];
    if (low !== undefined && high !== undefined && (value < low || value > high)) return undefined;
  }
  const get = (name: string, fallback: number) => fields.get(name) ?? fallback;
  const year = get("y", 1970);
  const month = fields.has("D") ? 1 : get("M", 1);
  const day = fields.get("D") ?? get("d", 1);
  const afternoon = get("a", 1) === 2 ? 12 : 0;
  const hour = fields.has("h")
    ? (get("h", 12) % 12) + afternoon
    : fields.has("K")
      ? get("K", 0) + afternoon
      : fields.has("k")
        ? get("k", 24) % 24
        : get("H", 0);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = fields.has("D") ? date.getUTCFullYear() === year : date.getUTCMonth() === month - 1;
  if (!isDay) return undefined;
  date.setUTCHours(hour, get("m", 0), get("s", 0), get("S", 0));
  return date.getTime() - get("Z", 0) * 1000;
}

import { define, type Functions, text } from "./arguments";

/** Parses a time in the format of RFC 3339. @throws Error for any other text. */
function parse(value: string): Date {
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value);
  const time = new Date(value);
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  // JavaScript also accepts 30 February, as 1 March, and 24:00, as the next day.
  const isReal = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
  if (!isTime || !isReal || value.slice(11, 13) === "24" || Number.isNaN(time.getTime()))
    throw new Error(`${value} is not a time such as 2024-01-15T10:30:00Z`);
  return time;
}

const written = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");

/** A time in the zone of another time. */
function writtenLike(time: Date, value: string): string {
  const { zone, minutes } = zoneOf(value);
  return written(new Date(time.getTime() + minutes * 60_000)).replace("Z", zone === "+00:00" ? "Z" : zone);
}

function zoneOf(value: string): { readonly zone: string; readonly minutes: number } {
  const [, zone = "Z"] = /(Z|[+-]\d{2}:\d{2})$/.exec(value) ?? [];
  return { zone, minutes: zone === "Z" ? 0 : (zone.startsWith("-") ? -1 : 1) * minutesOf(zone) };
}

const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/** Parses a duration of Go, such as `1h30m`, to milliseconds. */
function duration(value: string): number {
  const [, sign = "", rest = ""] =
    /^([+-]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+)$/.exec(value) ?? [];
  if (rest === "") throw new Error(`${value} is not a duration such as 1h30m`);
  let sum = 0;
  for (const [, count, unit = ""] of rest.matchAll(/(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|ns)/g))
    sum += Number(count) * (units[unit] ?? 0);
  return sign === "-" ? -sum : sum;
}

/** https://developer.hashicorp.com/terraform/language/functions: date and time functions */
export const dateFunctions: Functions = {
  formatdate: define(2, 2, ([pattern, time]) => formatDate(text(pattern), text(time))),
  timeadd: define(2, 2, ([time, more]) =>
    writtenLike(new Date(parse(text(time)).getTime() + duration(text(more))), text(time)),
  ),
  timecmp: define(2, 2, ([a, b]) => Math.sign(parse(text(a)).getTime() - parse(text(b)).getTime())),
  timestamp: define(0, 0, () => written(new Date())),
};

/** Formats a time in its own zone. */
function formatDate(pattern: string, value: string): string {
  const { zone, minutes: offset } = zoneOf(value);
  const time = new Date(parse(value).getTime() + offset * 60_000);
  const name = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(time);
  const two = (number: number) => String(number).padStart(2, "0");
  const hour = time.getUTCHours();
  const colon = zone === "Z" ? "+00:00" : zone;
  const fields: Readonly<Record<string, () => string>> = {
    YYYY: () => String(time.getUTCFullYear()).padStart(4, "0"),
    YY: () => two(time.getUTCFullYear() % 100),
    MMMM: () => name({ month: "long" }),
    MMM: () => name({ month: "short" }),
    MM: () => two(time.getUTCMonth() + 1),
    M: () => String(time.getUTCMonth() + 1),
    DD: () => two(time.getUTCDate()),
    D: () => String(time.getUTCDate()),
    EEEE: () => name({ weekday: "long" }),
    EEE: () => name({ weekday: "short" }),
    hh: () => two(hour),
    h: () => String(hour),
    HH: () => two(hour % 12 || 12),
    H: () => String(hour % 12 || 12),
    AA: () => (hour < 12 ? "AM" : "PM"),
    aa: () => (hour < 12 ? "am" : "pm"),
    mm: () => two(time.getUTCMinutes()),
    m: () => String(time.getUTCMinutes()),
    ss: () => two(time.getUTCSeconds()),
    s: () => String(time.getUTCSeconds()),
    ZZZZZ: () => colon,
    ZZZZ: () => colon.replace(":", ""),
    ZZZ: () => (offset === 0 ? "UTC" : colon.replace(":", "")),
    Z: () => (offset === 0 ? "Z" : colon),
  };
  return pattern.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (run: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted.replaceAll("''", "'");
    const field = fields[run];
    if (!field) throw new Error(`formatdate does not know ${run}`);
    return field();
  });
}

function minutesOf(zone: string): number {
  return Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
}

import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { formatJoda, jodaParts, type Part, parseJoda } from "../trino/functions/time/joda";
import { TrinoError } from "../trino/types/errors";

/** The projected values of a partition key, or `injected` when the statement has to give them. */
export type Projected = readonly string[] | "injected";

/** Largest number of values to which a key may be projected here. */
const mostValues = 1_000_000;

export const isProjected = ({ parameters }: GlueTable): boolean =>
  parameters["projection.enabled"]?.trim().toLowerCase() === "true";

class Settings {
  constructor(
    private readonly table: GlueTable,
    readonly key: string,
  ) {}

  get(name: string): string | undefined {
    const wanted = `projection.${this.key}.${name}`.toLowerCase();
    const { parameters } = this.table;
    const found = Object.keys(parameters).find((parameter) => parameter.toLowerCase() === wanted);
    return found === undefined ? undefined : parameters[found];
  }

  required(name: string): string {
    return this.get(name) ?? this.fail(`Missing required property: 'projection.${this.key}.${name}'`);
  }

  fail(sentence: string): never {
    throw new TrinoError(
      "INVALID_COLUMN_PROPERTY",
      `Column projection for column '${this.key}' of table ${this.table.name} failed. ${sentence}`,
    );
  }

  /** The interval, a whole number of at least 1. */
  interval(): number | undefined {
    const text = this.get("interval")?.trim();
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text) || Number(text) < 1)
      this.fail(
        `Property 'projection.${this.key}.interval' is "${text}", which is not a whole number of 1 or more`,
      );
    return Number(text);
  }

  checkType(type: string, allowed: RegExp): void {
    if (!allowed.test(type)) this.fail(`Unsupported column type: ${type}`);
  }
}

/**
 * The projected values of one partition key, from the table's parameters. Queries do not see objects in partitions with
 * other values.
 *
 * @throws TrinoError INVALID_COLUMN_PROPERTY naming the key and the parameter, when the parameters are not a valid
 * projection.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export function projectedValues(
  table: GlueTable,
  { name, type }: GlueTable["partitionKeys"][number],
  now: Date,
): Projected {
  const settings = new Settings(table, name.toLowerCase());
  switch (settings.required("type").trim().toLowerCase()) {
    case "enum":
      settings.checkType(type, /^(?:string|varchar.*|char.*)$/i);
      // Blanks are part of a value.
      return [...new Set(settings.required("values").split(","))].filter((value) => value !== "");
    case "integer":
      settings.checkType(type, /^(?:string|varchar.*|char.*|int|integer|bigint)$/i);
      return integers(settings);
    case "date":
      settings.checkType(type, /^(?:string|varchar.*|char.*|date|timestamp)$/i);
      return dates(settings, now);
    case "injected":
      settings.checkType(type, /^(?:string|varchar.*|char.*|bigint|date|timestamp)$/i);
      return "injected";
    default:
      return settings.fail(
        `Property 'projection.${settings.key}.type' is "${settings.get("type")}", and must be enum, integer, date or injected`,
      );
  }
}

function integers(settings: Settings): string[] {
  const range = settings
    .required("range")
    .split(",")
    .map((part) => part.trim());
  const [from = "", to = ""] = range;
  if (range.length !== 2 || !/^[+-]?\d+$/.test(from) || !/^[+-]?\d+$/.test(to))
    settings.fail(
      `Property: 'projection.${settings.key}.range' needs to be a list of 2 whole numbers, and is "${range.join(",")}"`,
    );
  const digits = settings.get("digits")?.trim();
  if (digits !== undefined && !(Number(digits) > 0))
    settings.fail(
      `Property 'projection.${settings.key}.digits' is "${digits}", which is not a whole number of 1 or more`,
    );
  const interval = BigInt(settings.interval() ?? 1);
  const [first, last] = [BigInt(from), BigInt(to)];
  checkCount(settings, Number((last - first) / interval));
  const values: string[] = [];
  for (let value = first; value <= last; value += interval)
    values.push(digits === undefined ? String(value) : padded(value, Number(digits)));
  return values;
}

const padded = (value: bigint, digits: number): string =>
  value < 0n ? `-${String(-value).padStart(digits - 1, "0")}` : String(value).padStart(digits, "0");

const units = ["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"] as const;
type Unit = (typeof units)[number];

const unitMilliseconds: Readonly<Partial<Record<Unit, number>>> = {
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
};

function dates(settings: Settings, now: Date): string[] {
  const pattern = settings.required("format");
  const format = formatOf(pattern, settings);
  const bounds = settings.required("range").split(",");
  const invalid = () =>
    settings.fail(
      `Property: 'projection.${settings.key}.range' needs to be a list of 2 valid dates formatted as '${pattern}' or NOW[+|-]n[YEARS|MONTHS|WEEKS|DAYS|HOURS|MINUTES|SECONDS] that are sequential, and is "${bounds.join(",")}"`,
    );
  const [from, to] = bounds;
  if (from === undefined || to === undefined || bounds.length !== 2) return invalid();
  const first = boundOf(from, format, now);
  const last = boundOf(to, format, now);
  if (first === undefined || last === undefined) return invalid();
  const isNow = /^\s*NOW/i.test(from) && /^\s*NOW/i.test(to);
  if (first > last || (first === last && !isNow)) return invalid();
  const unit = unitOf(settings, pattern);
  const interval = settings.interval() ?? 1;
  const start = truncated(first, format);
  const end = truncated(last, format);
  checkCount(settings, (end - start) / ((unitMilliseconds[unit] ?? 28 * 86_400_000) * interval));
  const values: string[] = [];
  for (let step = 0; ; step++) {
    const time = plus(start, unit, step * interval);
    if (time > end) return [...new Set(values)];
    values.push(text(time, format));
  }
}

function formatOf(pattern: string, settings: Settings): Part[] {
  try {
    return jodaParts(pattern);
  } catch {
    return settings.fail(
      `Property 'projection.${settings.key}.format' is "${pattern}", which is not a date format`,
    );
  }
}

const text = (time: number, format: Part[]): string =>
  formatJoda(format, { instant: BigInt(time) * 1000n, zone: "UTC" });

/** The time without the fields that the format lacks: `yyyy-MM-dd` leaves the start of the day. */
const truncated = (time: number, format: Part[]): number => read(text(time, format), format) ?? time;

function read(value: string, format: Part[]): number | undefined {
  try {
    return Number(parseJoda(format, value, "UTC").instant / 1000n);
  } catch {
    return undefined;
  }
}

/** Reads `NOW`, `NOW-365DAYS`, `NOW + 1 HOUR` or a date in the format. Milliseconds since 1970. */
function boundOf(bound: string, format: Part[], now: Date): number | undefined {
  const [isNow, sign, count, unit = ""] =
    /^\s*NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*)?$/i.exec(bound) ?? [];
  if (isNow === undefined) return read(bound.trim(), format);
  return sign ? plus(now.getTime(), unit.toUpperCase() as Unit, Number(`${sign}${count}`)) : now.getTime();
}

function plus(time: number, unit: Unit, count: number): number {
  const milliseconds = unitMilliseconds[unit];
  if (milliseconds !== undefined) return time + count * milliseconds;
  const date = new Date(time);
  const day = date.getUTCDate();
  // A day that the month does not have becomes the month's last day.
  date.setUTCDate(1);
  if (unit === "MONTH") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

/**
 * The unit of the interval. It is optional for formats that end with the day or the month, and required for all others.
 */
function unitOf(settings: Settings, pattern: string): Unit {
  const given = settings.get("interval.unit")?.trim().toUpperCase();
  if (given !== undefined) {
    const unit = units.find((one) => given === one || given === `${one}S`);
    return (
      unit ??
      settings.fail(
        `Property 'projection.${settings.key}.interval.unit' is "${given}", and must be YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES or SECONDS`,
      )
    );
  }
  const fields = pattern.replace(/'[^']*'/g, "");
  if (/[HhKkmsS]/.test(fields) || !/[MLwdDeE]/.test(fields))
    settings.fail(
      `Property: 'projection.${settings.key}.interval.unit' needs to be set when the format is not of days or months`,
    );
  return /[dDeE]/.test(fields) ? "DAY" : "MONTH";
}

function checkCount(settings: Settings, count: number): void {
  if (count > mostValues)
    settings.fail(`The range has ${Math.floor(count)} values, more than ${mostValues}: take a shorter one`);
}

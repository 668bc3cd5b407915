import { QueryError } from "./errors";

/** Says whether a partition value lies in the projected range. */
export type Projection = (value: string) => boolean;

const unitMilliseconds: Readonly<Record<string, number>> = {
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
};

const patternFields = {
  yyyy: "year",
  MM: "month",
  dd: "day",
  HH: "hour",
  mm: "minute",
  ss: "second",
} as const;

/** Reads a date by a Java pattern of yyyy, MM, dd, HH, mm and ss; undefined when it doesn't fit. UTC. */
function dateReader(pattern: string): (value: string) => number | undefined {
  const source = pattern
    .replaceAll("'", "")
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/yyyy|MM|dd|HH|mm|ss/g, (field) => {
      const name = patternFields[field as keyof typeof patternFields];
      return `(?<${name}>\\d{${field.length}})`;
    });
  const expression = new RegExp(`^${source}$`);
  return (value) => {
    const {
      year,
      month = "01",
      day = "01",
      hour = "00",
      minute = "00",
      second = "00",
    } = expression.exec(value)?.groups ?? {};
    if (year === undefined) return undefined;
    const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    return Number.isNaN(time) ? undefined : time;
  };
}

/** `NOW`, `NOW-365DAYS`, `NOW+1HOUR` or a date of the pattern, as milliseconds. */
function rangeBound(
  bound: string,
  read: (value: string) => number | undefined,
  now: Date,
): number | undefined {
  const [, sign, count, unit = ""] =
    /^NOW(?:\s*([+-])\s*(\d+)\s*(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?$/i.exec(bound.trim()) ?? [];
  if (!/^\s*NOW/i.test(bound)) return read(bound.trim());
  if (!sign) return now.getTime();
  const amount = Number(`${sign}${count}`);
  const milliseconds = unitMilliseconds[unit.toUpperCase()];
  if (milliseconds !== undefined) return now.getTime() + amount * milliseconds;
  const shifted = new Date(now);
  if (unit.toUpperCase() === "MONTH") shifted.setUTCMonth(shifted.getUTCMonth() + amount);
  else shifted.setUTCFullYear(shifted.getUTCFullYear() + amount);
  return shifted.getTime();
}

/**
 * The projection of one partition key, from the table's parameters: values outside of it do not exist for a query,
 * whatever objects there are. All values when the table projects none.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 *
 * @throws QueryError naming table and parameter, when the parameters make no projection.
 */
export function projectionOf(
  table: string,
  key: string,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): Projection {
  if (parameters["projection.enabled"]?.toLowerCase() !== "true") return () => true;
  const parameter = (name: string) => `projection.${key}.${name}`;
  const range = parameters[parameter("range")]?.split(",") ?? [];
  const [from = "", to = ""] = range;
  switch (parameters[parameter("type")]) {
    case "enum": {
      const values = new Set(parameters[parameter("values")]?.split(",").map((value) => value.trim()));
      return (value) => values.has(value);
    }
    case "integer":
      return (value) => /^-?\d+$/.test(value) && Number(value) >= Number(from) && Number(value) <= Number(to);
    case "date": {
      const read = dateReader(parameters[parameter("format")] ?? "");
      const first = rangeBound(from, read, now);
      const last = rangeBound(to, read, now);
      if (first === undefined || last === undefined)
        throw new QueryError(
          `table ${table}: ${parameter("range")} is "${range.join(",")}", which is not a range of dates in the form of ${parameter("format")}`,
        );
      // A value stands for its whole unit: today's partition began before NOW-0DAYS.
      const start = startOfUnit(first, parameters[parameter("format")] ?? "");
      return (value) => {
        const time = read(value);
        return time !== undefined && time >= start && time <= last;
      };
    }
    case "injected":
      return () => true;
    default:
      throw new QueryError(`table ${table}: ${parameter("type")} must be enum, integer, date or injected`);
  }
}

/** The start of the smallest unit that the pattern names. */
function startOfUnit(time: number, pattern: string): number {
  const unit = pattern.includes("ss")
    ? 1000
    : pattern.includes("mm")
      ? 60_000
      : pattern.includes("HH")
        ? 3_600_000
        : 86_400_000;
  return Math.floor(time / unit) * unit;
}

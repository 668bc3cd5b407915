/** Parses and formats intervals as Trino does. */

export type IntervalField = "YEAR" | "MONTH" | "DAY" | "HOUR" | "MINUTE" | "SECOND";

const fields: readonly IntervalField[] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
const months: Partial<Record<IntervalField, bigint>> = { YEAR: 12n, MONTH: 1n };
const milliseconds: Partial<Record<IntervalField, bigint>> = {
  DAY: 86_400_000n,
  HOUR: 3_600_000n,
  MINUTE: 60_000n,
  SECOND: 1_000n,
};
const patterns: Readonly<Record<IntervalField, string>> = {
  YEAR: "(\\d+)",
  MONTH: "(\\d+)",
  DAY: "(\\d+)",
  HOUR: "(\\d+)",
  MINUTE: "(\\d+)",
  SECOND: "(\\d+(?:\\.\\d*)?|\\.\\d+)",
};
const separators: Partial<Record<IntervalField, string>> = {
  MONTH: "-",
  HOUR: "\\s+",
  MINUTE: ":",
  SECOND: ":",
};

const isOfYears = (field: IntervalField): boolean => field in months;

/** Whether an interval can range from one field to another, which must be a smaller field of the same kind. */
export const isQualifier = (from: IntervalField, to: IntervalField): boolean =>
  fields.indexOf(from) < fields.indexOf(to) && isOfYears(from) === isOfYears(to);

/** The largest number that a field can have, and the largest number of months. */
const most = 2n ** 31n - 1n;

/**
 * Parses an interval to months or milliseconds: `1-6` for YEAR TO MONTH, `3 10:20:30.5` for DAY TO SECOND. Fields may
 * be omitted from the end. Undefined when the text is not valid.
 */
export function parseInterval(
  text: string,
  from: IntervalField,
  to: IntervalField = from,
): bigint | undefined {
  const used = fields.slice(fields.indexOf(from), fields.indexOf(to) + 1);
  if (text === "" || text === "-") return 0n;
  const units = isOfYears(from) ? months : milliseconds;
  const pattern = used.reduceRight((rest, field, index) => {
    const part = `${index === 0 ? "" : (separators[field] ?? "")}${patterns[field]}${rest}`;
    return index === 0 ? part : `(?:${part})?`;
  }, "");
  const match = new RegExp(`^\\s*([+-]?)\\s*${pattern}\\s*$`).exec(text);
  if (!match) return undefined;
  let sum = 0n;
  for (const [index, field] of used.entries()) {
    const written = match[index + 2];
    if (written === undefined) continue;
    const [whole = "", fraction = ""] = written.split(".");
    const number = BigInt(whole === "" ? "0" : whole);
    if (number > most) return undefined;
    sum += number * (units[field] ?? 0n);
    if (fraction !== "") sum += BigInt(fraction.slice(0, 3).padEnd(3, "0"));
  }
  if (isOfYears(from) && sum > most) return undefined;
  return match[1] === "-" ? -sum : sum;
}

/** Formats milliseconds as `3 10:20:30.500`. */
export function formatDayInterval(value: bigint): string {
  const size = value < 0n ? -value : value;
  const pad = (part: bigint, digits: number) => String(part).padStart(digits, "0");
  return `${value < 0n ? "-" : ""}${size / 86_400_000n} ${pad((size / 3_600_000n) % 24n, 2)}:${pad((size / 60_000n) % 60n, 2)}:${pad((size / 1000n) % 60n, 2)}.${pad(size % 1000n, 3)}`;
}

/** Formats months as `1-6`. */
export const formatYearInterval = (value: number): string =>
  `${value < 0 ? "-" : ""}${Math.floor(Math.abs(value) / 12)}-${Math.abs(value) % 12}`;

import { inByteUnits } from "@streaming-data-lake/runner/format";
import { language } from "../app/preferences";

const made = new Map<string, unknown>();

/** Keeps formatters, because creating one of `Intl`'s costs more than using it a hundred times. */
function once<T>(key: string, make: (locale: string) => T): T {
  const locale = language.value;
  const name = `${locale} ${key}`;
  if (!made.has(name)) made.set(name, make(locale));
  return made.get(name) as T;
}

const numbers = (key: string, options: Intl.NumberFormatOptions) =>
  once(key, (locale) => new Intl.NumberFormat(locale, { useGrouping: "always" as never, ...options }));

export const wholeText = (value: number): string =>
  numbers("whole", { maximumFractionDigits: 0 }).format(value);

/** Formats a number, with three significant digits when it is below 1000. */
export function number(value: number): string {
  if (Math.abs(value) >= 1000 || Number.isInteger(value)) return wholeText(value);
  return numbers("number", { maximumSignificantDigits: 3 }).format(value);
}

export const compact = (value: number): string =>
  value < 10_000
    ? number(value)
    : numbers("compact", { notation: "compact", maximumSignificantDigits: 3 }).format(value);

export const percent = (share: number): string =>
  numbers("percent", { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share);

export function bytes(value: number): string {
  const { amount, unit } = inByteUnits(value);
  return `${number(amount)} ${unit}`;
}

/** @param value Milliseconds. */
export function duration(value: number): string {
  if (value < 1) return `${number(value)} ms`;
  if (value < 1000) return `${wholeText(value)} ms`;
  if (value < 60_000)
    return `${numbers("seconds", { maximumFractionDigits: value < 10_000 ? 1 : 0 }).format(value / 1000)} s`;
  if (value < 3_600_000) return `${wholeText(value / 60_000)} min`;
  return `${numbers("hours", { maximumFractionDigits: 1 }).format(value / 3_600_000)} h`;
}

/** An amount in US dollars, precise enough for the fraction of a cent that a query costs. */
export const dollarText = (value: number): string =>
  `${numbers("dollars", { minimumFractionDigits: 5, maximumFractionDigits: 5 }).format(value)} USD`;

const times = (key: string, options: Intl.DateTimeFormatOptions) =>
  once(key, (locale) => new Intl.DateTimeFormat(locale, { hourCycle: "h23", ...options }));

export const clock = (time: number): string => times("clock", { timeStyle: "medium" }).format(time);

export const clockToMillisecond = (time: number): string =>
  times("millisecond", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  }).format(time);

export const dateTime = (time: number): string =>
  times("dateTime", { dateStyle: "medium", timeStyle: "medium" }).format(time);

export const date = (time: number): string => times("date", { dateStyle: "long" }).format(time);

/** Such as "in 90 days". The number is rounded down, because a rule of 90 days acts at the midnight after them. */
export function inDays(time: number, now = Date.now()): string {
  const format = once("relative", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "always" }));
  return format.format(Math.max(0, Math.floor((time - now) / 86_400_000)), "day");
}

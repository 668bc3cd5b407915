import { bytes, dateTime, duration, number } from "./format";
import { text } from "./index";

/** How the value of a fact is formatted, by the fact's name. */
const formats: Readonly<Record<string, (value: string) => string>> = {
  ...each(["shards", "batchSize", "parallelizationFactor", "maximumRetryAttempts", "columns"], count),
  ...each(["userRecords", "records", "retries"], count),
  ...each(["waited", "duration", "flushIn"], (value) => duration(Number(value))),
  ...each(["timeoutSeconds", "batchingWindowSeconds", "bufferSeconds"], (value) => `${count(value)} s`),
  memoryMegabytes: (value) => `${count(value)} MB`,
  bufferMebibytes: (value) => `${count(value)} MiB`,
  retentionHours: (value) => `${count(value)} h`,
  bytes: (value) => bytes(Number(value)),
  coldStart: (value) => (value === "true" ? text().yes : text().no),
  scheduledTime: (value) => dateTime(Date.parse(value)),
};

function each<T>(names: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function count(value: string): string {
  return Number.isFinite(Number(value)) ? number(Number(value)) : value;
}

/** A fact in the current language. A name without a translation is shown as it is. */
export function fact([name, value]: readonly [string, string]): readonly [string, string] {
  return [text().facts[name] ?? name, formats[name]?.(value) ?? value];
}

import type { TimestampFormat } from "../model/shape";

/** Writes a time; epoch seconds have milliseconds where there are any. */
export function writeTime(time: Date, format: TimestampFormat): string | number {
  switch (format) {
    case "epoch-seconds":
      return time.getTime() / 1000;
    case "http-date":
      return time.toUTCString();
    case "date-time":
      return time.toISOString().replace(".000Z", "Z");
  }
}

/** @returns undefined when the text is not a time. Clients write numbers and ISO 8601 in each other's places, and AWS takes both. */
export function readTime(value: unknown): Date | undefined {
  const number = typeof value === "number" ? value : Number(value);
  const time =
    typeof value === "number" || (typeof value === "string" && value.trim() !== "" && !Number.isNaN(number))
      ? new Date(number * 1000)
      : new Date(String(value));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

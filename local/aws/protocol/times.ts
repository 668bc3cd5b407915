import type { TimestampFormat } from "../model/shape";

/** Writes a time. Epoch seconds include milliseconds as a fraction. */
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

/**
 * Reads a time. Like AWS, it accepts both numbers and ISO 8601 in any place, since some clients send the wrong format.
 *
 * @returns undefined when the value is not a valid time.
 */
export function readTime(value: unknown): Date | undefined {
  const number = typeof value === "number" ? value : Number(value);
  const time =
    typeof value === "number" || (typeof value === "string" && value.trim() !== "" && !Number.isNaN(number))
      ? new Date(number * 1000)
      : new Date(String(value));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

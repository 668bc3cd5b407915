import { isUtf8 } from "node:buffer";
import { type SensorReading, sensorReading } from "@streaming-data-lake/dataset";
import type { rejectionReasons } from "@streaming-data-lake/dataset/metrics";

export type RejectionReason = (typeof rejectionReasons)[number];

/** A valid reading with the time it was taken in milliseconds since 1970, or why there is none. */
export type Decoded = { readonly reading: SensorReading; readonly takenAt: number } | RejectionReason;

/** One reading from the bytes of one record: a JSON object, with or without a trailing newline. */
export function decodeReading(data: Buffer): Decoded {
  if (!isUtf8(data)) return "not-json";
  let value: unknown;
  try {
    value = JSON.parse(data.toString("utf8"));
  } catch {
    return "not-json";
  }
  const result = sensorReading.safeParse(value);
  if (result.success) {
    const takenAt = Date.parse(result.data.timestamp);
    return Number.isNaN(takenAt) ? "not-a-reading" : { reading: result.data, takenAt };
  }
  const beyondLimits = result.error.issues.every(
    (issue) => (issue.code === "too_small" || issue.code === "too_big") && issue.origin === "number",
  );
  return beyondLimits ? "out-of-range" : "not-a-reading";
}

import { isUtf8 } from "node:buffer";
import { type SensorReading, sensorReading } from "@streaming-data-lake/dataset";
import type { rejectionReasons } from "@streaming-data-lake/dataset/metrics";

export type RejectionReason = (typeof rejectionReasons)[number];

/** A valid reading, and when it was taken in milliseconds since 1970. */
export interface DecodedReading {
  readonly reading: SensorReading;
  readonly takenAt: number;
}

/** Why a record holds no reading. */
export interface Rejected {
  readonly reason: RejectionReason;
  /** The fields that break a rule of the schema, with the rules that they break. Values are never included. */
  readonly problems?: readonly string[];
}

export type Decoded = DecodedReading | Rejected;

const notJson: Rejected = { reason: "not-json" };

/** Decodes a reading from the bytes of one record, which must be a JSON object with or without a trailing newline. */
export function decodeReading(data: Buffer): Decoded {
  if (!isUtf8(data)) return notJson;
  let value: unknown;
  try {
    value = JSON.parse(data.toString("utf8"));
  } catch {
    return notJson;
  }
  const result = sensorReading.safeParse(value);
  if (result.success) {
    const takenAt = Date.parse(result.data.timestamp);
    return Number.isNaN(takenAt)
      ? { reason: "not-a-reading", problems: ["timestamp: there is no such time"] }
      : { reading: result.data, takenAt };
  }
  const { issues } = result.error;
  const beyondLimits = issues.every(
    (issue) => (issue.code === "too_small" || issue.code === "too_big") && issue.origin === "number",
  );
  return {
    reason: beyondLimits ? "out-of-range" : "not-a-reading",
    problems: issues.map(({ path, message }) => [...path, message].join(": ")),
  };
}

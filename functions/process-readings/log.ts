import type { Logger } from "@aws-lambda-powertools/logger";
import type { Alert } from "./outcome";
import type { Processed } from "./process";

/** Longest partition key that Kinesis accepts. A key in a malformed aggregate can be longer, so it is cut. */
const longestPartitionKey = 256;

export type Log = Pick<Logger, "warn" | "error">;

/** Logs a line for each described rejection, each alert, and what ended the batch early. Payloads are never logged. */
export function logOutcome(
  { outcome, resumeAt, failure }: Processed,
  alerts: readonly Alert[],
  log: Log,
): void {
  for (const { reason, problems, sequenceNumber, subSequenceNumber, partitionKey } of outcome.rejections)
    log.warn("Record rejected", {
      reason,
      problems,
      sequence_number: sequenceNumber,
      sub_sequence_number: subSequenceNumber,
      partition_key: partitionKey.slice(0, longestPartitionKey),
    });
  if (outcome.rejectedCount > outcome.rejections.length)
    log.warn("More records rejected than described", {
      rejected: outcome.rejectedCount,
      described: outcome.rejections.length,
      by_reason: Object.fromEntries(outcome.rejected),
    });
  for (const { id, sensorId, location, temperature, threshold, timestamp, readings } of alerts)
    log.warn("High temperature", {
      alert_id: id,
      sensor_id: sensorId,
      location,
      temperature,
      threshold,
      reading_timestamp: timestamp,
      readings,
    });
  if (failure) log.error("Processing failed", { sequence_number: resumeAt, error: failure });
  else if (resumeAt) log.warn("Out of time: the rest is left to a retry", { sequence_number: resumeAt });
}

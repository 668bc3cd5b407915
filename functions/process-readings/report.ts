import { embeddedMetrics } from "./metrics";
import type { Alert } from "./outcome";
import type { Processed } from "./process";
import { type LogLevel, logLevels, type Settings } from "./settings";

/** What is known of an invocation. */
export interface Invocation {
  readonly requestId: string;
  readonly coldStart: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

/** The log lines of a batch: JSON objects, the metrics embedded in some of them. */
export function report(
  { outcome, resumeAt, failure }: Processed,
  alerts: readonly Alert[],
  invocation: Invocation,
  settings: Settings,
): string[] {
  const lines: string[] = [];
  const common = (level: LogLevel, message: string): object => ({
    level,
    message,
    timestamp: new Date(invocation.endedAt).toISOString(),
    service: settings.service,
    function_request_id: invocation.requestId,
  });
  const log = (level: LogLevel, message: string, details: object): void => {
    if (logLevels.indexOf(level) < logLevels.indexOf(settings.logLevel)) return;
    lines.push(JSON.stringify({ ...common(level, message), ...details }));
  };

  for (const { reason, sequenceNumber, subSequenceNumber, partitionKey } of outcome.rejections)
    log("WARN", "Record rejected", {
      reason,
      sequence_number: sequenceNumber,
      sub_sequence_number: subSequenceNumber,
      partition_key: partitionKey.slice(0, 256),
    });
  const rejected = [...outcome.rejected.values()].reduce((sum, n) => sum + n, 0);
  if (rejected > outcome.rejections.length)
    log("WARN", "More records rejected than are described", {
      described: outcome.rejections.length,
      rejected,
      by_reason: Object.fromEntries(outcome.rejected),
    });
  for (const { id, sensorId, location, temperature, timestamp, readings } of alerts)
    log("WARN", "High temperature", {
      alert_id: id,
      sensor_id: sensorId,
      location,
      temperature,
      threshold: settings.alertThreshold,
      reading_timestamp: timestamp,
      readings,
    });
  if (failure !== undefined)
    log("ERROR", "Processing failed", {
      sequence_number: resumeAt,
      error: failure instanceof Error ? failure.stack : String(failure),
    });
  else if (resumeAt !== undefined)
    log("WARN", "Out of time, the rest is left for the next invocation", { sequence_number: resumeAt });

  const [summary, ...others] = embeddedMetrics(outcome, settings, invocation.endedAt);
  lines.push(
    JSON.stringify({
      ...common("INFO", "Batch processed"),
      cold_start: invocation.coldStart,
      duration_ms: invocation.endedAt - invocation.startedAt,
      rejected,
      alerts: alerts.length,
      ...summary,
    }),
    ...others.map((metrics) => JSON.stringify({ ...common("INFO", "Metrics"), ...metrics })),
  );
  return lines;
}

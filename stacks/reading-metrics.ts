import { readingMetrics } from "@streaming-data-lake/dataset/metrics";
import type { IngestMonitoring } from "../constructs/monitoring/ingest-monitoring";
import type { Metric } from "../constructs/monitoring/metric";
import type { PipelineSettings } from "./settings";

/** Adds monitoring of the function's metrics about the readings: an alarm on high temperatures and a dashboard row. */
export function watchReadings(
  monitoring: IngestMonitoring | undefined,
  namespace: string,
  { alertThresholdCelsius }: PipelineSettings,
): void {
  if (!monitoring) return;
  const metric = (name: keyof typeof readingMetrics, statistic: string): Metric => ({
    namespace,
    metricName: readingMetrics[name],
    dimensions: {},
    statistic,
  });
  const byStatistic = (name: keyof typeof readingMetrics, ...statistics: string[]): Metric[] =>
    statistics.map((statistic) => ({ ...metric(name, statistic), label: statistic }));
  const high = metric("high", "Sum");
  monitoring.addAlarm("high-temperature", {
    description: `A sensor reads more than ${alertThresholdCelsius} degrees Celsius. The function's log names it.`,
    metric: high,
    threshold: 1,
  });
  monitoring.addAlarm("batches-cut-short", {
    description:
      "The function leaves records of its batches for the next invocation. Its log names the record and the error.",
    metric: metric("cutShort", "Sum"),
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  });
  monitoring.dashboard.addRow("Readings", {
    Readings: [metric("processed", "Sum"), metric("late", "Sum")],
    "Temperature (°C)": byStatistic("temperature", "Minimum", "Average", "Maximum"),
    "Above the threshold": [high],
    "From reading to processing (ms)": byStatistic("lag", "p50", "p99"),
  });
}

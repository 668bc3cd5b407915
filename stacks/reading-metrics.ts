import type { IngestMonitoring } from "../constructs/monitoring/ingest-monitoring";
import type { Metric } from "../constructs/monitoring/metric";
import type { PipelineSettings } from "./settings";

/** What the function measures of the readings: an alarm on high temperatures, and a row of the dashboard. */
export function watchReadings(
  monitoring: IngestMonitoring | undefined,
  namespace: string,
  { alertThresholdCelsius }: PipelineSettings,
): void {
  if (!monitoring) return;
  const metric = (metricName: string, statistic: string): Metric => ({
    namespace,
    metricName,
    dimensions: {},
    statistic,
  });
  const high = metric("HighTemperatureReadings", "Sum");
  monitoring.addAlarm("high-temperature", {
    description: `A sensor reads more than ${alertThresholdCelsius} degrees Celsius. The function's log names it.`,
    metric: high,
    threshold: 1,
  });
  monitoring.dashboard.addRow("Readings", {
    Readings: [metric("ReadingsProcessed", "Sum"), metric("LateReadings", "Sum")],
    "Temperature (°C)": [
      metric("Temperature", "Minimum"),
      metric("Temperature", "Average"),
      metric("Temperature", "Maximum"),
    ].map((one) => ({ ...one, label: one.statistic })),
    "Above the threshold": [high],
    "From reading to processing (ms)": [metric("ProcessingLag", "p50"), metric("ProcessingLag", "p99")].map(
      (one) => ({ ...one, label: one.statistic }),
    ),
  });
}

import type { Metric } from "@streaming-data-lake/terraform/types";

/** A text that identifies a metric, independent of the order of its dimensions. */
export function metricKey({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

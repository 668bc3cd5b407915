import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Column } from "./columns";

/** The columns of `sensor_hourly`: one row a sensor, location and hour of the readings' own time (UTC). */
export const hourlyColumns: readonly Column[] = [
  { name: "hour", type: "timestamp", comment: "Start of the hour, by the readings' own time" },
  { name: "sensor_id", type: "string", comment: "Sensor that took the readings" },
  { name: "location", type: "string", comment: "Where the sensor was" },
  { name: "readings", type: "bigint", comment: "Number of readings" },
  { name: "temperature_min", type: "double", comment: "Lowest temperature in degrees Celsius" },
  { name: "temperature_max", type: "double", comment: "Highest temperature in degrees Celsius" },
  { name: "temperature_mean", type: "double", comment: "Mean temperature in degrees Celsius" },
  {
    name: "temperature_p95",
    type: "double",
    comment: "95th percentile of the temperature in degrees Celsius",
  },
  { name: "alerts", type: "bigint", comment: "Number of readings above the alert threshold" },
];

/**
 * Where EventBridge Scheduler puts the time that it was to run at, such as `2022-03-22T18:59:43Z`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const scheduledTime = "<aws.scheduler.scheduled-time>";

/** Inline, so that Athena can compute the partitions from it. */
const hour = `date_add('hour', -1, date_trunc('hour', CAST(from_iso8601_timestamp('${scheduledTime}') AS timestamp)))`;

export interface RollupOptions {
  /** A reading above it is an alert, in degrees Celsius. */
  readonly alertThresholdCelsius: number;
}

const template = readFileSync(join(__dirname, "rollup", "sensor-hourly.sql"), "utf8");

/** The statement that a schedule runs each hour to fill `sensor_hourly` from `sensor_data`. */
export function rollupStatement({ alertThresholdCelsius }: RollupOptions): string {
  return template
    .replaceAll("{hour}", hour)
    .replaceAll("{alertThresholdCelsius}", String(alertThresholdCelsius))
    .trim();
}

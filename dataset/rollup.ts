import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReadingColumn } from "./columns";
import { sensorReading } from "./reading";

/** The columns of `sensor_hourly`. It has a row for each sensor, location and hour (UTC) by the readings' own time. */
export const hourlyColumns: readonly ReadingColumn[] = [
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
  {
    name: "out_of_range",
    type: "bigint",
    comment: "Number of rows without a temperature that a reading may have, which count nowhere else",
  },
];

/**
 * EventBridge Scheduler replaces this text by the time for which the run was scheduled, such as `2022-03-22T18:59:43Z`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const scheduledTime = "<aws.scheduler.scheduled-time>";

/**
 * The expression for the hour. It is inserted into the statement, so that Athena can compute the partitions from it.
 */
const hour = `date_add('hour', -1, date_trunc('hour', CAST(from_iso8601_timestamp('${scheduledTime}') AS timestamp)))`;

const { minValue, maxValue } = sensorReading.shape.temperature;

/**
 * The temperature if a reading can have it, otherwise NULL. Firehose delivers any value that fits the column, such as
 * 3.4e38. A decimal overflows at that, which would make the roll-up of the hour fail for all sensors.
 */
const temperature = `CASE WHEN temperature BETWEEN ${minValue} AND ${maxValue} THEN temperature END`;

export interface RollupThreshold {
  /** Temperature above which a reading counts as an alert, in degrees Celsius. */
  readonly alertThresholdCelsius: number;
}

const template = readFileSync(join(__dirname, "rollup", "sensor-hourly.sql"), "utf8");

/** The statement that a schedule runs each hour to fill `sensor_hourly` from `sensor_data`. */
export function rollupStatement({ alertThresholdCelsius }: RollupThreshold): string {
  return template
    .replaceAll("{temperature}", temperature)
    .replaceAll("{hour}", hour)
    .replaceAll("{alertThresholdCelsius}", String(alertThresholdCelsius))
    .trim();
}

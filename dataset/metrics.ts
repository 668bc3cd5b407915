/**
 * Names of the metrics that the function writes about the readings, which its alarms and dashboard read. They have no
 * dimensions but where one is named.
 */
export const readingMetrics = {
  /** Valid readings. */
  processed: "ReadingsProcessed",
  /** Records that hold no valid reading, by the dimension `reason`. */
  rejected: "ReadingsRejected",
  /** Readings that were a day old or older when they were processed. */
  late: "LateReadings",
  /** Readings from the future: their sensor's clock is wrong. */
  skewed: "SkewedReadings",
  /** Readings above the alert threshold; also by the dimension `location` for the locations of the settings. */
  high: "HighTemperatureReadings",
  /** Batches of which records were left for the next invocation. Written only when there are any. */
  cutShort: "BatchesCutShort",
  /** Temperatures of the valid readings in degrees Celsius. */
  temperature: "Temperature",
  /** Milliseconds from taking a reading to processing it. */
  lag: "ProcessingLag",
} as const;

/**
 * Why a record is rejected: the values of the metric's dimension `reason`. A small fixed set, because each is a CloudWatch
 * metric of its own.
 *
 * - `malformed-aggregate`: starts as a KPL aggregate but is not one, or an aggregate inside another
 * - `not-json`: not one JSON text in UTF-8
 * - `not-a-reading`: JSON without a field of the reading, or with one of another type or form
 * - `out-of-range`: a reading beyond the physical limits
 */
export const rejectionReasons = ["malformed-aggregate", "not-json", "not-a-reading", "out-of-range"] as const;

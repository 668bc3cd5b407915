/**
 * Names of the metrics about the readings. The function writes them; its alarms and dashboard read them. They have no
 * dimensions unless one is mentioned.
 */
export const readingMetrics = {
  /** Valid readings. */
  processed: "ReadingsProcessed",
  /** Records without a valid reading, by the dimension `reason`. */
  rejected: "ReadingsRejected",
  /** Readings that were a day old or older when they were processed. */
  late: "LateReadings",
  /** Readings from the future, which means that their sensor's clock is wrong. */
  skewed: "SkewedReadings",
  /** Readings above the alert threshold. They are also counted by `location`, for the locations of the settings. */
  high: "HighTemperatureReadings",
  /** Batches whose last records were left to the next invocation. Written only when there are any. */
  cutShort: "BatchesCutShort",
  /** Temperatures of the valid readings in degrees Celsius. */
  temperature: "Temperature",
  /** Milliseconds from taking a reading to processing it. */
  lag: "ProcessingLag",
} as const;

/**
 * The reasons why a record is rejected, which are the values of the metric's dimension `reason`. They are a small fixed
 * set, because each is a separate CloudWatch metric.
 *
 * - `malformed-aggregate`: the record starts like a KPL aggregate but is not a valid one, or is inside another
 * aggregate.
 * - `not-json`: the record is not a single JSON text in UTF-8.
 * - `not-a-reading`: the JSON lacks a field of a reading, or has one with the wrong type or format.
 * - `out-of-range`: a value of the reading is beyond the physical limits.
 */
export const rejectionReasons = ["malformed-aggregate", "not-json", "not-a-reading", "out-of-range"] as const;

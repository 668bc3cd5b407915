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
  /** Temperatures of the valid readings in degrees Celsius. */
  temperature: "Temperature",
  /** Milliseconds from taking a reading to processing it. */
  lag: "ProcessingLag",
} as const;

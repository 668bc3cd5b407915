import * as z from "zod";

/**
 * The schema of a sensor reading. Runtime validation, the TypeScript type and the table's columns are all derived from
 * it, so a field is added only here.
 *
 * On the stream a reading is one JSON object followed by a newline:
 * `{"sensor_id":"sensor-001","temperature":22.5,"humidity":65.2,"timestamp":"2024-01-15T10:30:00Z","location":"warehouse-A"}`
 *
 * Keys that are not declared are dropped, as the table drops them, so that a producer can already send new fields.
 */
export const sensorReading = z.object({
  sensor_id: z.string().min(1).max(64).describe("Sensor that took the reading, such as sensor-001"),
  temperature: z.number().min(-90).max(60).describe("Temperature in degrees Celsius"),
  humidity: z.number().min(0).max(100).describe("Relative humidity in percent"),
  // Firehose and Athena support at most nanoseconds.
  timestamp: z.iso
    .datetime({ error: "expected a time in UTC that ends in Z, such as 2024-01-15T10:30:00Z" })
    .refine((text) => !/\.\d{10}/.test(text), "expected at most nine digits of a second")
    .describe("When the reading was taken: ISO 8601, UTC, with nine digits of a second at most"),
  location: z.string().min(1).max(64).describe("Where the sensor is, such as warehouse-A"),
});

export type SensorReading = z.infer<typeof sensorReading>;

/** The field that is the partition key of a reading, so that the readings of one sensor stay in order. */
export const partitionKeyField = "sensor_id" satisfies keyof SensorReading;

/** Encodes a reading for the stream as JSON with a final newline, so that concatenated records are NDJSON. */
export function encodeReading(reading: SensorReading): string {
  return `${JSON.stringify(reading)}\n`;
}

import * as z from "zod";

/**
 * A sensor reading: the one declaration from which runtime validation, the TypeScript type and the table's
 * columns derive. Adding a field is one edit, here.
 *
 * On the stream a reading is one JSON object followed by a newline:
 * `{"sensor_id":"sensor-001","temperature":22.5,"humidity":65.2,"timestamp":"2024-01-15T10:30:00Z","location":"warehouse-A"}`
 *
 * Keys that are not declared are dropped, as the table drops them, so that a producer may run ahead of the schema.
 */
export const sensorReading = z.object({
  sensor_id: z.string().min(1).max(64).describe("Sensor that took the reading, such as sensor-001"),
  temperature: z.number().min(-90).max(60).describe("Temperature in degrees Celsius"),
  humidity: z.number().min(0).max(100).describe("Relative humidity in percent"),
  // Firehose and Athena know no more than nanoseconds.
  timestamp: z.iso
    .datetime({ error: "expected a time in UTC that ends in Z, such as 2024-01-15T10:30:00Z" })
    .refine((text) => !/\.\d{10}/.test(text), "expected at most nine digits of a second")
    .describe("When the reading was taken: ISO 8601, UTC, with nine digits of a second at most"),
  location: z.string().min(1).max(64).describe("Where the sensor is, such as warehouse-A"),
});

export type SensorReading = z.infer<typeof sensorReading>;

/** The field that chooses a reading's shard: readings of one sensor keep their order. */
export const partitionKeyField = "sensor_id" satisfies keyof SensorReading;

/** A reading as it goes on the stream: JSON with a closing newline, so that concatenated records are NDJSON. */
export function encodeReading(reading: SensorReading): string {
  return `${JSON.stringify(reading)}\n`;
}

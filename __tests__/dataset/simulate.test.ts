import { sensorReading } from "@streaming-data-lake/dataset";
import { type SimulationOptions, simulateReadings } from "@streaming-data-lake/dataset/simulate";
import { describe, expect, it } from "vitest";

const start = new Date("2024-01-15T00:00:00Z");

function take(count: number, options: SimulationOptions) {
  return [...Array(count)].map(
    (
      (readings) => () =>
        readings.next().value
    )(simulateReadings({ start, ...options })),
  );
}

describe("simulated readings", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(take(200, { seed: 7 })).toEqual(take(200, { seed: 7 }));
    expect(take(200, { seed: 7 })).not.toEqual(take(200, { seed: 8 }));
  });

  it("are valid, in the lab's form and order of fields", () => {
    const readings = take(2_000, { seed: 1 });
    for (const reading of readings) expect(sensorReading.parse(reading)).toEqual(reading);
    expect(JSON.stringify(readings[0])).toMatch(
      /^\{"sensor_id":"sensor-001","temperature":-?\d+(\.\d)?,"humidity":\d+(\.\d)?,"timestamp":"2024-01-15T00:00:00Z","location":"warehouse-A"\}$/,
    );
  });

  it("come from the sensors in turn, a second apart for each", () => {
    const readings = take(6, { seed: 1, sensors: 3 });
    expect(readings.map(({ sensor_id, timestamp }) => `${sensor_id} ${timestamp.slice(17, 19)}`)).toEqual([
      "sensor-001 00",
      "sensor-002 00",
      "sensor-003 00",
      "sensor-001 01",
      "sensor-002 01",
      "sensor-003 01",
    ]);
  });

  it("of one sensor change slowly but for rare anomalies, which are above 30 degrees", () => {
    const temperatures = take(20_000, { seed: 3, sensors: 1 }).map(({ temperature }) => temperature);
    const high = temperatures.filter((temperature) => temperature > 30);
    expect(high.length / temperatures.length).toBeGreaterThan(0.01);
    expect(high.length / temperatures.length).toBeLessThan(0.08);
    const steps = temperatures
      .slice(1)
      .map((temperature, at) => Math.abs(temperature - (temperatures[at] ?? 0)));
    const usual = steps.filter((step, at) => step < 5 && (temperatures[at] ?? 0) < 30);
    expect(usual.length / steps.length).toBeGreaterThan(0.9);
    expect(Math.max(...usual)).toBeLessThan(1.5);
  });

  it("are warmer in the afternoon than at night", () => {
    const day = take(24 * 60, { seed: 5, sensors: 1, intervalMs: 60_000 }).map(
      ({ temperature }) => temperature,
    );
    const mean = (from: number, to: number) => {
      const hours = day.slice(from * 60, to * 60).filter((temperature) => temperature < 30);
      return hours.reduce((sum, temperature) => sum + temperature, 0) / hours.length;
    };
    expect(mean(14, 16) - mean(2, 4)).toBeGreaterThan(2);
  });
});

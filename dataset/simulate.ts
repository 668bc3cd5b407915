import type { SensorReading } from "./reading";

export interface SimulationOptions {
  /** Number of sensors, which take turns, 1 to 1,000,000. @default 10 */
  readonly sensors?: number;
  /** Seed of the simulation. The same seed gives the same readings. @default - a random seed */
  readonly seed?: number;
  /** Time of the first reading. @default - now */
  readonly start?: Date;
  /** Milliseconds between two readings. @default - as long as each sensor takes one reading a second */
  readonly intervalMs?: number;
}

/** What a sensor remembers from one reading to the next. */
interface Sensor {
  readonly id: string;
  readonly location: string;
  /** Usual temperature at the sensor's place, in degrees Celsius. */
  readonly usual: number;
  /** How far the temperature has drifted from the usual one. */
  drift: number;
  /** For how many more readings something stays wrong, such as an open door or a broken cooler. */
  anomalous: number;
}

const day = 86_400_000;
/** The warmest time of a day, 15:00 UTC, as a fraction of the day. */
const warmest = 15 / 24;
const anomalyChance = 0.02;

/**
 * Generates endless readings like those of sensors in warehouses. Temperatures are around 22 degrees, and warmer in the
 * afternoon than at night. Each sensor drifts slowly, and now and then one is above 30 degrees for a few readings.
 */
export function* simulateReadings(options: SimulationOptions = {}): Generator<SensorReading, never> {
  const { sensors: count = 10, seed = Math.floor(Math.random() * 2 ** 32), start = new Date() } = options;
  const { intervalMs = 1000 / count } = options;
  const random = mulberry32(seed);
  const noise = () => random() + random() + random() - 1.5;
  const digits = Math.max(3, String(count).length);
  const sensors = Array.from({ length: count }, (_, at): Sensor => {
    const id = `sensor-${String(at + 1).padStart(digits, "0")}`;
    return { id, location: `warehouse-${"ABC"[at % 3]}`, usual: 20 + 4 * random(), drift: 0, anomalous: 0 };
  });
  for (let at = 0; ; at++) {
    const sensor = sensors[at % count] as Sensor;
    const time = start.getTime() + at * intervalMs;
    sensor.drift = sensor.drift * 0.98 + 0.15 * noise();
    if (sensor.anomalous > 0) sensor.anomalous--;
    else if (random() < anomalyChance) sensor.anomalous = 1 + Math.floor(random() * 3);
    const cycle = 2 * Math.cos(2 * Math.PI * (time / day - warmest));
    const normal = sensor.usual + cycle + sensor.drift + 0.2 * noise();
    const temperature = sensor.anomalous > 0 ? 30.5 + 6 * random() : normal;
    const humidity = 65 - 1.5 * (normal - 22) + 2 * noise();
    yield {
      sensor_id: sensor.id,
      temperature: oneDecimal(temperature),
      humidity: oneDecimal(Math.min(100, Math.max(0, humidity))),
      timestamp: timestampOf(new Date(time)),
      location: sensor.location,
    };
  }
}

/** A time as ISO 8601 in UTC with whole seconds, such as `2024-01-15T10:30:00Z`. */
export function timestampOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The public-domain generator Mulberry32. It gives uniform numbers from 0 to 1, the same ones for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

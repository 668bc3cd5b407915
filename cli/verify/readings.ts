import { encodeReading, partitionKeyField } from "@streaming-data-lake/dataset";
import type { ProducerRecord } from "@streaming-data-lake/producer";

/** How many of a run's records are expected to end up where. */
export interface Expected {
  readonly sent: number;
  readonly processed: number;
  readonly rejected: number;
  /** Rows of the table: all records that fit its columns, including those that the function rejects. */
  readonly rows: number;
  /** Records in the errors zone, which are those that do not fit the table. */
  readonly errors: number;
  /** Readings in the roll-up. `outOfRange` is the number of rows that it counts as out of range. */
  readonly rollup: number;
  readonly outOfRange: number;
}

export interface MarkedReadings {
  /** The text that all records of the run contain, such as `verify-1a2b3c4d`. */
  readonly mark: string;
  readonly records: readonly ProducerRecord[];
  readonly expected: Expected;
}

export interface MarkedOptions {
  readonly mark: string;
  readonly count: number;
  /** How many of the readings are wrong on purpose. */
  readonly wrong: number;
  /** The time of the first reading. Each other reading is a millisecond later than the one before it. */
  readonly time: Date;
  /** Degrees Celsius above which a reading raises an alert. All readings stay below it. */
  readonly alertThreshold: number;
}

/** Number of sensors in a run, which is also the number of its rows in the roll-up. */
const sensors = 10;

type Reading = Parameters<typeof encodeReading>[0];

/** Faults that are put into the wrong readings in turn. Every other one still fits the table. */
const faults: readonly { readonly fits: boolean; readonly spoil: (reading: Reading) => string }[] = [
  { fits: true, spoil: (reading) => encodeReading({ ...reading, temperature: 1000 }) },
  { fits: false, spoil: (reading) => line({ ...reading, temperature: "warm" }) },
  { fits: true, spoil: ({ temperature: _, ...reading }) => line(reading) },
  { fits: false, spoil: ({ sensor_id, timestamp }) => `${sensor_id} at ${timestamp} is not JSON\n` },
];

const line = (value: object) => `${JSON.stringify(value)}\n`;

/** Creates readings that are told from all others by their mark, and from each other by their time. */
export function markedReadings(options: MarkedOptions): MarkedReadings {
  const { mark, count, wrong, time, alertThreshold } = options;
  const right = count - wrong;
  const records = Array.from({ length: count }, (_, at): ProducerRecord => {
    const reading: Reading = {
      sensor_id: `${mark}-${(at % sensors) + 1}`,
      temperature: Math.min(20, alertThreshold),
      humidity: 50,
      timestamp: new Date(time.getTime() + at).toISOString(),
      location: "verify",
    };
    const fault = at < right ? undefined : faults[(at - right) % faults.length];
    return {
      partitionKey: reading[partitionKeyField],
      data: fault ? fault.spoil(reading) : encodeReading(reading),
    };
  });
  const fitting = Array.from({ length: wrong }, (_, at) => faults[at % faults.length]?.fits).filter(
    Boolean,
  ).length;
  return {
    mark,
    records,
    expected: {
      sent: count,
      processed: right,
      rejected: wrong,
      rows: right + fitting,
      errors: wrong - fitting,
      rollup: right,
      outOfRange: fitting,
    },
  };
}

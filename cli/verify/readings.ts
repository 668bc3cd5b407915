import { encodeReading, partitionKeyField } from "@streaming-data-lake/dataset";
import type { ProducerRecord } from "@streaming-data-lake/producer";

/** What becomes of the records of a run, in numbers. */
export interface Expected {
  readonly sent: number;
  readonly processed: number;
  readonly rejected: number;
  /** Rows of the table: all that fits its columns, also what the function rejects. */
  readonly rows: number;
  /** Records in the errors zone: what does not fit the table. */
  readonly errors: number;
  /** Readings in the roll-up, and rows that it counts as out of range. */
  readonly rolledUp: number;
  readonly outOfRange: number;
}

export interface MarkedReadings {
  /** What all of them hold, such as `verify-1a2b3c4d`. */
  readonly mark: string;
  readonly records: readonly ProducerRecord[];
  readonly expected: Expected;
}

export interface MarkedOptions {
  readonly mark: string;
  readonly count: number;
  /** How many of them are wrong. */
  readonly wrong: number;
  /** When they were taken: the first at this time, each other a millisecond later. */
  readonly time: Date;
  /** Degrees Celsius above which a reading raises an alert: none does. */
  readonly alertThreshold: number;
}

/** Sensors of a run: as many rows has it in the roll-up. */
const sensors = 10;

type Reading = Parameters<typeof encodeReading>[0];

/** What is wrong on purpose, in turn: every other one fits the table all the same. */
const faults: readonly { readonly fits: boolean; readonly spoil: (reading: Reading) => string }[] = [
  { fits: true, spoil: (reading) => encodeReading({ ...reading, temperature: 1000 }) },
  { fits: false, spoil: (reading) => line({ ...reading, temperature: "warm" }) },
  { fits: true, spoil: ({ temperature: _, ...reading }) => line(reading) },
  { fits: false, spoil: ({ sensor_id, timestamp }) => `${sensor_id} at ${timestamp} is not JSON\n` },
];

const line = (value: object) => `${JSON.stringify(value)}\n`;

/** Readings that differ from all others by their mark, and from each other by their time. */
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
      rolledUp: right,
      outOfRange: fitting,
    },
  };
}

import { UsageError } from "@streaming-data-lake/command";
import {
  encodeReading,
  partitionKeyField,
  type SensorReading,
  sensorReading,
} from "@streaming-data-lake/dataset";
import { simulateReadings, timestampOf } from "@streaming-data-lake/dataset/simulate";
import { checkRecord, type ProducerRecord, recordBytes } from "../core/record";
import type { Arguments } from "./args";
import { maxLineBytes, ReadError, readInputLines } from "./lines";
import { splitObjects } from "./objects";

/** A line that can't be sent. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

export interface Source {
  records(signal: AbortSignal): AsyncIterable<ProducerRecord> | Iterable<ProducerRecord>;
  /** Number of records that there will be, if it is known. */
  readonly count: number | undefined;
}

export interface SourceEvents {
  readonly onBadLine: (bad: BadLine) => void;
  /** Called when reading the file fails part of the way. The records before that are sent. */
  readonly onBrokenOff: (error: ReadError) => void;
}

/** The records that the arguments ask to send. */
export function openSource(args: Arguments, events: SourceEvents): Source {
  const { file } = args;
  if (file === undefined) return { count: args.count, records: () => simulated(args) };
  return { count: undefined, records: (signal) => linesOf(file, args, events, signal) };
}

const seededStart = new Date("2024-01-15T10:30:00Z");

function* simulated({ count, rate, sensors, seed, start, continuous }: Arguments): Generator<ProducerRecord> {
  const perSecond = rate ?? (continuous ? 1 : undefined);
  const intervalMs = 1000 / (perSecond ?? sensors);
  const now = Date.now();
  const usual = perSecond === undefined ? new Date(now - intervalMs * ((count ?? 1) - 1)) : new Date(now);
  const readings = simulateReadings({
    sensors,
    seed,
    start: start ?? (seed === undefined ? usual : seededStart),
    intervalMs,
  });
  let left = count ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for (const reading of readings) {
    yield recordOf(reading);
    if (--left <= 0) return;
  }
}

/** The record for a reading. */
function recordOf(reading: SensorReading): ProducerRecord {
  return { data: encodeReading(reading), partitionKey: reading[partitionKeyField] };
}

async function* linesOf(
  file: string,
  { key, time, strict }: Arguments,
  { onBadLine, onBrokenOff }: SourceEvents,
  signal: AbortSignal,
): AsyncGenerator<ProducerRecord> {
  try {
    for await (const [line, text] of readInputLines(file, signal)) {
      if (text?.trim() === "") continue;
      for (const part of text === undefined ? [text] : splitObjects(text)) {
        const record =
          part === undefined ? `more than ${maxLineBytes} bytes` : parseLine(part, key, time === "now");
        if (typeof record !== "string") yield record;
        else {
          onBadLine({ line, reason: record });
          if (strict) return;
        }
      }
    }
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    const cause = error.cause as NodeJS.ErrnoException;
    if (cause.code === "EISDIR") throw new UsageError(`--file ${file} is a folder, not a file`);
    if (error.lines === 0) throw cause;
    onBrokenOff(error);
  }
}

/** Largest record, including its partition key, that every stream accepts. Bytes. */
const maxRecordBytes = 1024 * 1024;

/**
 * Parses a line into a record.
 *
 * @param key The field of a JSON object that is its partition key; undefined for sensor readings.
 * @returns A record, or the reason why the line can't be sent.
 */
function parseLine(text: string, key: string | undefined, now: boolean): ProducerRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not valid JSON: ${(error as Error).message}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
  const fields = value as Record<string, unknown>;
  if (key === undefined) {
    const { error } = sensorReading.safeParse(value);
    if (error) return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  }
  const partitionKey = fields[key ?? partitionKeyField];
  if (typeof partitionKey !== "string" && typeof partitionKey !== "number")
    return `${key}: no text or number to be the partition key`;
  const json = now ? JSON.stringify({ ...fields, timestamp: timestampOf(new Date()) }) : text.trimEnd();
  const record = { data: Buffer.from(`${json}\n`), partitionKey: String(partitionKey) };
  try {
    checkRecord(record, recordBytes(record.data, record.partitionKey), maxRecordBytes);
    return record;
  } catch (error) {
    return (error as Error).message;
  }
}

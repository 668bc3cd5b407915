import type { KinesisStreamRecord } from "aws-lambda";
import { deaggregate, isAggregate } from "./aggregate";
import { type Decoded, decodeReading } from "./decode";
import { type Origin, Outcome } from "./outcome";

export interface Conditions {
  /** Degrees Celsius above which a reading raises an alert. */
  readonly alertThreshold: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Asked before each record: whether to leave the rest for the next invocation. */
  readonly outOfTime: () => boolean;
}

export interface Processed {
  readonly outcome: Outcome;
  /** The lowest sequence number that was not processed, where Lambda must go on. */
  readonly resumeAt?: string;
  /** What failed at `resumeAt`; absent when time ran out. */
  readonly failure?: unknown;
}

/**
 * Processes the records of a shard in their order. What is wrong with a record is counted as a rejection; anything
 * else that goes wrong ends the batch before that record. A KPL aggregate counts whole or not at all, because Lambda
 * can only retry it whole.
 */
export function processRecords(records: readonly KinesisStreamRecord[], conditions: Conditions): Processed {
  const outcome = new Outcome(conditions.alertThreshold, conditions.now);
  for (const { kinesis } of records) {
    if (conditions.outOfTime()) return { outcome, resumeAt: kinesis.sequenceNumber };
    try {
      for (const { decoded, origin } of read(kinesis)) outcome.add(decoded, origin);
    } catch (failure) {
      return { outcome, resumeAt: kinesis.sequenceNumber, failure };
    }
  }
  return { outcome };
}

function read(kinesis: KinesisStreamRecord["kinesis"]): { decoded: Decoded; origin: Origin }[] {
  const { sequenceNumber, partitionKey } = kinesis;
  const data = Buffer.from(kinesis.data, "base64");
  if (!isAggregate(data)) return [{ decoded: decodeReading(data), origin: { sequenceNumber, partitionKey } }];
  const userRecords = deaggregate(data);
  if (!userRecords) return [{ decoded: "malformed-aggregate", origin: { sequenceNumber, partitionKey } }];
  return userRecords.map((record, subSequenceNumber) => ({
    decoded: isAggregate(record.data) ? "malformed-aggregate" : decodeReading(record.data),
    origin: { sequenceNumber, subSequenceNumber, partitionKey: record.partitionKey },
  }));
}

import { decodeAggregate, isAggregate } from "@streaming-data-lake/aggregation";
import type { KinesisStreamRecord } from "aws-lambda";
import { decodeReading } from "./decode";
import { BatchOutcome } from "./outcome";

const malformed = { reason: "malformed-aggregate" } as const;

export interface Conditions {
  /** Degrees Celsius above which a reading raises an alert. */
  readonly alertThreshold: number;
  /** Current time in milliseconds since 1970. */
  readonly now: number;
  /** Called before each record. Returns whether to leave the rest to the next invocation. */
  readonly outOfTime: () => boolean;
}

export interface Processed {
  readonly outcome: BatchOutcome;
  /** The lowest sequence number that was not processed, from which Lambda must continue; absent if all were. */
  readonly resumeAt?: string;
  /** The error at the record of `resumeAt`; absent when time ran out. */
  readonly failure?: unknown;
}

/**
 * Processes the records of a shard in order. An invalid record is counted as a rejection; any other failure ends the
 * batch before that record. A KPL aggregate is counted as a whole or not at all, because Lambda can only retry it as a
 * whole.
 */
export function processRecords(records: readonly KinesisStreamRecord[], conditions: Conditions): Processed {
  const outcome = new BatchOutcome(conditions.alertThreshold, conditions.now);
  for (const { kinesis } of records) {
    if (conditions.outOfTime()) return { outcome, resumeAt: kinesis.sequenceNumber };
    try {
      add(kinesis, outcome);
    } catch (failure) {
      return { outcome, resumeAt: kinesis.sequenceNumber, failure };
    }
  }
  return { outcome };
}

/** Adds the contents of a record to the outcome. If this throws, nothing has been added. */
function add(kinesis: KinesisStreamRecord["kinesis"], outcome: BatchOutcome): void {
  const data = Buffer.from(kinesis.data, "base64");
  if (isAggregate(data)) addAggregate(data, kinesis, outcome);
  else outcome.add(decodeReading(data), kinesis);
}

function addAggregate(data: Buffer, kinesis: KinesisStreamRecord["kinesis"], outcome: BatchOutcome): void {
  const { sequenceNumber } = kinesis;
  // All user records are decoded before the first is counted, so that a failure counts none.
  const userRecords = decodeAggregate(data)?.map(({ data, partitionKey }, subSequenceNumber) => ({
    decoded: isAggregate(data) ? malformed : decodeReading(data),
    origin: { sequenceNumber, subSequenceNumber, partitionKey },
  }));
  if (!userRecords) outcome.add(malformed, kinesis);
  else for (const { decoded, origin } of userRecords) outcome.add(decoded, origin);
}

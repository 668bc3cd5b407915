import { decodeAggregate } from "@streaming-data-lake/aggregation";
import type { KinesisRecord } from "./stream-source";

/**
 * A record as the producer's application sent it: a Kinesis record, or one of the records that the KPL has aggregated
 * in it.
 */
export interface SentRecord {
  readonly sequenceNumber: string;
  /** Index within the aggregate, from 0. */
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  readonly data: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

/**
 * The user records of a Kinesis record. A record that is not an aggregate, or not a valid one, is a single user record.
 * https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
 */
export function deaggregate(record: KinesisRecord): readonly SentRecord[] {
  const { sequenceNumber, arrival } = record;
  const userRecords = decodeAggregate(record.data);
  if (!userRecords) {
    const { partitionKey, data } = record;
    return [{ sequenceNumber, subSequenceNumber: 0, partitionKey, data, arrival }];
  }
  return userRecords.map(({ partitionKey, data }, subSequenceNumber) => ({
    sequenceNumber,
    subSequenceNumber,
    partitionKey,
    data,
    arrival,
  }));
}

/** Number of the user records of a Kinesis record. */
export const userRecordsIn = ({ data }: KinesisRecord): number => decodeAggregate(data)?.length ?? 1;

import type { KinesisRecord } from "../stream/stream-source";

/**
 * Largest payload of a synchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const maxPayloadBytes = 6 * 1024 * 1024;

export interface EventSource {
  readonly shardId: string;
  readonly streamArn: string;
  readonly region: string;
  readonly roleArn: string;
}

/**
 * The event that a function receives for a batch, as JSON.
 *
 * @param more Additional fields of the event, for a tumbling window.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example
 */
export function kinesisEvent(
  records: readonly KinesisRecord[],
  source: EventSource,
  more: object = {},
): string {
  return JSON.stringify({ Records: records.map((record) => eventRecord(record, source)), ...more });
}

function eventRecord(record: KinesisRecord, { shardId, streamArn, region, roleArn }: EventSource) {
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: record.data.toString("base64"),
      approximateArrivalTimestamp: record.arrival / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${record.sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: roleArn,
    awsRegion: region,
    eventSourceARN: streamArn,
  };
}

/** Number of bytes that a record takes up in the event. */
export function eventBytes(
  { partitionKey, data }: KinesisRecord,
  { streamArn, roleArn }: EventSource,
): number {
  const fixed = 420;
  return fixed + streamArn.length + roleArn.length + partitionKey.length + Math.ceil(data.length / 3) * 4;
}

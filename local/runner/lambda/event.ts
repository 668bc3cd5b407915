import type { KinesisRecord } from "../stream/stream-source";

export interface EventSource {
  readonly shardId: string;
  readonly streamArn: string;
  readonly region: string;
  readonly roleArn: string;
}

/**
 * Writes the events that a function receives for a shard's batches, as JSON. The event of the next batch can be written
 * ahead, while the function is busy with the one before it.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example
 */
export class EventWriter {
  /** The text that follows the data of each record, up to the event id and after it. */
  private readonly beforeId: string;
  private readonly afterId: string;
  private ahead: { readonly records: readonly KinesisRecord[]; readonly event: string } | undefined;

  constructor(readonly source: EventSource) {
    const { shardId, streamArn, region, roleArn } = source;
    this.beforeId = `},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"${shardId}:`;
    const constants = {
      eventName: "aws:kinesis:record",
      invokeIdentityArn: roleArn,
      awsRegion: region,
      eventSourceARN: streamArn,
    };
    this.afterId = `",${JSON.stringify(constants).slice(1)}`;
  }

  writeAhead(records: readonly KinesisRecord[]): void {
    this.ahead = { records, event: this.event(records) };
  }

  /** @param more Additional fields of the event, for a tumbling window. */
  write(records: readonly KinesisRecord[], more?: object): string {
    const { ahead } = this;
    this.ahead = undefined;
    const isAhead =
      ahead?.records.length === records.length && records.every((one, at) => one === ahead.records[at]);
    return isAhead && !more ? ahead.event : this.event(records, more);
  }

  private event(records: readonly KinesisRecord[], more: object = {}): string {
    const fields = JSON.stringify(more).slice(1, -1);
    const texts = records.map((record) => this.record(record));
    return `{"Records":[${texts.join(",")}]${fields && `,${fields}`}}`;
  }

  /** Most of a record's text is the same for all, and its parts need no escaping except for the partition key. */
  private record({ partitionKey, sequenceNumber, data, arrival }: KinesisRecord): string {
    const head = `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":${JSON.stringify(partitionKey)},"sequenceNumber":"${sequenceNumber}"`;
    const body = `,"data":"${data.toString("base64")}","approximateArrivalTimestamp":${arrival / 1000}`;
    return `${head}${body}${this.beforeId}${sequenceNumber}${this.afterId}`;
  }
}

/** Number of bytes that a record takes up in the event. */
export function eventBytes(
  { partitionKey, data }: KinesisRecord,
  { streamArn, roleArn }: EventSource,
): number {
  const fixed = 420;
  return fixed + streamArn.length + roleArn.length + partitionKey.length + Math.ceil(data.length / 3) * 4;
}

import { createHash } from "node:crypto";
import type { KinesisRecord } from "./stream-source";

/** A record as its producer's caller sent it: a Kinesis record, or one of those that the KPL put into it. */
export interface UserRecord {
  readonly sequenceNumber: string;
  /** Place within the aggregate. */
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly arrival: number;
}

const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const digestLength = 16;

/**
 * Takes apart what the Kinesis Producer Library aggregated: magic number, protobuf message, MD5 of the message.
 * What is no valid aggregate is one record as it stands.
 *
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
export function deaggregate(record: KinesisRecord): readonly UserRecord[] {
  const { data } = record;
  if (data.length > magic.length + digestLength && data.subarray(0, magic.length).equals(magic)) {
    const message = data.subarray(magic.length, -digestLength);
    const digest = createHash("md5").update(message).digest();
    if (digest.equals(data.subarray(-digestLength))) {
      const records = readAggregate(message, record);
      if (records) return records;
    }
  }
  return [{ ...record, subSequenceNumber: 0 }];
}

interface Field {
  readonly number: number;
  readonly varint: number;
  readonly bytes: Buffer;
}

/** The fields of a protobuf message, of its two wire types that occur here; undefined when it is no message. */
function readFields(message: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < message.length) {
    const tag = varint();
    const value = varint();
    if (Number.isNaN(value)) return undefined;
    if (tag % 8 === 0) {
      fields.push({ number: tag >> 3, varint: value, bytes: Buffer.alloc(0) });
    } else if (tag % 8 === 2 && at + value <= message.length) {
      fields.push({ number: tag >> 3, varint: 0, bytes: message.subarray(at, at + value) });
      at += value;
    } else {
      return undefined;
    }
  }
  return fields;
}

function readAggregate(message: Buffer, outer: KinesisRecord): UserRecord[] | undefined {
  const fields = readFields(message);
  if (!fields) return undefined;
  const keys = fields.filter(({ number }) => number === 1).map(({ bytes }) => bytes.toString("utf8"));
  const records: UserRecord[] = [];
  for (const { number, bytes } of fields) {
    if (number !== 3) continue;
    const inner = readFields(bytes);
    const key = inner?.find((field) => field.number === 1);
    const data = inner?.find((field) => field.number === 3);
    if (!key || !data) return undefined;
    records.push({
      sequenceNumber: outer.sequenceNumber,
      subSequenceNumber: records.length,
      partitionKey: keys[key.varint] ?? outer.partitionKey,
      data: data.bytes,
      arrival: outer.arrival,
    });
  }
  return records.length > 0 ? records : undefined;
}

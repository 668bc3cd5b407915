import { createHash } from "node:crypto";
import { ProtobufReader } from "./protobuf";

/** A record as its producer put it, taken out of an aggregate. */
export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Buffer;
}

const magic = 0xf3899ac2;
const magicBytes = 4;
const digestBytes = 16;

/**
 * Whether a Kinesis record is a KPL aggregate: it starts with the KPL's magic number. No JSON does, as these four
 * bytes are not UTF-8.
 */
export function isAggregate(data: Buffer): boolean {
  return data.length >= magicBytes && data.readUInt32BE() === magic;
}

/**
 * The user records of a KPL aggregate in their order, or `undefined` when it is broken: too short, a checksum that
 * does not match, bytes that are no `AggregatedRecord`, no record at all. An aggregate counts whole or not at all.
 *
 * Layout: magic number, protobuf `AggregatedRecord`, MD5 of the protobuf.
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
export function deaggregate(data: Buffer): readonly UserRecord[] | undefined {
  if (data.length < magicBytes + digestBytes) return undefined;
  const message = data.subarray(magicBytes, -digestBytes);
  const digest = createHash("md5").update(message).digest();
  if (!digest.equals(data.subarray(-digestBytes))) return undefined;
  return readAggregatedRecord(message);
}

/**
 * `AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2;
 * repeated Record records = 3; }`
 */
function readAggregatedRecord(message: Buffer): readonly UserRecord[] | undefined {
  const partitionKeys: string[] = [];
  const records: { keyIndex: number; data: Buffer }[] = [];
  const reader = new ProtobufReader(message);
  for (let field = reader.next(); field; field = reader.next()) {
    if (field.number === 1 && field.bytes) partitionKeys.push(field.bytes.toString("utf8"));
    if (field.number === 3 && field.bytes) {
      const record = readRecord(field.bytes);
      if (!record) return undefined;
      records.push(record);
    }
  }
  if (reader.broken || records.length === 0) return undefined;
  const userRecords: UserRecord[] = [];
  for (const { keyIndex, data } of records) {
    const partitionKey = partitionKeys[keyIndex];
    if (partitionKey === undefined) return undefined;
    userRecords.push({ partitionKey, data });
  }
  return userRecords;
}

/**
 * `Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
 * required bytes data = 3; repeated Tag tags = 4; }`
 */
function readRecord(message: Buffer): { keyIndex: number; data: Buffer } | undefined {
  let keyIndex: number | undefined;
  let data: Buffer | undefined;
  const reader = new ProtobufReader(message);
  for (let field = reader.next(); field; field = reader.next()) {
    if (field.number === 1) keyIndex = field.varint;
    if (field.number === 3) data = field.bytes;
  }
  return reader.broken || keyIndex === undefined || data === undefined ? undefined : { keyIndex, data };
}

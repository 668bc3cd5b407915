import { checksumBytes, checksumOf, magic } from "./format";
import { ProtobufReader } from "./protobuf-reader";
import type { UserRecord } from "./user-record";

const magicNumber = magic.readUInt32BE();

/** Whether a Kinesis record starts like an aggregate. The aggregate can still be malformed. */
export function isAggregate(data: Buffer): boolean {
  return data.length >= magic.length && data.readUInt32BE() === magicNumber;
}

/**
 * Decodes the user records of an aggregate, in order. There is at least one.
 *
 * The result is `undefined` when the data is not an aggregate, and also when it is a malformed one: too short, with a
 * wrong checksum, not an `AggregatedRecord` or without a record. An aggregate is read as a whole or not at all. Callers
 * decide what to do with a malformed one: Firehose delivers it as one record, and the Lambda handler rejects it.
 */
export function decodeAggregate(data: Buffer): readonly UserRecord[] | undefined {
  if (data.length < magic.length + checksumBytes || !isAggregate(data)) return undefined;
  const message = data.subarray(magic.length, -checksumBytes);
  if (!checksumOf(message).equals(data.subarray(-checksumBytes))) return undefined;
  return readAggregatedRecord(message);
}

/**
 * `AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2;
 * repeated Record records = 3; }`
 */
function readAggregatedRecord(message: Buffer): readonly UserRecord[] | undefined {
  const partitionKeys: string[] = [];
  const hashKeys: string[] = [];
  const records: InnerRecord[] = [];
  const reader = new ProtobufReader(message);
  for (let field = reader.next(); field; field = reader.next()) {
    if (field.number === 1 && field.bytes) partitionKeys.push(field.bytes.toString("utf8"));
    if (field.number === 2 && field.bytes) hashKeys.push(field.bytes.toString("utf8"));
    if (field.number === 3 && field.bytes) {
      const record = readRecord(field.bytes);
      if (!record) return undefined;
      records.push(record);
    }
  }
  if (reader.broken || records.length === 0) return undefined;
  const userRecords: UserRecord[] = [];
  for (const { keyIndex, hashKeyIndex, data } of records) {
    const partitionKey = partitionKeys[keyIndex];
    if (partitionKey === undefined) return undefined;
    if (hashKeyIndex === undefined) {
      userRecords.push({ partitionKey, data });
      continue;
    }
    const explicitHashKey = hashKeys[hashKeyIndex];
    if (explicitHashKey === undefined) return undefined;
    userRecords.push({ partitionKey, explicitHashKey, data });
  }
  return userRecords;
}

interface InnerRecord {
  readonly keyIndex: number;
  readonly hashKeyIndex?: number;
  readonly data: Buffer;
}

/**
 * `Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
 * required bytes data = 3; repeated Tag tags = 4; }`
 */
function readRecord(message: Buffer): InnerRecord | undefined {
  let keyIndex: number | undefined;
  let hashKeyIndex: number | undefined;
  let data: Buffer | undefined;
  const reader = new ProtobufReader(message);
  for (let field = reader.next(); field; field = reader.next()) {
    if (field.number === 1) keyIndex = field.varint;
    if (field.number === 2) hashKeyIndex = field.varint;
    if (field.number === 3) data = field.bytes;
  }
  return reader.broken || keyIndex === undefined || data === undefined
    ? undefined
    : { keyIndex, hashKeyIndex, data };
}

import { createHash } from "node:crypto";

// Aggregates are encoded here a second time, so that the product is not tested against itself.

/** The bytes of a length-delimited protobuf field. */
export function field(number: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A protobuf `Record` of an aggregate. */
export function userRecord(keyIndex: number, data: string | Uint8Array): Buffer {
  return Buffer.concat([varint(1 * 8), varint(keyIndex), field(3, data)]);
}

/** Magic number, message, MD5: an aggregate around any bytes. */
export function sign(message: Uint8Array): Buffer {
  const digest = createHash("md5").update(message).digest();
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, digest]);
}

/** A KPL aggregate of user records that share one partition key. */
export function aggregate(data: readonly (string | Uint8Array)[], partitionKey = "sensor-001"): Buffer {
  return sign(Buffer.concat([field(1, partitionKey), ...data.map((item) => field(3, userRecord(0, item)))]));
}

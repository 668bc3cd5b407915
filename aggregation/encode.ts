import { checksumBytes, checksumOf, magic } from "./format";
import type { UserRecord } from "./user-record";

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

function writeVarint(buffer: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest >= 0x80) {
    buffer[end++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer[end++] = rest;
  return end;
}

/** Encoded bytes of a length-delimited field whose field number is below 16. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** A table of texts that records refer to by index. */
class StringTable {
  readonly #places = new Map<string, number>();
  bytes = 0;

  constructor(private readonly tag: number) {}

  /** The text's index, or the one that it would get if it is new. */
  place(text: string): number {
    return this.#places.get(text) ?? this.#places.size;
  }

  /** Bytes that adding a text with this index takes; 0 when the table already has it. */
  cost(text: string, place: number): number {
    return place < this.#places.size ? 0 : fieldBytes(Buffer.byteLength(text));
  }

  add(text: string, place: number, cost: number): void {
    if (cost === 0) return;
    this.bytes += cost;
    this.#places.set(text, place);
  }

  write(buffer: Buffer, at: number): number {
    let end = at;
    for (const text of this.#places.keys()) {
      buffer[end++] = this.tag;
      end = writeVarint(buffer, end, Buffer.byteLength(text));
      end += buffer.write(text, end);
    }
    return end;
  }
}

/** A record in the aggregate, with the indexes of its keys. */
interface Part<R> {
  readonly record: R;
  readonly keyPlace: number;
  /** Index of the explicit hash key; -1 when there is none. */
  readonly hashKeyPlace: number;
  /** Bytes of the inner `Record` message. */
  readonly bytes: number;
}

/**
 * Packs records into one, as the Kinesis Producer Library does: magic bytes, the protobuf message `AggregatedRecord`
 * and its MD5. Firehose, the Kinesis Client Library and Lambda's de-aggregation modules unpack it. All records must
 * belong to the same shard, because consumers drop those that do not.
 *
 * No protobuf library encodes the message, because the exact size must be known before each record is added.
 */
export class Aggregate<R extends UserRecord = UserRecord> {
  readonly #parts: Part<R>[] = [];
  readonly #partitionKeys = new StringTable(0x0a);
  readonly #hashKeys = new StringTable(0x12);
  #recordBytes = 0;

  get records(): readonly R[] {
    return this.#parts.map(({ record }) => record);
  }

  get length(): number {
    return this.#parts.length;
  }

  /** Bytes of the encoded aggregate. */
  get encodedBytes(): number {
    return (
      magic.length + this.#partitionKeys.bytes + this.#hashKeys.bytes + this.#recordBytes + checksumBytes
    );
  }

  /** Adds a record, unless it would make the aggregate longer than `limit` bytes. Returns whether it was added. */
  tryAdd(record: R, limit: number): boolean {
    const { data, partitionKey, explicitHashKey } = record;
    const keyPlace = this.#partitionKeys.place(partitionKey);
    const keyCost = this.#partitionKeys.cost(partitionKey, keyPlace);
    let bytes = 1 + varintBytes(keyPlace) + fieldBytes(data.length);
    let hashKeyPlace = -1;
    let hashKeyCost = 0;
    if (explicitHashKey !== undefined) {
      hashKeyPlace = this.#hashKeys.place(explicitHashKey);
      hashKeyCost = this.#hashKeys.cost(explicitHashKey, hashKeyPlace);
      bytes += 1 + varintBytes(hashKeyPlace);
    }
    const added = fieldBytes(bytes);
    if (this.encodedBytes + added + keyCost + hashKeyCost > limit) return false;
    this.#recordBytes += added;
    this.#partitionKeys.add(partitionKey, keyPlace, keyCost);
    if (explicitHashKey !== undefined) this.#hashKeys.add(explicitHashKey, hashKeyPlace, hashKeyCost);
    this.#parts.push({ record, keyPlace, hashKeyPlace, bytes });
    return true;
  }

  encode(): Buffer {
    const buffer = Buffer.allocUnsafe(this.encodedBytes);
    magic.copy(buffer);
    let end = this.#partitionKeys.write(buffer, magic.length);
    end = this.#hashKeys.write(buffer, end);
    for (const { record, keyPlace, hashKeyPlace, bytes } of this.#parts) {
      buffer[end++] = 0x1a;
      end = writeVarint(buffer, end, bytes);
      buffer[end++] = 0x08;
      end = writeVarint(buffer, end, keyPlace);
      if (hashKeyPlace >= 0) {
        buffer[end++] = 0x10;
        end = writeVarint(buffer, end, hashKeyPlace);
      }
      buffer[end++] = 0x1a;
      end = writeVarint(buffer, end, record.data.length);
      end += record.data.copy(buffer, end);
    }
    checksumOf(buffer.subarray(magic.length, end)).copy(buffer, end);
    return buffer;
  }
}

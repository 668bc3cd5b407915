import { createHash } from "node:crypto";
import type { PendingRecord } from "./record";

/** Starts every record aggregated in the format of the Kinesis Producer Library. */
const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const checksumBytes = 16;

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

/** Bytes of a length-delimited field whose number is below 16. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** Texts that records refer to by their place. */
class StringTable {
  readonly #places = new Map<string, number>();
  bytes = 0;

  constructor(private readonly tag: number) {}

  /** Bytes that referring to a text adds to the table. */
  cost(text: string): number {
    return this.#places.has(text) ? 0 : fieldBytes(Buffer.byteLength(text));
  }

  /** The text's place, and where the next new text would be. */
  place(text: string): number {
    return this.#places.get(text) ?? this.#places.size;
  }

  add(text: string): void {
    if (this.#places.has(text)) return;
    this.bytes += fieldBytes(Buffer.byteLength(text));
    this.#places.set(text, this.#places.size);
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

/**
 * Packs records of one shard into one, as the Kinesis Producer Library does: magic bytes, the protobuf message
 * `AggregatedRecord`, its MD5. Firehose, the Kinesis Client Library and Lambda's de-aggregation modules unpack it.
 * https://github.com/awslabs/kinesis-aggregation/blob/master/KinesisAggregation.md (the format)
 *
 * The one message is encoded here and not by a protobuf library, because its size must be known exactly before each
 * record is added, and because it is the hot path: `npm run bench -- producer` compares the two.
 */
export class Aggregate {
  readonly records: PendingRecord[] = [];
  readonly #partitionKeys = new StringTable(0x0a);
  readonly #hashKeys = new StringTable(0x12);
  #recordBytes = 0;

  /** Bytes of the encoded aggregate. */
  get encodedBytes(): number {
    return (
      magic.length + this.#partitionKeys.bytes + this.#hashKeys.bytes + this.#recordBytes + checksumBytes
    );
  }

  /** Bytes it would have with this record added. */
  encodedBytesWith(record: PendingRecord): number {
    const { partitionKey, explicitHashKey } = record;
    return (
      this.encodedBytes +
      fieldBytes(this.#messageBytes(record)) +
      this.#partitionKeys.cost(partitionKey) +
      (explicitHashKey === undefined ? 0 : this.#hashKeys.cost(explicitHashKey))
    );
  }

  add(record: PendingRecord): void {
    this.#recordBytes += fieldBytes(this.#messageBytes(record));
    this.#partitionKeys.add(record.partitionKey);
    if (record.explicitHashKey !== undefined) this.#hashKeys.add(record.explicitHashKey);
    this.records.push(record);
  }

  encode(): Buffer {
    const buffer = Buffer.allocUnsafe(this.encodedBytes);
    magic.copy(buffer);
    let end = this.#partitionKeys.write(buffer, magic.length);
    end = this.#hashKeys.write(buffer, end);
    for (const record of this.records) {
      buffer[end++] = 0x1a;
      end = writeVarint(buffer, end, this.#messageBytes(record));
      buffer[end++] = 0x08;
      end = writeVarint(buffer, end, this.#partitionKeys.place(record.partitionKey));
      if (record.explicitHashKey !== undefined) {
        buffer[end++] = 0x10;
        end = writeVarint(buffer, end, this.#hashKeys.place(record.explicitHashKey));
      }
      buffer[end++] = 0x1a;
      end = writeVarint(buffer, end, record.data.length);
      buffer.set(record.data, end);
      end += record.data.length;
    }
    createHash("md5").update(buffer.subarray(magic.length, end)).digest().copy(buffer, end);
    return buffer;
  }

  /** Bytes of the inner `Record` message. */
  #messageBytes({ data, partitionKey, explicitHashKey }: PendingRecord): number {
    return (
      1 +
      varintBytes(this.#partitionKeys.place(partitionKey)) +
      (explicitHashKey === undefined ? 0 : 1 + varintBytes(this.#hashKeys.place(explicitHashKey))) +
      fieldBytes(data.length)
    );
  }
}

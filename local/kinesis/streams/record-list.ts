import type { Bytes } from "../protocol/bytes";
import { type CborWriter, cborOf } from "../protocol/cbor";
import type { SelfWritten } from "../protocol/encode";
import type { Output } from "../protocol/model";
import type { LazyList } from "../protocol/shape";
import { eachRecord, type Slice } from "../store/frame";
import { digitsOfNumber } from "./sequence-number";
import type { Shard } from "./shard";

type KinesisRecord = Output<"GetRecords">["Records"] extends Iterable<infer R> ? R : never;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Records that were read from a shard, kept as the bytes that were read. They are converted to objects, JSON or CBOR
 * only when needed.
 */
export class RecordList implements LazyList<KinesisRecord>, SelfWritten {
  readonly length: number;
  /** Size of the data and partition keys. Bytes. */
  readonly size: number;

  constructor(
    private readonly shard: Shard,
    private readonly slices: readonly Slice[],
  ) {
    this.length = slices.reduce((sum, { count }) => sum + count, 0);
    this.size = slices.reduce((sum, { size }) => sum + size, 0);
  }

  /** When the last record arrived. Milliseconds since 1970. */
  get lastArrival(): number | undefined {
    return this.slices.at(-1)?.arrival;
  }

  get lastSequenceNumber(): string | undefined {
    const last = this.slices.at(-1);
    return last && this.shard.sequenceNumber(last.first + last.count - 1, last.arrival);
  }

  *[Symbol.iterator](): Iterator<KinesisRecord> {
    for (const slice of this.slices) {
      const { bytes, arrival, encrypted } = slice;
      const numbers = this.shard.sequenceNumbers(slice.first, arrival);
      const records: KinesisRecord[] = [];
      eachRecord(slice, (keyStart, dataStart, end) => {
        records.push({
          SequenceNumber: numbers.toString(),
          ApproximateArrivalTimestamp: arrival,
          Data: bytes.subarray(dataStart, end),
          PartitionKey: bytes.toString("utf8", keyStart, dataStart),
          EncryptionType: encrypted ? "KMS" : undefined,
        });
        numbers.advance();
      });
      yield* records;
    }
  }

  writeJson(writer: Bytes): void {
    writer.room(Math.ceil(this.size * 1.4) + this.length * 160);
    let separator = "[";
    for (const slice of this.slices) {
      const { bytes, first, arrival } = slice;
      const between = Buffer.from(`","ApproximateArrivalTimestamp":${arrival / 1000},"Data":"`);
      const numbers = this.shard.sequenceNumbers(first, arrival, jsonBefore, between);
      const end = slice.encrypted ? '","EncryptionType":"KMS"}' : '"}';
      eachRecord(slice, (keyStart, dataStart, dataEnd) => {
        writer.ascii(separator);
        separator = ",";
        numbers.writeTo(writer);
        writer.base64(bytes, dataStart, dataEnd);
        writer.ascii('","PartitionKey":"');
        if (isPlain(bytes, keyStart, dataStart)) writer.raw(bytes, keyStart, dataStart);
        else writer.utf8(JSON.stringify(bytes.toString("utf8", keyStart, dataStart)).slice(1, -1));
        writer.ascii(end);
        numbers.advance();
      });
    }
    writer.ascii(separator === "[" ? "[]" : "]");
  }

  writeCbor(writer: CborWriter): void {
    writer.room(this.size + this.length * 140);
    writer.list(this.length);
    for (const slice of this.slices) {
      const { bytes, arrival, encrypted } = slice;
      const before = cborOf((start) => {
        start.map(encrypted ? 5 : 4);
        start.text("SequenceNumber");
        start.head(3, digitsOfNumber);
      });
      const between = cborOf((middle) => {
        middle.text("ApproximateArrivalTimestamp");
        middle.timestamp(arrival);
        middle.text("Data");
      });
      const numbers = this.shard.sequenceNumbers(slice.first, arrival, before, between);
      eachRecord(slice, (keyStart, dataStart, end) => {
        numbers.writeTo(writer);
        writer.blob(bytes, dataStart, end);
        writer.raw(keyName, 0, keyName.length);
        writer.head(3, dataStart - keyStart);
        writer.raw(bytes, keyStart, dataStart);
        if (encrypted) {
          writer.text("EncryptionType");
          writer.text("KMS");
        }
        numbers.advance();
      });
    }
  }
}

const jsonBefore = Buffer.from('{"SequenceNumber":"');
const keyName = cborOf((name) => name.text("PartitionKey"));

/** Whether a text can be written to JSON without escaping. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash) return false;
  }
  return true;
}

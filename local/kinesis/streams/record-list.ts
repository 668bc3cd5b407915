import type { Bytes } from "../protocol/bytes";
import type { CborWriter } from "../protocol/cbor";
import type { SelfWritten } from "../protocol/encode";
import type { Output } from "../protocol/model";
import type { LazyList } from "../protocol/shape";
import { eachRecord, type Slice } from "../store/frame";
import type { Shard } from "./shard";

type KinesisRecord = Output<"GetRecords">["Records"] extends Iterable<infer R> ? R : never;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Records that were read from a shard, in the bytes that were read. They become objects, JSON or CBOR only where they
 * are wanted so.
 */
export class RecordList implements LazyList<KinesisRecord>, SelfWritten {
  readonly length: number;
  /** Of data and partition keys. */
  readonly size: number;

  constructor(
    private readonly shard: Shard,
    private readonly slices: readonly Slice[],
  ) {
    this.length = slices.reduce((sum, { count }) => sum + count, 0);
    this.size = slices.reduce((sum, { size }) => sum + size, 0);
  }

  /** When the last record came. Milliseconds since 1970. */
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
    let before = '[{"SequenceNumber":"';
    for (const slice of this.slices) {
      const { bytes } = slice;
      const numbers = this.shard.sequenceNumbers(slice.first, slice.arrival);
      const encrypted = slice.encrypted ? ',"EncryptionType":"KMS"' : "";
      const between = `","ApproximateArrivalTimestamp":${slice.arrival / 1000},"Data":"`;
      eachRecord(slice, (keyStart, dataStart, end) => {
        writer.ascii(before);
        numbers.writeTo(writer);
        writer.ascii(between);
        writer.base64(bytes, dataStart, end);
        writer.ascii('","PartitionKey":');
        if (isPlain(bytes, keyStart, dataStart)) {
          writer.ascii('"');
          writer.raw(bytes, keyStart, dataStart);
          writer.ascii('"');
        } else {
          writer.utf8(JSON.stringify(bytes.toString("utf8", keyStart, dataStart)));
        }
        before = `${encrypted}},{"SequenceNumber":"`;
        numbers.advance();
      });
    }
    const last = this.slices.at(-1);
    writer.ascii(last ? `${last.encrypted ? ',"EncryptionType":"KMS"' : ""}}]` : "[]");
  }

  writeCbor(writer: CborWriter): void {
    writer.room(this.size + this.length * 140);
    writer.list(this.length);
    for (const slice of this.slices) {
      const { bytes, arrival, encrypted } = slice;
      const numbers = this.shard.sequenceNumbers(slice.first, arrival);
      eachRecord(slice, (keyStart, dataStart, end) => {
        writer.map(encrypted ? 5 : 4);
        writer.text("SequenceNumber");
        writer.head(3, numbers.length);
        numbers.writeTo(writer);
        writer.text("ApproximateArrivalTimestamp");
        writer.timestamp(arrival);
        writer.text("Data");
        writer.blob(bytes, dataStart, end);
        writer.text("PartitionKey");
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

/** Whether text stands in JSON as it is. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash) return false;
  }
  return true;
}

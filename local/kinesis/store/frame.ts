import { buffers } from "../buffers";
import { crc32Of } from "../checksum";

/** A record that is to be written to a shard. */
export interface NewRecord {
  readonly PartitionKey: string;
  readonly Data: Uint8Array;
}

/**
 * A group of records of one shard that are written, checked and read together. The header's fields are little endian:
 *
 *     0  magic "KDS1"            16  number of records        36  for each record: length of its key (2 bytes),
 *     4  length of the frame     20  first record's number        length of its data (4 bytes), key, data
 *     8  CRC-32 of bytes 12 on   28  arrival, milliseconds
 *    12  flags: 1 is encrypted
 */
export interface Frame {
  readonly length: number;
  readonly count: number;
  readonly first: number;
  readonly arrival: number;
  readonly encrypted: boolean;
}

export interface PlacedFrame extends Frame {
  /** Offset of the frame within the encoded bytes. */
  readonly at: number;
}

const magic = 0x3153444b;
const headerBytes = 36;
const recordHeaderBytes = 6;
/**
 * Size at which a new frame begins, since a frame is always read as a whole. Only a larger record exceeds it. Bytes.
 */
const frameBytes = 128 * 1024;
/** Largest length that a valid frame can have. It is more than the largest record with its key needs. Bytes. */
const largestFrame = 32 * 1024 * 1024;

/**
 * Encodes records into frames. The caller may give the bytes back to `buffers` after use.
 *
 * @param salt Start value of each checksum. It differs between shards, so that a frame of another shard, or bytes
 *   within a record that look like a frame, are not taken for a frame of this one.
 */
export function encodeFrames(
  records: readonly NewRecord[],
  first: number,
  arrival: number,
  encrypted: boolean,
  salt: number,
): { readonly bytes: Buffer; readonly frames: readonly PlacedFrame[] } {
  const frames: PlacedFrame[] = [];
  const keys = new Array<number>(records.length);
  let total = 0;
  let start = 0;
  let length = headerBytes;
  const close = (end: number) => {
    frames.push({ at: total, length, count: end - start, first: first + start, arrival, encrypted });
    total += length;
    start = end;
    length = headerBytes;
  };
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as NewRecord;
    const key = Buffer.byteLength(record.PartitionKey);
    keys[i] = key;
    const size = recordHeaderBytes + key + record.Data.length;
    if (i > start && length + size > frameBytes) close(i);
    length += size;
  }
  close(records.length);

  const bytes = buffers.take(total).subarray(0, total);
  for (const frame of frames) {
    const offset = frame.first - first;
    let at = frame.at + headerBytes;
    for (let i = offset; i < offset + frame.count; i++) {
      const { PartitionKey, Data } = records[i] as NewRecord;
      const key = keys[i] as number;
      bytes.writeUInt16LE(key, at);
      bytes.writeUInt32LE(Data.length, at + 2);
      at += recordHeaderBytes;
      writeKey(bytes, PartitionKey, at, key);
      at += key;
      bytes.set(Data, at);
      at += Data.length;
    }
    bytes.writeUInt32LE(magic, frame.at);
    bytes.writeUInt32LE(frame.length, frame.at + 4);
    bytes.writeUInt32LE(encrypted ? 1 : 0, frame.at + 12);
    bytes.writeUInt32LE(frame.count, frame.at + 16);
    bytes.writeDoubleLE(frame.first, frame.at + 20);
    bytes.writeDoubleLE(arrival, frame.at + 28);
    bytes.writeUInt32LE(crc32Of(bytes.subarray(frame.at + 12, frame.at + frame.length), salt), frame.at + 8);
  }
  return { bytes, frames };
}

/** @param length Length of the key in UTF-8. Bytes. */
function writeKey(bytes: Buffer, key: string, at: number, length: number): void {
  // Most keys are short and ASCII, for which this loop is faster than a call into Node's native code.
  if (length === key.length && length <= 32)
    for (let i = 0; i < length; i++) bytes[at + i] = key.charCodeAt(i);
  else bytes.write(key, at, length, "utf8");
}

/**
 * Decodes the frame that begins at an offset.
 *
 * @returns the frame, or the number of bytes that are needed when the buffer ends too early, or undefined when there is
 * no valid frame.
 */
export function decodeFrame(
  bytes: Buffer,
  at: number,
  end: number,
  salt: number,
): Frame | number | undefined {
  if (at + headerBytes > end) return headerBytes;
  if (bytes.readUInt32LE(at) !== magic) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  if (length < headerBytes || length > largestFrame) return undefined;
  if (at + length > end) return length;
  if (crc32Of(bytes.subarray(at + 12, at + length), salt) !== bytes.readUInt32LE(at + 8)) return undefined;
  return {
    length,
    count: bytes.readUInt32LE(at + 16),
    first: bytes.readDoubleLE(at + 20),
    arrival: bytes.readDoubleLE(at + 28),
    encrypted: bytes.readUInt32LE(at + 12) === 1,
  };
}

/** Offset of the next magic, where a frame may begin, or `end` when there is none. */
export function findMagic(bytes: Buffer, from: number, end: number): number {
  const found = bytes.indexOf("KDS1", from, "latin1");
  return found < 0 || found >= end ? end : found;
}

/** Consecutive records of a frame, as a view of the bytes that were read. */
export interface Slice {
  readonly bytes: Buffer;
  /** Offset at which the first record begins. */
  readonly at: number;
  /** Number of the first record. */
  readonly first: number;
  readonly count: number;
  /** When the records arrived. Milliseconds since 1970. */
  readonly arrival: number;
  readonly encrypted: boolean;
  /** Size of the data and partition keys. Bytes. */
  readonly size: number;
}

/**
 * Takes consecutive records from a frame.
 *
 * @param from Number of the first record to take.
 * @param records Largest number of records to take.
 * @param mostBytes Largest size of data and partition keys together. Bytes.
 * @param atLeastOne Whether to take the first record even if it is larger than `mostBytes`.
 */
export function slice(
  bytes: Buffer,
  frameAt: number,
  frame: Frame,
  from: number,
  records: number,
  mostBytes: number,
  atLeastOne: boolean,
): Slice {
  let at = frameAt + headerBytes;
  for (let number = frame.first; number < from; number++) at += recordHeaderBytes + recordSize(bytes, at);
  const start = at;
  const most = Math.min(records, frame.first + frame.count - from);
  let count = 0;
  let size = 0;
  while (count < most) {
    const next = recordSize(bytes, at);
    if (size + next > mostBytes && !(atLeastOne && count === 0)) break;
    size += next;
    at += recordHeaderBytes + next;
    count++;
  }
  const { arrival, encrypted } = frame;
  return { bytes, at: start, first: from, count, arrival, encrypted, size };
}

/** Calls `show` for each record of a slice, with the offsets of its key, of its data, and of its end. */
export function eachRecord(
  { bytes, at, count }: Slice,
  show: (keyStart: number, dataStart: number, end: number) => void,
): void {
  let place = at;
  for (let i = 0; i < count; i++) {
    const keyStart = place + recordHeaderBytes;
    const dataStart = keyStart + bytes.readUInt16LE(place);
    const end = dataStart + bytes.readUInt32LE(place + 2);
    show(keyStart, dataStart, end);
    place = end;
  }
}

const recordSize = (bytes: Buffer, at: number): number => bytes.readUInt16LE(at) + bytes.readUInt32LE(at + 2);

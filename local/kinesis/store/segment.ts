import { rmSync } from "node:fs";
import { crc32Of } from "../checksum";
import { type Disk, segmentPath } from "./disk";
import { decodeFrame, type Frame, findMagic } from "./frame";

/** Smallest distance between two index entries in the file. Bytes. */
const indexedBytes = 16 * 1024;
const scannedBytes = 1024 * 1024;
const sidecarVersion = 1;

/** A range of a segment's file that does not hold valid frames. */
export interface Damage {
  /** Offset in the file. Bytes. */
  readonly at: number;
  readonly bytes: number;
}

/**
 * A part of a shard's log: a file of frames, with an index in memory that says where some of the frames begin.
 *
 * When a segment is full or is closed properly, its index is saved next to it, so that the segment need not be read
 * through when it is next opened. An index that is missing or does not match the segment is rebuilt from the file.
 */
export class Segment {
  readonly path: string;
  /** Length of the file up to the end of its last complete frame. Bytes. */
  size = 0;
  /** Number of the record after the segment's last one. It equals `first` while the segment is empty. */
  next: number;
  firstArrival = 0;
  lastArrival = 0;
  /**
   * Whether the segment holds every record that was ever acknowledged for it. This is known when its saved index covers
   * the whole file, that is, when it was full or closed properly and has not been written to since.
   */
  isWhole = false;
  private readonly firsts: number[] = [];
  private readonly offsets: number[] = [];
  private readonly arrivals: number[] = [];

  constructor(
    folder: string,
    /** Number of the segment's first record. */
    readonly first: number,
    private readonly salt: number,
    private readonly disk: Disk,
  ) {
    this.path = segmentPath(folder, first);
    this.next = first;
  }

  get empty(): boolean {
    return this.next === this.first;
  }

  /** Adds a frame that has been written to the file to the index. */
  add(frame: Frame, offset: number): void {
    const last = this.offsets.at(-1);
    if (last === undefined || offset - last >= indexedBytes || frame.first !== this.next) {
      this.firsts.push(frame.first);
      this.offsets.push(offset);
      this.arrivals.push(frame.arrival);
    }
    if (this.empty) this.firstArrival = frame.arrival;
    this.lastArrival = frame.arrival;
    this.next = frame.first + frame.count;
    this.size = offset + frame.length;
  }

  /** Offset of an indexed frame that begins at or before the frame with the given record. */
  offsetOf(record: number): number {
    return this.offsets[lastNotAbove(this.firsts, record)] ?? 0;
  }

  /** Number of a record that is not after the first record that arrived at the given time or later. */
  recordBefore(arrival: number): number {
    return this.firsts[lastNotAbove(this.arrivals, arrival - 1)] ?? this.first;
  }

  /** Offset of the next valid frame after a damaged place, or the segment's end when there is none. */
  resume(after: number): number {
    const { disk } = this;
    const file = disk.open(this.path, false);
    try {
      return new FrameScanner(disk, file, this.size, this.salt).find(after + 1, this.first) ?? this.size;
    } finally {
      disk.close(file);
    }
  }

  /**
   * Finds out what the file holds, from the saved index or by reading the file.
   *
   * @returns the damaged ranges between valid frames, and the length of the file. Bytes of the file beyond the
   * segment's size are an unfinished write.
   */
  recover(): { readonly damages: readonly Damage[]; readonly fileSize: number } {
    const { disk } = this;
    const file = disk.open(this.path, false);
    try {
      const { size: fileSize } = disk.stat(file);
      this.isWhole = this.loadIndex(fileSize) && this.size === fileSize;
      const frames = new FrameScanner(disk, file, fileSize, this.salt);
      const damages: Damage[] = [];
      let position = this.size;
      while (position < fileSize) {
        const frame = frames.at(position);
        if (frame && frame.first >= this.next) {
          this.add(frame, position);
          position += frame.length;
          continue;
        }
        const found = frames.find(position + 1, this.next);
        if (found === undefined) break;
        damages.push({ at: position, bytes: found - position });
        position = found;
      }
      return { damages, fileSize };
    } finally {
      disk.close(file);
    }
  }

  /** Prepares for writing: deletes the saved index, which would no longer prove that the segment is complete. */
  reopen(): void {
    if (!this.isWhole) return;
    rmSync(this.indexPath, { force: true });
    this.isWhole = false;
  }

  /** Saves the index next to the segment. */
  saveIndex(): void {
    const { firsts, offsets, arrivals } = this;
    const numbers = Float64Array.of(
      sidecarVersion,
      this.size,
      this.next,
      this.firstArrival,
      this.lastArrival,
      ...firsts,
      ...offsets,
      ...arrivals,
    );
    const bytes = Buffer.from(numbers.buffer);
    const sum = Buffer.alloc(8);
    sum.writeDoubleLE(crc32Of(bytes));
    this.disk.replaceFile(this.indexPath, Buffer.concat([bytes, sum]), false);
  }

  private get indexPath(): string {
    return this.path.replace(/log$/, "index");
  }

  /** @returns whether there was a saved index that matches the segment. */
  private loadIndex(fileSize: number): boolean {
    let bytes: Buffer;
    try {
      bytes = this.disk.readFile(this.indexPath);
    } catch {
      return false;
    }
    const count = (bytes.length - 48) / 24;
    if (!Number.isInteger(count) || count < 0) return false;
    if (bytes.readDoubleLE(bytes.length - 8) !== crc32Of(bytes.subarray(0, -8))) return false;
    const number = (place: number) => bytes.readDoubleLE(place * 8);
    if (number(0) !== sidecarVersion || number(1) > fileSize) return false;
    this.size = number(1);
    this.next = number(2);
    this.firstArrival = number(3);
    this.lastArrival = number(4);
    for (let i = 0; i < count; i++) {
      this.firsts.push(number(5 + i));
      this.offsets.push(number(5 + count + i));
      this.arrivals.push(number(5 + 2 * count + i));
    }
    return true;
  }

  remove(): void {
    rmSync(this.path, { force: true });
    rmSync(this.indexPath, { force: true });
  }
}

/** Looks for frames in a file, of which it holds a moving window in memory. */
class FrameScanner {
  private window = Buffer.allocUnsafe(scannedBytes);
  private start = 0;
  private end = 0;

  constructor(
    private readonly disk: Disk,
    private readonly file: number,
    private readonly fileSize: number,
    private readonly salt: number,
  ) {}

  /** The valid frame that begins at an offset, if any. */
  at(position: number): Frame | undefined {
    for (let needed = 64; ; ) {
      this.load(position, needed);
      const frame = decodeFrame(this.window, position - this.start, this.end - this.start, this.salt);
      if (typeof frame !== "number") return frame;
      if (position + frame > this.fileSize) return undefined;
      needed = frame;
    }
  }

  /** Offset of the next valid frame whose first record has at least the given number. */
  find(from: number, record: number): number | undefined {
    let position = from;
    while (position < this.fileSize) {
      this.load(position, 64);
      const end = this.end - this.start;
      const found = findMagic(this.window, position - this.start, end);
      if (found === end) {
        if (this.end === this.fileSize) return undefined;
        // The magic may cross the end of the window.
        position = Math.max(position + 1, this.end - 3);
        continue;
      }
      position = this.start + found;
      const frame = this.at(position);
      if (frame && frame.first >= record) return position;
      position++;
    }
    return undefined;
  }

  /** Makes the window contain a range of the file, as far as the file has it. */
  private load(position: number, length: number): void {
    const wanted = Math.min(position + length, this.fileSize);
    if (position >= this.start && wanted <= this.end) return;
    if (length > this.window.length) this.window = Buffer.allocUnsafe(length);
    this.start = position;
    this.end = position;
    while (this.end - this.start < this.window.length) {
      const at = this.end - this.start;
      const read = this.disk.readSync(this.file, this.window, at, this.window.length - at, this.end);
      if (read === 0) return;
      this.end += read;
    }
  }
}

/** Index of the last of the sorted values that is at most the limit, or -1 when all are greater. */
export function lastNotAbove<T extends number | string>(numbers: readonly T[], limit: T): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as T) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

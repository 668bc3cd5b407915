import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { buffers } from "../buffers";
import { crc32Of } from "../checksum";
import type { Clock } from "../clock";
import { type Disk, flushFolder, type OpenFiles, segmentPath } from "./disk";
import {
  decodeFrame,
  encodeFrames,
  type Frame,
  type NewRecord,
  type PlacedFrame,
  type Slice,
  slice,
} from "./frame";
import { lastNotAbove, Segment } from "./segment";

export interface LogContext {
  readonly disk: Disk;
  readonly files: OpenFiles;
  readonly clock: Clock;
  /** Whether a put waits until its data is on disk, rather than only with the operating system. */
  readonly durable: boolean;
  /** Largest size of a segment. A write that would exceed it begins a new segment. Bytes. */
  readonly segmentBytes: number;
  readonly onTrouble: (message: string) => void;
}

/** The result of appending a call's records, which get consecutive numbers. */
export interface Appended {
  readonly first: number;
  /** When the records arrived. Milliseconds since 1970. */
  readonly arrival: number;
}

export interface ReadOptions {
  /** Number of the first record to read. */
  readonly from: number;
  /** Largest number of records to read. */
  readonly records: number;
  /** Largest size of data and keys together. A first record that exceeds it is still read. Bytes. */
  readonly bytes: number;
  /** Records that arrived before this time are skipped. Milliseconds since 1970. */
  readonly notBefore: number;
}

export interface ReadResult {
  readonly slices: readonly Slice[];
  /** Number of the record from which to continue reading. */
  readonly next: number;
}

interface Waiting {
  readonly records: readonly NewRecord[];
  readonly encrypted: boolean;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

/** Size at which waiting calls are no longer added to the same write. Bytes. */
const groupBytes = 4 * 1024 * 1024;
const readBytes = 1024 * 1024;
/** More records than a shard can get in a second: a thousand times what AWS allows. */
const mostRecordsPerSecond = 1_000_000;

/**
 * The records of one shard on disk, in segments that are only appended to.
 *
 * Records are acknowledged once they are in a file, and readers see them from then on. Calls that arrive during a write
 * wait and are then written together.
 */
export class ShardLog {
  private segments: Segment[];
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | undefined;
  private readonly salt: number;
  private readonly listeners = new Set<() => void>();
  private readonly saidDamages = new Set<string>();
  private lastArrival = 0;

  private constructor(
    private readonly folder: string,
    private readonly label: string,
    private readonly context: LogContext,
  ) {
    this.salt = crc32Of(Buffer.from(label));
    this.segments = [];
  }

  /**
   * Opens the log in a folder, or begins one there. An unfinished write at its end is cut off. Damaged ranges are
   * reported to `onTrouble`, and readers do not get them.
   *
   * @param label Name of the shard, for messages and for the checksums of its frames. It must never change.
   * @param isNew Whether the shard is being created.
   */
  static open(folder: string, label: string, context: LogContext, isNew: boolean): ShardLog {
    const log = new ShardLog(folder, label, context);
    mkdirSync(folder, { recursive: true });
    const firsts = readdirSync(folder)
      .filter((name) => /^\d{16}\.log$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);
    for (const [i, first] of firsts.entries()) log.recover(first, i === firsts.length - 1);
    if (isNew && firsts.length === 0) log.begin(1);
    else if (!log.segments.at(-1)?.isWhole) log.beginBeyondLoss();
    return log;
  }

  /** Number of the next record to be appended. */
  get next(): number {
    return this.last.next;
  }

  /** Number of the oldest record that may still exist. */
  get oldest(): number {
    return this.segments[0]?.first ?? 1;
  }

  /** When the newest record arrived, or 0 when there has been none. Milliseconds since 1970. */
  get newestArrival(): number {
    return this.lastArrival;
  }

  /** Appends all records in order, or none of them. @throws the disk's error, in which case none is stored. */
  append(records: readonly NewRecord[], encrypted: boolean): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, encrypted, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  /** Resolves when every append so far has been written or has failed. */
  async drained(): Promise<void> {
    while (this.flushing) await this.flushing;
  }

  /**
   * Calls back once as soon as there may be a record with the given number, which can be immediately.
   *
   * @returns a function that cancels the call.
   */
  onRecord(number: number, callback: () => void): () => void {
    if (this.next > number) {
      callback();
      return () => {};
    }
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  /** Runs all callbacks that wait for a record, even if the record has not arrived. */
  wake(): void {
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const listener of listeners) listener();
  }

  /** Number of the first record that arrived at the given time or later, or else the number of the next record. */
  async firstSince(arrival: number): Promise<number> {
    if (arrival > this.lastArrival) return this.next;
    const { slices, next } = await this.read({ from: 0, records: 1, bytes: 1, notBefore: arrival });
    return slices[0]?.first ?? next;
  }

  async read({ from, records: most, bytes: mostBytes, notBefore }: ReadOptions): Promise<ReadResult> {
    const slices: Slice[] = [];
    let count = 0;
    let bytes = 0;
    let next = Math.max(from, this.oldest);
    const show = (frame: Frame, chunk: Buffer, at: number): boolean => {
      const behind = frame.first + frame.count;
      if (behind <= next || frame.arrival < notBefore) {
        next = Math.max(next, behind);
        return true;
      }
      const start = Math.max(next, frame.first);
      const taken = slice(chunk, at, frame, start, most - count, mostBytes - bytes, count === 0);
      if (taken.count > 0) slices.push(taken);
      count += taken.count;
      bytes += taken.size;
      next = start + taken.count;
      return next === behind && count < most;
    };
    let more = true;
    while (more && next < this.next) {
      const segment = this.segmentOf(next);
      if (segment.lastArrival < notBefore || next >= segment.next) {
        const following = this.segments[this.segments.indexOf(segment) + 1];
        if (!following) {
          next = segment.next;
          break;
        }
        next = following.first;
        continue;
      }
      next = Math.max(next, segment.recordBefore(notBefore));
      const readable = segment.next;
      const average = segment.size / Math.max(1, segment.next - segment.first);
      const wanted = Math.min(most * average + 32 * 1024, mostBytes + 64 * 1024, readBytes);
      try {
        more = await this.readSegment(segment, next, Math.ceil(wanted), show);
      } catch (error) {
        // A segment that was trimmed in the meantime is no longer in the list.
        if (this.segments.includes(segment)) throw error;
        next = Math.max(next, this.oldest);
        continue;
      }
      // The rest of the segment is damaged.
      if (more && next < readable) next = readable;
    }
    return { slices, next };
  }

  /** Deletes the segments whose records all arrived before the given time. Milliseconds since 1970. */
  trim(before: number): void {
    const { last } = this;
    if (!this.flushing && !last.empty && last.lastArrival < before) this.begin(last.next);
    while (this.segments.length > 1) {
      const [oldest] = this.segments;
      if (!oldest || oldest.lastArrival >= before) return;
      this.segments.shift();
      this.context.files.drop(oldest.path);
      oldest.remove();
    }
  }

  /** Finishes pending writes and saves the index, so that the log need not be read through when it is next opened. */
  async close(): Promise<void> {
    await this.drained();
    this.saveIndex(this.last);
    for (const { path } of this.segments) this.context.files.drop(path);
  }

  /** Deletes the log's folder with all records. */
  async remove(): Promise<void> {
    await this.drained();
    for (const { path } of this.segments) this.context.files.drop(path);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get last(): Segment {
    return this.segments.at(-1) as Segment;
  }

  private segmentOf(record: number): Segment {
    const place = lastNotAbove(
      this.segments.map(({ first }) => first),
      record,
    );
    return this.segments[Math.max(0, place)] as Segment;
  }

  private recover(first: number, isLast: boolean): void {
    const { disk, onTrouble } = this.context;
    const segment = new Segment(this.folder, first, this.salt, disk);
    const { damages, fileSize } = segment.recover();
    for (const { at, bytes } of damages) this.sayDamage(segment, at, at + bytes);
    const rest = fileSize - segment.size;
    if (rest > 0 && isLast) {
      onTrouble(
        `${this.label}: ${segment.path} ended in an unfinished write: ${rest} bytes were cut off at ${segment.size}`,
      );
      const file = disk.open(segment.path, false);
      disk.truncate(file, segment.size);
      disk.close(file);
    } else if (rest > 0) {
      this.sayDamage(segment, segment.size, fileSize);
    }
    this.segments.push(segment);
    this.lastArrival = Math.max(this.lastArrival, segment.lastArrival);
  }

  /**
   * Continues a log that was not closed properly. Records that readers have already seen may be missing from it,
   * because of a power failure or because somebody deleted files. New records therefore get numbers beyond any that can
   * have been used before, so that no reader takes them for records that it has already read.
   */
  private beginBeyondLoss(): void {
    const last = this.segments.at(-1);
    if (!last) this.context.onTrouble(`${this.label}: ${this.folder} holds no records: they were deleted`);
    const before = Math.floor(this.context.clock.now() / 1000) * mostRecordsPerSecond;
    const next = Math.max(before, last?.next ?? 1);
    if (last?.empty) {
      this.segments.pop();
      this.context.files.drop(last.path);
      last.remove();
    }
    this.begin(next);
  }

  private begin(first: number): void {
    const { disk, durable } = this.context;
    const before = this.segments.at(-1);
    disk.close(disk.open(segmentPath(this.folder, first), true));
    if (durable) flushFolder(this.folder);
    this.segments.push(new Segment(this.folder, first, this.salt, disk));
    if (before) this.saveIndex(before);
  }

  /** Saves a segment's index. Without it the segment is read through when it is next opened. */
  private saveIndex(segment: Segment): void {
    try {
      segment.saveIndex();
    } catch {
      // The records are safe without the index.
    }
  }

  private async flush(): Promise<void> {
    // Calls that arrive in the same turn of the event loop are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      try {
        const appended = await this.write(group);
        let { first } = appended;
        for (const { records, resolve } of group) {
          resolve({ first, arrival: appended.arrival });
          first += records.length;
        }
        this.wake();
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
    this.flushing = undefined;
  }

  /** Removes from the queue the calls whose records form the next write. */
  private takeGroup(): readonly Waiting[] {
    const encrypted = this.waiting[0]?.encrypted;
    let bytes = 0;
    let count = 0;
    for (const waiting of this.waiting) {
      if (waiting.encrypted !== encrypted || (count > 0 && bytes > groupBytes)) break;
      for (const { Data } of waiting.records) bytes += Data.length;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async write(group: readonly Waiting[]): Promise<Appended> {
    const { clock, durable, disk, files, segmentBytes } = this.context;
    const records =
      group.length === 1 && group[0] ? group[0].records : group.flatMap((waiting) => waiting.records);
    // If the clock was set back, a record must still not be older than the one before it.
    const arrival = Math.max(clock.now(), this.lastArrival);
    const first = this.next;
    const { bytes, frames } = encodeFrames(records, first, arrival, group[0]?.encrypted ?? false, this.salt);
    if (!this.last.empty && this.last.size + bytes.length > segmentBytes) this.begin(first);
    const segment = this.last;
    const start = segment.size;
    segment.reopen();
    await files.use(segment.path, async (file) => {
      try {
        for (let at = 0; at < bytes.length; ) {
          const written = await disk.write(file, bytes, at, bytes.length - at, start + at);
          if (written <= 0) throw new Error(`nothing could be written to ${segment.path}`);
          at += written;
        }
        if (durable) await disk.sync(file);
        // On some file systems the link count of an existing file is 0.
        if (disk.stat(file).deleted && !existsSync(segment.path))
          throw new Error(`${segment.path} was deleted`);
      } catch (error) {
        this.cut(file, start);
        throw error;
      } finally {
        buffers.give(bytes);
      }
    });
    for (const frame of frames as readonly PlacedFrame[]) segment.add(frame, start + frame.at);
    this.lastArrival = arrival;
    return { first, arrival };
  }

  /** Cuts off what a failed write has left. If that fails too, the next write overwrites it. */
  private cut(file: number, size: number): void {
    try {
      this.context.disk.truncate(file, size);
    } catch (error) {
      this.context.onTrouble(
        `${this.label}: what a failed write left could not be cut off: ${(error as Error).message}`,
      );
    }
  }

  /**
   * Calls `show` for each valid frame of a segment, beginning at or before the frame with the given record.
   *
   * @returns false when `show` asked to stop.
   */
  private readSegment(
    segment: Segment,
    record: number,
    wanted: number,
    show: (frame: Frame, chunk: Buffer, at: number) => boolean,
  ): Promise<boolean> {
    const { disk, files } = this.context;
    return files.use(segment.path, async (file) => {
      const { size } = segment;
      let position = segment.offsetOf(record);
      let length = wanted;
      while (position < size) {
        const chunk = Buffer.allocUnsafe(Math.min(length, size - position));
        let end = 0;
        while (end < chunk.length) {
          const read = await disk.read(file, chunk, end, chunk.length - end, position + end);
          if (read === 0) break;
          end += read;
        }
        let at = 0;
        while (at < end) {
          const frame = decodeFrame(chunk, at, end, this.salt);
          if (typeof frame === "number" && position + at + frame <= size) {
            length = Math.max(wanted, frame);
            break;
          }
          if (!frame || typeof frame === "number") {
            const resumed = segment.resume(position + at);
            this.sayDamage(segment, position + at, resumed);
            position = resumed;
            at = -1;
            break;
          }
          if (!show(frame, chunk, at)) return false;
          at += frame.length;
        }
        if (at < 0) continue;
        if (at === 0 && length <= chunk.length) break;
        position += at;
      }
      return true;
    });
  }

  private sayDamage(segment: Segment, at: number, end: number): void {
    const place = `${segment.path} is damaged at byte ${at}`;
    if (this.saidDamages.has(place)) return;
    this.saidDamages.add(place);
    this.context.onTrouble(`${this.label}: ${place}: ${end - at} bytes are not records and are not served`);
  }
}

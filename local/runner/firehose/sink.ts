import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { S3Destination } from "@streaming-data-lake/terraform/types";
import type { BufferCounters, DeliveryCounters } from "../counters";
import { pause } from "../signal";
import { StateFile } from "../state-file";
import type { ShardState } from "../stream/consumer";
import { compareSequenceNumbers } from "../stream/sequence";
import type { FinishedObject, ObjectBuffer } from "./buffer";
import { objectKey } from "./object-key";
import type { Delivered } from "./spool";

export interface SinkOptions {
  readonly kind: "destination" | "backup";
  readonly deliveryStream: string;
  readonly destination: S3Destination;
  /** Every change of this text is a new version of the delivery stream. */
  readonly configuration: string;
  readonly newBuffer: (path: string) => ObjectBuffer;
  /** Folder for buffers on disk; a buffer that was not finished is dropped and its records are read again. */
  readonly spool: string;
  readonly stateFile: string;
  /** Folder of the buckets. */
  readonly lake: string;
  readonly counters: DeliveryCounters;
  readonly onTrouble: (message: string) => void;
}

interface State {
  version: number;
  configuration: string;
  readonly since: number;
  readonly shards: Record<string, ShardState>;
  /** Objects that count as written: what is not yet in its place is moved there. */
  pending: readonly { readonly from: string; readonly to: string }[];
}

/**
 * One destination of a delivery stream: buffers records, and writes them when the buffer has reached its size or its
 * age, whichever comes first.
 *
 * Objects and checkpoints change together. The state file, replaced as a whole, names the finished files and the
 * checkpoints behind them; then the files are moved into the bucket. After a kill either the state says so and the
 * moves are done, or it doesn't and the records are read again: no record is lost, and none delivered twice.
 *
 * A write that fails is tried again and holds up what follows; nothing is dropped.
 * https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
 */
export class Sink {
  readonly counters: BufferCounters;
  private readonly abort = new AbortController();
  private buffer: ObjectBuffer;
  private serial = 0;
  private timer: NodeJS.Timeout | undefined;
  /** The writing of earlier buffers, and the adding to this one; each goes on when the one before is done. */
  private writing: Promise<void> = Promise.resolve();
  private adding: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: SinkOptions,
    private readonly state: StateFile<State>,
  ) {
    const { destination, kind } = options;
    this.counters = {
      kind,
      records: 0,
      bytes: 0,
      limitBytes: destination.bufferMebibytes * 1024 * 1024,
      limitMilliseconds: destination.bufferSeconds * 1000,
      since: undefined,
    };
    this.buffer = this.openBuffer();
  }

  /** Opens the sink and completes what a killed runner had begun. */
  static async open(options: SinkOptions): Promise<Sink> {
    const initial = { version: 0, configuration: "", since: Date.now(), shards: {}, pending: [] };
    const state = StateFile.open<State>(options.stateFile, initial);
    await mkdir(options.spool, { recursive: true });
    await movePending(state.value, options);
    // The names of this run's files are those of the last run's: what was moved must not be moved again.
    state.value.pending = [];
    for (const name of await readdir(options.spool)) await rm(join(options.spool, name));
    if (state.value.configuration !== options.configuration) state.value.version++;
    state.value.configuration = options.configuration;
    state.save();
    return new Sink(options, state);
  }

  /** When the delivery stream began to read its source. Milliseconds since 1970. */
  get since(): number {
    return this.state.value.since;
  }

  shard(shardId: string): ShardState | undefined {
    return this.state.value.shards[shardId];
  }

  /** Takes records in their order; resolves when there is room for more. */
  push(shardId: string, records: readonly Delivered[]): Promise<void> {
    const after = this.shard(shardId)?.after;
    const fresh = after
      ? records.filter(({ record }) => compareSequenceNumbers(record.sequenceNumber, after) > 0)
      : records;
    return this.next(() => this.add(shardId, fresh));
  }

  /** Writes what is in the buffer, and resolves when it is in the bucket. */
  async flush(): Promise<void> {
    await this.next(async () => this.rotate());
    await this.writing;
  }

  /** Marks a closed shard as done with; what was read of it must have been flushed. */
  finishShard(shardId: string): void {
    this.state.value.shards[shardId] = { ...this.state.value.shards[shardId], finished: true };
    this.state.save();
  }

  /** Gives up on what is not written yet: the next run reads it again. */
  async close(): Promise<void> {
    this.abort.abort();
    clearTimeout(this.timer);
    await this.writing;
    await this.adding.catch(() => {});
    await this.buffer.discard();
    this.state.close();
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.adding = this.adding.then(() => (this.abort.signal.aborted ? undefined : step()));
    return this.adding;
  }

  private openBuffer(): ObjectBuffer {
    return this.options.newBuffer(join(this.options.spool, String(++this.serial)));
  }

  private async add(shardId: string, records: readonly Delivered[]): Promise<void> {
    const { limitBytes } = this.counters;
    for (let start = 0; start < records.length; ) {
      let bytes = this.buffer.contents.bytes;
      let end = start;
      while (end < records.length && bytes < limitBytes) {
        for (const { data } of records[end]?.userRecords ?? []) bytes += data.length;
        end++;
      }
      await this.buffer.add(shardId, records.slice(start, end));
      start = end;
      if (bytes >= limitBytes) {
        this.rotate();
        // One buffer is written while the next fills; with both full, the reader waits.
        if (start < records.length) await this.writing;
      }
    }
    this.count();
  }

  /** Shows the buffer's fill, and sees to it that it is written when it comes of age. */
  private count(): void {
    const { contents } = this.buffer;
    const { counters } = this;
    counters.records = contents.records;
    counters.bytes = contents.bytes;
    if (contents.records === 0) {
      counters.since = undefined;
      return;
    }
    if (counters.since !== undefined) return;
    counters.since = Date.now();
    // A failure has already stopped the reading, which says so.
    this.timer = setTimeout(() => this.flush().catch(() => {}), counters.limitMilliseconds);
  }

  /** Begins a new buffer and has the full one written after those before it. */
  private rotate(): void {
    clearTimeout(this.timer);
    const full = this.buffer;
    if (full.contents.lasts.size === 0) return;
    this.buffer = this.openBuffer();
    this.count();
    this.writing = this.writing.then(() => this.write(full));
  }

  private async write(buffer: ObjectBuffer): Promise<void> {
    const { signal } = this.abort;
    let finished: readonly FinishedObject[] | undefined;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!finished) {
          finished = await buffer.finish();
          if (signal.aborted) return;
          this.commit(buffer, finished);
        }
        await movePending(this.state.value, this.options);
        this.countObjects(finished);
        return await buffer.discard();
      } catch (error) {
        this.options.counters.writeErrors++;
        if (failures++ === 0)
          this.options.onTrouble(
            `${this.options.deliveryStream}: can't write to ${this.options.destination.bucket}: ${(error as Error).message}; trying again`,
          );
        await pause(Math.min(100 * 2 ** failures, 5_000), signal);
      }
    }
  }

  /** From here on the objects count as written and their records as done with. */
  private commit(buffer: ObjectBuffer, objects: readonly FinishedObject[]): void {
    const { deliveryStream, destination, lake } = this.options;
    const { version, shards } = this.state.value;
    this.state.value.pending = objects.map(({ file, kind }) => {
      const key = objectKey({ contents: buffer.contents, deliveryStream, destination, kind, version });
      return { from: file, to: join(lake, destination.bucket, key) };
    });
    for (const [shardId, after] of buffer.contents.lasts) shards[shardId] = { ...shards[shardId], after };
    this.state.save();
  }

  private countObjects(objects: readonly FinishedObject[]): void {
    const { counters, kind: sink } = this.options;
    for (const { kind, records } of objects) {
      if (kind === "parquet") counters.parquetObjects++;
      if (kind === "raw") counters.rawObjects++;
      if (kind === "error") counters.errorObjects++;
      if (sink === "backup") counters.backedUp += records;
      else if (kind === "error") counters.rejected += records;
      else counters.delivered += records;
    }
  }
}

async function movePending({ pending }: State, { lake }: SinkOptions): Promise<void> {
  for (const { from, to } of pending) {
    if (!existsSync(from)) continue;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
  await mkdir(lake, { recursive: true });
}

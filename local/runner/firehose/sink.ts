import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { inside, objectPath } from "@streaming-data-lake/lake/paths";
import type { S3Destination } from "@streaming-data-lake/terraform/types";
import { z } from "zod";
import { AccessDenied } from "../access/control";
import type { BufferCounters } from "../counters";
import { makeFolder } from "../files/folders";
import { StateFile } from "../files/state-file";
import { moveFile, syncFolder } from "../files/write";
import { retry } from "../lifecycle/retry";
import { type ShardProgress, shardStates } from "../stream/consumer";
import { isUpTo } from "../stream/sequence";
import type { FinishedObject, ObjectBuffer, Persist } from "./buffer";
import { accessDenied, type DeliveryError } from "./error-log";
import { objectKey } from "./object-key";
import type { Contents, Delivered } from "./spool";

export interface SinkOptions {
  readonly kind: "destination" | "backup";
  readonly deliveryStream: string;
  readonly destination: S3Destination;
  /** The configuration as text. Every change of it makes a new version of the delivery stream. */
  readonly configuration: string;
  readonly newBuffer: (path: string, persist: Persist) => ObjectBuffer;
  /** Folder for buffers on disk. A buffer that was not finished is discarded, and its records are read again. */
  readonly spool: string;
  /**
   * Returns the time at which the delivery stream began to read, in milliseconds since 1970. It is given the time in
   * the saved state, if there is one.
   */
  readonly readingSince: (saved?: number) => number;
  readonly stateFile: string;
  /** Folder of the buckets. */
  readonly lake: string;
  /**
   * Called before each attempt to write objects. An error that it throws is treated as the bucket's answer. @default -
   * nothing
   */
  readonly admitWrite?: () => void;
  /** Called before objects are written, to check that these keys may be written. @default - no check */
  readonly authorize?: (keys: readonly string[]) => void;
  /** Called for each buffer that has been written, with its objects. @default - nothing */
  readonly onWritten?: (contents: Contents, objects: readonly KeyedObject[], since: number) => void;
  /** Called for each attempt to buffer records or to write objects that fails. @default - nothing */
  readonly onFailure?: () => void;
  /** Called for each error that Firehose would log. */
  readonly onError?: (error: DeliveryError) => void;
  /**
   * Whether this run has created the stream, so that checkpoints of an earlier stream do not apply to it. @default
   * false
   */
  readonly streamIsNew?: boolean;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
}

/** An object of a buffer with its key. Records sent to an HTTP endpoint have no key. */
export interface KeyedObject {
  readonly object: FinishedObject;
  readonly key: string;
}

/** Path of a finished file and path of its object, each relative to its folder. */
const move = z.object({ file: z.string(), path: z.string() });

const shape = z.object({
  version: z.int(),
  configuration: z.string(),
  since: z.number(),
  shards: shardStates,
  /** Objects that count as written. Those that are not in the bucket yet are moved there. */
  pending: z.array(move),
  /** State of the shards before these objects, to be restored when files were deleted before they were moved. */
  before: shardStates.optional(),
});
type State = z.infer<typeof shape>;

/** The format of an earlier version, which saved absolute paths and did not remove them after the moves. */
const earlierShape = shape.omit({ pending: true, before: true }).extend({
  pending: z.array(z.object({ from: z.string(), to: z.string() })),
});

function stateShape(lake: string): z.ZodType<State> {
  const convert = ({ pending, ...state }: z.infer<typeof earlierShape>): State => ({
    ...state,
    pending: pending.map(({ from, to }) => ({ file: basename(from), path: relative(lake, to) })),
  });
  return shape.or(earlierShape.transform(convert));
}

/**
 * One destination of a delivery stream. It buffers records, and writes them when the buffer has reached its size or its
 * age, whichever comes first.
 *
 * Objects and checkpoints change together. Once the files are on disk, the state is saved in one step with the files'
 * names and the new checkpoints. Only then are the files moved into the bucket. After a kill, the state either contains
 * the files, and they are moved, or it does not, and the records are read again. So no record is lost and none is
 * delivered twice.
 *
 * A failed write is retried and blocks what follows it. Nothing is dropped.
 * https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
 */
export class Sink {
  readonly counters: BufferCounters;
  private buffer: ObjectBuffer;
  private serial = 0;
  private timer: NodeJS.Timeout | undefined;
  /** For each full buffer that is not written yet, the time at which its oldest record arrived, earliest first. */
  private readonly unwritten: number[] = [];
  /** The pending writes of earlier buffers, and the pending additions to this one. Each waits for the one before it. */
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
      undeliveredSince: undefined,
    };
    this.buffer = this.openBuffer();
  }

  /**
   * Opens the sink, and completes what a run that was killed had begun.
   *
   * @throws StackError when its state is damaged.
   */
  static async open(options: SinkOptions): Promise<Sink> {
    const { configuration, lake, spool, stateFile, readingSince, streamIsNew, onTrouble } = options;
    const state = StateFile.open<State>({
      path: stateFile,
      shape: stateShape(lake),
      initial: () => {
        const since = readingSince();
        return { version: 0, configuration: "", since, shards: {}, pending: [] };
      },
      onTrouble,
    });
    if (!state.isNew) state.value.since = readingSince(state.value.since);
    makeFolder(spool);
    completeMoves(state.value, options);
    // This run uses the same file names as the last one, so files that were already moved must not be moved again.
    state.value.pending = [];
    if (streamIsNew) Object.assign(state.value, { since: 0, shards: {} });
    for (const name of await readdir(spool)) await rm(inside(spool, name), { recursive: true });
    if (state.value.configuration !== configuration) state.value.version++;
    state.value.configuration = configuration;
    state.save({ durable: true });
    return new Sink(options, state);
  }

  get kind(): "destination" | "backup" {
    return this.options.kind;
  }

  /** When the delivery stream began to read its source. Milliseconds since 1970. */
  get since(): number {
    return this.state.value.since;
  }

  shard(shardId: string): ShardProgress | undefined {
    return this.state.value.shards[shardId];
  }

  /** The contents of the current buffer. */
  get contents(): Contents {
    return this.buffer.contents;
  }

  /** Adds records in order. Resolves when there is room for more. */
  push(shardId: string, records: readonly Delivered[]): Promise<void> {
    const fresh = this.fresh(shardId, records);
    return this.next(() => this.add(shardId, fresh));
  }

  /** Those of the records that it has not written yet. */
  fresh(shardId: string, records: readonly Delivered[]): readonly Delivered[] {
    const after = this.shard(shardId)?.after;
    return after ? records.filter(({ record }) => !isUpTo(after, record.sequenceNumber)) : records;
  }

  /** Writes what is in the buffer. Resolves when it is in the bucket. */
  async flush(): Promise<void> {
    await this.next(async () => this.rotate());
    await this.writing;
    this.options.abort.throwIfAborted();
  }

  /** Marks a closed shard as finished. Its records must have been flushed before. */
  finishShard(shardId: string): void {
    this.state.value.shards[shardId] = { ...this.state.value.shards[shardId], finished: true };
    this.state.save();
  }

  /** Closes the sink after the abort, and discards what has not been written: the next run reads it again. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await Promise.allSettled([this.adding, this.writing]);
    await this.buffer.discard();
    this.state.close();
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.adding = this.adding.then(() => (this.options.abort.aborted ? undefined : step()));
    return this.adding;
  }

  private openBuffer(): ObjectBuffer {
    return this.options.newBuffer(inside(this.options.spool, String(++this.serial)), (work) =>
      this.persist(work, "can't buffer"),
    );
  }

  private persist<T>(work: () => T | Promise<T>, what: string): Promise<T> {
    const { abort, deliveryStream, onError, onFailure, onTrouble } = this.options;
    let told = "";
    return retry(work, {
      abort,
      what: `${deliveryStream}: ${what}`,
      onTrouble,
      onFailure: (error) => {
        onFailure?.();
        // The same denial on each attempt is reported as a single error.
        if (!(error instanceof AccessDenied) || error.message === told) return;
        told = error.message;
        onError?.(accessDenied(error));
      },
    });
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
      const taken = records.slice(start, end);
      await this.buffer.add(shardId, taken);
      start = end;
      if (bytes >= limitBytes) {
        this.rotate();
        // One buffer is written while the next one fills. When both are full, the reader waits.
        if (start < records.length) await this.writing;
      }
    }
    this.count();
  }

  /** Updates the counters, and starts the timer that writes the buffer when it reaches its age. */
  private count(): void {
    const { contents } = this.buffer;
    const { counters } = this;
    counters.records = contents.records;
    counters.bytes = contents.bytes;
    if (contents.records === 0) counters.since = undefined;
    const isFirst = contents.records > 0 && counters.since === undefined;
    if (isFirst) counters.since = Date.now();
    counters.undeliveredSince = this.unwritten[0] ?? counters.since;
    if (!isFirst) return;
    // A failure has already stopped the reader and has been reported there.
    this.timer = setTimeout(() => this.flush().catch(() => {}), counters.limitMilliseconds);
  }

  /** Starts a new buffer, and writes the full one after those before it. */
  private rotate(): void {
    clearTimeout(this.timer);
    const full = this.buffer;
    if (full.contents.lasts.size === 0) return;
    this.unwritten.push(this.counters.since ?? Date.now());
    this.buffer = this.openBuffer();
    this.count();
    this.writing = this.writing.then(
      () => this.write(full),
      async (aborted) => {
        await discard(full);
        throw aborted;
      },
    );
  }

  /** @throws the reason of the abort. */
  private async write(buffer: ObjectBuffer): Promise<void> {
    const before = { ...this.state.value.shards };
    let isCommitted = false;
    try {
      const written = await this.persist(async () => {
        const { abort, admitWrite, authorize } = this.options;
        admitWrite?.();
        authorize?.([]);
        const objects = await buffer.finish();
        abort.throwIfAborted();
        const stored = objects
          .filter(({ kind }) => kind !== "sent")
          .map((object) => ({ object, key: this.keyOf(buffer, object) }));
        authorize?.(stored.map(({ key }) => key));
        this.commit(buffer, stored, before);
        isCommitted = true;
        moveObjects(this.state.value, this.options);
        this.state.value.pending = [];
        this.state.save();
        return [
          ...stored,
          ...objects.filter(({ kind }) => kind === "sent").map((object) => ({ object, key: "" })),
        ];
      }, `can't write to ${this.options.destination.bucket}`);
      const since = this.unwritten.shift() ?? Date.now();
      const { onError, onWritten } = this.options;
      for (const { object } of written) for (const error of object.failures?.errors ?? []) onError?.(error);
      onWritten?.(buffer.contents, written, since);
      this.count();
    } catch (error) {
      // Files that are committed will be moved by the next run.
      if (isCommitted) await buffer.close();
      else await discard(buffer);
      throw error;
    }
    await discard(buffer);
  }

  /** Commits the objects: from here on, they count as written and their records as delivered. */
  private commit(buffer: ObjectBuffer, stored: readonly KeyedObject[], before: State["shards"]): void {
    const { destination, lake } = this.options;
    const state = this.state.value;
    state.before = before;
    state.pending = stored.map(({ object, key }) => ({
      file: basename(object.file),
      path: relative(lake, objectPath(lake, destination.bucket, key)),
    }));
    for (const [shardId, after] of buffer.contents.lasts)
      state.shards[shardId] = { ...state.shards[shardId], after };
    this.state.save({ durable: true });
  }

  private keyOf({ contents }: ObjectBuffer, object: FinishedObject): string {
    const { deliveryStream, destination } = this.options;
    const { version } = this.state.value;
    return objectKey({ contents, deliveryStream, destination, object, version });
  }
}

/** Deletes a buffer's files. The next run deletes what can't be deleted now. */
async function discard(buffer: ObjectBuffer): Promise<void> {
  await buffer.discard().catch(() => {});
}

/** Moves finished files to their places in the bucket, and makes the moves durable. */
function moveObjects({ pending }: State, { lake, spool }: SinkOptions): void {
  for (const { file, path } of pending) {
    const target = inside(lake, path);
    makeFolder(dirname(target));
    moveFile(inside(spool, file), target);
    syncFolder(dirname(target));
  }
}

/** Completes the moves that a killed run has not made. When a file is missing, its records are read again. */
function completeMoves(state: State, options: SinkOptions): void {
  const { deliveryStream, lake, spool, onTrouble } = options;
  const waiting = state.pending.filter(({ file }) => existsSync(inside(spool, file)));
  const { before } = state;
  const isLost = state.pending.some(
    (move) => !waiting.includes(move) && !existsSync(inside(lake, move.path)),
  );
  moveObjects({ ...state, pending: waiting }, options);
  if (!isLost || !before) return;
  state.shards = before;
  onTrouble(
    `${deliveryStream}: objects were deleted before they were in place: their records are read again`,
  );
}

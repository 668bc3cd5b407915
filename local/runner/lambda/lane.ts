import { createHash } from "node:crypto";
import { Signal } from "@streaming-data-lake/timing";
import type { KinesisRecord } from "../stream/stream-source";

export interface LaneOptions {
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  readonly maxBytes: number;
  readonly bytesOf: (record: KinesisRecord) => number;
  /** Processes a batch to its end, and reports the sequence number up to which all its records are done. */
  readonly settle: (
    records: readonly KinesisRecord[],
    onDone: (sequenceNumber: string) => void,
  ) => Promise<void>;
  /** Called with the records of the next batch while this one is being processed. @default - nothing is prepared */
  readonly prepare?: (records: readonly KinesisRecord[]) => void;
  /** The group of a record. Records of different groups never share a batch. */
  readonly groupOf?: (record: KinesisRecord) => number;
  /**
   * Time by Date.now() at which something must be done even if no record arrives; undefined when there is nothing to
   * do.
   */
  readonly deadline?: () => number | undefined;
  /** Called at the deadline. */
  readonly onDeadline?: () => Promise<void>;
  readonly changed: Signal;
  readonly abort: AbortSignal;
}

/**
 * An ordered sequence of records for a function. It collects records into batches and hands over one batch at a time.
 *
 * A batch is handed over when it is full, when the next record would make it too large, or when the batching window
 * since its first record has ended:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
 */
export class Lane {
  private readonly queue: KinesisRecord[] = [];
  private readonly woken = new Signal();
  private firstAt = 0;
  private isFlushing = false;
  private busy = 0;
  /** Number of records of the current batch that are done. */
  private settled = 0;
  private bytes = 0;
  /** Sequence number up to which all records are done. */
  done: string | undefined;

  constructor(private readonly options: LaneOptions) {}

  /** Number of records in the lane. The records of a batch count until the whole batch is done. */
  get pending(): number {
    return this.queue.length + this.busy;
  }

  /** Number of records that are not done. The records of the current batch that are done do not count. */
  get waiting(): number {
    return this.pending - this.settled;
  }

  /** Size of the records that wait for a batch. Bytes. */
  get waitingBytes(): number {
    return this.bytes;
  }

  push(record: KinesisRecord): void {
    if (this.queue.length === 0) this.firstAt = performance.now();
    this.queue.push(record);
    this.bytes += record.data.length;
    this.woken.notify();
  }

  /** Hands over all waiting records without waiting for the batching window, until the lane is empty. */
  flush(): void {
    this.isFlushing = true;
    this.woken.notify();
  }

  /** Processes batches until it is aborted. */
  async run(): Promise<void> {
    const { abort, changed, settle, windowMilliseconds } = this.options;
    while (!abort.aborted) {
      const count = this.batchLength();
      if (this.queue.length === 0) {
        this.isFlushing = false;
        await this.rest();
        continue;
      }
      const wait = this.firstAt + windowMilliseconds - performance.now();
      if (count === undefined && !this.isFlushing && wait > 0) {
        await this.woken.next(wait, abort);
        continue;
      }
      const batch = this.queue.splice(0, count ?? this.queue.length);
      this.firstAt = performance.now();
      for (const { data } of batch) this.bytes -= data.length;
      this.busy = batch.length;
      const ended = settle(batch, (sequenceNumber) => {
        this.done = sequenceNumber;
        this.settled = 1 + batch.findLastIndex((record) => record.sequenceNumber === sequenceNumber);
      });
      // By then, this batch has been handed to the function's process, which runs meanwhile.
      setImmediate(() => this.prepareNext());
      await ended;
      // A batch that was aborted is not done.
      if (abort.aborted) return;
      this.busy = 0;
      this.settled = 0;
      changed.notify();
    }
  }

  private prepareNext(): void {
    const count = this.busy > 0 ? this.batchLength() : undefined;
    if (count !== undefined) this.options.prepare?.(this.queue.slice(0, count));
  }

  /** Waits for records or for the deadline. */
  private async rest(): Promise<void> {
    const { abort, deadline, onDeadline } = this.options;
    const due = deadline?.();
    const wait = due === undefined ? undefined : due - Date.now();
    if (wait !== undefined && wait <= 0) return onDeadline?.();
    await this.woken.next(wait, abort);
  }

  /** The number of records in the next batch if it is full; undefined when there is room for more. */
  private batchLength(): number | undefined {
    const { batchSize, bytesOf, groupOf, maxBytes } = this.options;
    const [first] = this.queue;
    const group = first && groupOf?.(first);
    let bytes = 0;
    for (let count = 0; count < this.queue.length; count++) {
      const record = this.queue[count];
      bytes += record ? bytesOf(record) : 0;
      if (count > 0 && bytes > maxBytes) return count;
      if (record && groupOf && groupOf(record) !== group) return count;
      if (count + 1 === batchSize) return batchSize;
    }
    return undefined;
  }
}

/** The lane of a partition key. All records of a key are in the same lane, so that they stay in order. */
export function laneOf(partitionKey: string, lanes: number): number {
  return createHash("md5").update(partitionKey).digest().readUInt32BE(0) % lanes;
}

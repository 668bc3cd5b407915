import { Signal } from "../signal";
import type { KinesisRecord } from "../stream/stream-source";

export interface LaneOptions {
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  readonly maxBytes: number;
  readonly bytesOf: (record: KinesisRecord) => number;
  /** Takes a batch to its end, and tells up to which of its records everything is done with. */
  readonly settle: (
    records: readonly KinesisRecord[],
    onDone: (sequenceNumber: string) => void,
  ) => Promise<void>;
  /** Records of different groups do not come into one batch. */
  readonly groupOf?: (record: KinesisRecord) => number;
  /** When there is something to do although no record comes, by Date.now(); undefined when there is nothing. */
  readonly deadline?: () => number | undefined;
  /** Does it. */
  readonly onDeadline?: () => Promise<void>;
  readonly changed: Signal;
  readonly abort: AbortSignal;
}

/**
 * One ordered line of records to a function: gathers batches and hands over one after the other.
 *
 * A batch is handed over when it is full, when the next record would make it too large, or when the batching window
 * since its first record is over: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
 */
export class Lane {
  private readonly queue: KinesisRecord[] = [];
  private readonly woken = new Signal();
  private firstAt = 0;
  private hurry = false;
  private busy = 0;
  /** Records of the batch in work that are done with. */
  private settled = 0;
  private bytes = 0;
  /** Sequence number up to which everything is done with. */
  done: string | undefined;

  constructor(private readonly options: LaneOptions) {}

  /** Records that are here until their whole batch is done with. */
  get pending(): number {
    return this.queue.length + this.busy;
  }

  /** Records that are not done with: of a batch that is taken apart, the rest. */
  get waiting(): number {
    return this.pending - this.settled;
  }

  /** Bytes of the records that wait. */
  get waitingBytes(): number {
    return this.bytes;
  }

  push(record: KinesisRecord): void {
    if (this.queue.length === 0) this.firstAt = performance.now();
    this.queue.push(record);
    this.bytes += record.data.length;
    this.woken.notify();
  }

  /** Hands over what waits without waiting for the window, until the lane is empty. */
  flush(): void {
    this.hurry = true;
    this.woken.notify();
  }

  /** Works until aborted. */
  async run(): Promise<void> {
    const { abort, changed, settle, windowMilliseconds } = this.options;
    while (!abort.aborted) {
      const count = this.batchLength();
      if (this.queue.length === 0) {
        this.hurry = false;
        await this.rest();
        continue;
      }
      const wait = this.firstAt + windowMilliseconds - performance.now();
      if (count === undefined && !this.hurry && wait > 0) {
        await this.woken.next(wait, abort);
        continue;
      }
      const batch = this.queue.splice(0, count ?? this.queue.length);
      this.firstAt = performance.now();
      for (const { data } of batch) this.bytes -= data.length;
      this.busy = batch.length;
      await settle(batch, (sequenceNumber) => {
        this.done = sequenceNumber;
        this.settled = 1 + batch.findLastIndex((record) => record.sequenceNumber === sequenceNumber);
      });
      // What was broken off is not done with.
      if (abort.aborted) return;
      this.busy = 0;
      this.settled = 0;
      changed.notify();
    }
  }

  /** Waits for records, or for what is to be done without any. */
  private async rest(): Promise<void> {
    const { abort, deadline, onDeadline } = this.options;
    const due = deadline?.();
    const wait = due === undefined ? undefined : due - Date.now();
    if (wait !== undefined && wait <= 0) return onDeadline?.();
    await this.woken.next(wait, abort);
  }

  /** The length of the batch that is ready because it is full; undefined when there is room for more. */
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

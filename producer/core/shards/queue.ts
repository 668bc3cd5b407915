import type { PendingRecord } from "../record";

/** The records of one shard that wait to be sent. */
export interface RecordQueue {
  readonly length: number;
  readonly bytes: number;
  /** Number of records that one call could take. */
  readonly ready: number;
  /** The record at the head of the queue. */
  oldest(): PendingRecord | undefined;
  push(record: PendingRecord): void;
  /** Puts failed records ahead of all others, in their order. */
  putBack(records: readonly PendingRecord[]): void;
  /** Takes the next record if `fits` returns true for it. */
  take(fits: (record: PendingRecord) => boolean): PendingRecord | undefined;
  /** Marks the records of a call as complete, so that the next `take` is for another call. */
  seal(): void;
  /** Removes and returns all records. */
  drain(): PendingRecord[];
}

/** A queue in which records leave in the order in which they came. */
export class FifoQueue implements RecordQueue {
  /** The records that were put back. The next one to take is the last. */
  readonly #front: PendingRecord[] = [];
  #records: PendingRecord[] = [];
  #head = 0;
  bytes = 0;

  get length(): number {
    return this.#front.length + this.#records.length - this.#head;
  }

  get ready(): number {
    return this.length;
  }

  oldest(): PendingRecord | undefined {
    return this.#front.at(-1) ?? this.#records[this.#head];
  }

  push(record: PendingRecord): void {
    this.#records.push(record);
    this.bytes += record.bytes;
  }

  putBack(records: readonly PendingRecord[]): void {
    for (const record of records.toReversed()) {
      this.#front.push(record);
      this.bytes += record.bytes;
    }
  }

  take(fits: (record: PendingRecord) => boolean): PendingRecord | undefined {
    const record = this.oldest();
    if (record === undefined || !fits(record)) return undefined;
    this.bytes -= record.bytes;
    if (this.#front.length > 0) this.#front.pop();
    else this.#advance();
    return record;
  }

  seal(): void {}

  drain(): PendingRecord[] {
    const records = [...this.#front.toReversed(), ...this.#records.slice(this.#head)];
    this.#front.length = 0;
    this.#records = [];
    this.#head = 0;
    this.bytes = 0;
    return records;
  }

  #advance(): void {
    this.#head++;
    // Removes the taken records once they are more than half of all, so that each record is moved once on average.
    if (this.#head > 1024 && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
  }
}

/**
 * A queue that gives at most one record of each partition key to a call.
 *
 * AWS guarantees no order among the entries of a call, and any of them can fail on its own. The second record of a key
 * must therefore not be sent before the first is on the stream.
 */
export class KeyedQueue implements RecordQueue {
  readonly #byKey = new Map<string, FifoQueue>();
  /** Keys of which the present call already has a record. They go to the end of the queue when the call is complete. */
  #served: [string, FifoQueue][] = [];
  length = 0;
  bytes = 0;

  get ready(): number {
    return this.#byKey.size;
  }

  oldest(): PendingRecord | undefined {
    for (const queue of this.#byKey.values()) return queue.oldest();
    return this.#served[0]?.[1].oldest();
  }

  push(record: PendingRecord): void {
    this.#queueOf(record.partitionKey).push(record);
    this.length++;
    this.bytes += record.bytes;
  }

  putBack(records: readonly PendingRecord[]): void {
    for (const record of records.toReversed()) {
      this.#queueOf(record.partitionKey).putBack([record]);
      this.length++;
      this.bytes += record.bytes;
    }
  }

  take(fits: (record: PendingRecord) => boolean): PendingRecord | undefined {
    for (const [key, queue] of this.#byKey) {
      const record = queue.take(fits);
      if (record === undefined) return undefined;
      this.#byKey.delete(key);
      this.#served.push([key, queue]);
      this.length--;
      this.bytes -= record.bytes;
      return record;
    }
    return undefined;
  }

  seal(): void {
    for (const [key, queue] of this.#served) if (queue.length > 0) this.#byKey.set(key, queue);
    this.#served = [];
  }

  drain(): PendingRecord[] {
    this.seal();
    const records = [...this.#byKey.values()].flatMap((queue) => queue.drain());
    this.#byKey.clear();
    this.length = 0;
    this.bytes = 0;
    return records;
  }

  #queueOf(key: string): FifoQueue {
    let queue = this.#byKey.get(key);
    if (queue === undefined) {
      queue = new FifoQueue();
      this.#byKey.set(key, queue);
    }
    return queue;
  }
}

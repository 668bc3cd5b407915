import type { PendingRecord } from "../record";

/** Records of one shard that wait to be sent. */
export interface RecordQueue {
  readonly length: number;
  readonly bytes: number;
  /** Records that one call could take. */
  readonly ready: number;
  /** The record that has waited longest at the head. */
  oldest(): PendingRecord | undefined;
  push(record: PendingRecord): void;
  /** Puts records that failed ahead of all others, in their order. */
  putBack(records: readonly PendingRecord[]): void;
  /** Takes the next record if `fits` agrees. */
  take(fits: (record: PendingRecord) => boolean): PendingRecord | undefined;
  /** A call's records are complete: the next take is for another call. */
  seal(): void;
  /** Empties it. */
  drain(): PendingRecord[];
}

/** First in, first out. */
export class FifoQueue implements RecordQueue {
  /** What was put back, the next one last. */
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
    // Drops what was taken once it is the larger part: each record is moved once on average.
    if (this.#head > 1024 && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
  }
}

/**
 * Gives at most one record of each partition key to a call.
 *
 * AWS promises no order among the entries of a call, and any of them may fail alone: a key's second record may only
 * be sent once its first is on the stream.
 */
export class KeyedQueue implements RecordQueue {
  readonly #byKey = new Map<string, FifoQueue>();
  /** Keys that gave a record to the call being filled; they go to the end of the line afterwards. */
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

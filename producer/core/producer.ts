import type { Writable } from "node:stream";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { Dispatcher } from "./calls/dispatcher";
import { callPutRecords } from "./calls/put-records";
import type { Entry } from "./calls/request-body";
import { callListShards, createClient, type KinesisSender } from "./calls/transport";
import { type MonotonicClock, monotonicClock } from "./clock";
import { Epoch } from "./epoch";
import { type GiveUpReason, UndeliveredError } from "./errors";
import type { ProducerMetrics } from "./metrics";
import { type ProducerOptions, type ResolvedOptions, resolveOptions } from "./options";
import {
  checkRecord,
  PendingRecord,
  type ProducerRecord,
  payload,
  type Receipt,
  recordBytes,
} from "./record";
import { FifoQueue } from "./shards/queue";
import { ShardLanes } from "./shards/shard-lanes";
import { ShardSource } from "./shards/shard-source";
import { type SendOutcome, sendAll, writable } from "./streams";

/** Most records that are taken before the shards are known. They fill a few calls. */
const manyUnrouted = 2_000;

/**
 * Puts records on a Kinesis data stream. It sends them in batches, keeps to the limits of each shard, retries failures
 * and uses bounded memory.
 *
 * Delivery is at least once. Each `put` settles exactly once: with where the record is, or with why it was given up. A
 * call whose answer is lost is repeated, which can put its records on the stream twice.
 */
export class KinesisProducer {
  readonly #streamName: string;
  readonly #settings: ResolvedOptions;
  readonly #clock: MonotonicClock;
  readonly #client: KinesisSender;
  readonly #ownClient: KinesisClient | undefined;
  readonly #lanes: ShardLanes;
  readonly #dispatcher: Dispatcher;
  readonly #shards: ShardSource;
  readonly #calls = new Set<AbortController>();
  /** Records that were taken before the shards were known. */
  #unrouted: PendingRecord[] = [];
  #loading = false;
  /** Records that wait because the buffer is full. */
  readonly #waiting = new FifoQueue();
  #bufferedBytes = 0;
  #bufferedRecords = 0;
  #readyWaiters: (() => void)[] = [];
  #epoch = new Epoch();
  readonly #epochs = new Set<Epoch>([this.#epoch]);
  #flushes = 0;
  #ended: GiveUpReason | undefined;
  #closing: Promise<ProducerMetrics> | undefined;

  /** @throws RangeError naming each option that is out of range. */
  constructor(options: ProducerOptions) {
    this.#settings = resolveOptions(options);
    const { clock = monotonicClock, random = Math.random, ordered = false, aggregate = false } = options;
    const { region, endpoint, profile, signal, onWarning = () => undefined } = options;
    this.#streamName = options.streamName;
    this.#clock = clock;
    this.#ownClient = options.client ? undefined : createClient({ region, endpoint, profile });
    this.#client = options.client ?? (this.#ownClient as KinesisClient);
    this.#lanes = new ShardLanes({ ...this.#settings, clock, keyed: ordered && !aggregate });
    this.#shards = new ShardSource({
      clock,
      random,
      onWarning,
      optional: !aggregate,
      listShards: () => this.#limited((limit) => callListShards(this.#client, this.#streamName, limit)),
    });
    this.#dispatcher = new Dispatcher(this.#lanes, {
      ...this.#settings,
      aggregateBytes: aggregate ? this.#settings.aggregateBytes : undefined,
      ordered,
      clock,
      random,
      onWarning,
      putRecords: (entries: readonly Entry[]) =>
        this.#limited((limit) => callPutRecords(this.#client, this.#streamName, entries, limit)),
      // A full buffer takes no further records, so waiting would not fill a call.
      urgent: () => this.#flushes > 0 || this.#atBound,
      refreshShards: () => this.#refreshShards(),
      delivered: (record, receipt) => {
        this.#release(record);
        record.resolve(receipt);
      },
      givenUp: (record, reason) => this.#giveUp(record, reason),
      settled: () => this.#admitWaiting(),
    });
    if (signal?.aborted) this.#end("Aborted");
    signal?.addEventListener("abort", () => this.#end("Aborted"), { once: true });
  }

  /**
   * Puts a record on the stream.
   *
   * Any number of records can be put without awaiting each. Those beyond `maxBufferedBytes` wait in the order in which
   * they came. To bound memory as well, await `ready()` while `full` is true, or use `writable()` or `sendAll()`.
   *
   * @param options.signal Once it is aborted, the record is not sent or retried. A call in flight is not aborted.
   * @returns Where the record is. Rejects with `InvalidRecordError` when no stream would accept the record, and with
   *   `UndeliveredError` when it is given up.
   */
  put(record: ProducerRecord, options?: { readonly signal?: AbortSignal }): Promise<Receipt> {
    return new Promise((resolve, reject) => this.#take(record, resolve, reject, options?.signal));
  }

  /**
   * Puts a record like `put`, for callers who only need to know what was given up. It takes less time than `put`, which
   * makes a promise for each record.
   *
   * @param onUndelivered Called when the record is given up.
   * @throws InvalidRecordError when no stream would accept the record.
   */
  send(record: ProducerRecord, onUndelivered: (error: Error) => void): void {
    this.#take(record, nothing, onUndelivered);
  }

  #take(
    record: ProducerRecord,
    resolve: PendingRecord["resolve"],
    reject: PendingRecord["reject"],
    signal?: AbortSignal,
  ): void {
    const { partitionKey, explicitHashKey } = record;
    const data = payload(record);
    const bytes = recordBytes(data, partitionKey);
    checkRecord(record, bytes, this.#settings.maxRecordBytes);
    const pending = new PendingRecord(
      data,
      partitionKey,
      explicitHashKey,
      bytes,
      signal,
      this.#epoch,
      resolve,
      reject,
    );
    const ended = this.#ended ?? (this.#closing && "Closed");
    if (ended !== undefined) {
      reject(undelivered(pending, ended));
      return;
    }
    this.#epoch.enter();
    if (this.#atBound) {
      this.#waiting.push(pending);
      return;
    }
    this.#admit(pending);
    if (this.#atBound) this.#dispatcher.pump();
  }

  /** True while there are enough records to send, and always while the buffer is at its limit. */
  get full(): boolean {
    return this.#atBound || this.#dispatcher.supplied || this.#unrouted.length >= manyUnrouted;
  }

  get #atBound(): boolean {
    return this.#bufferedBytes >= this.#settings.maxBufferedBytes || this.#waiting.length > 0;
  }

  /** Resolves as soon as `full` is false and more records are needed. */
  ready(): Promise<void> {
    if (!this.full) return Promise.resolve();
    return new Promise((resolve) => this.#readyWaiters.push(resolve));
  }

  /** Sends all waiting records without lingering. Resolves when all records so far are acknowledged or given up. */
  async flush(): Promise<void> {
    this.#epoch.close();
    const epochs = [...this.#epochs];
    this.#epoch = new Epoch();
    this.#epochs.add(this.#epoch);
    this.#flushes++;
    this.#dispatcher.pump();
    for (const epoch of epochs) {
      await epoch.done;
      this.#epochs.delete(epoch);
    }
    this.#flushes--;
  }

  /**
   * Stops taking records, sends those that wait, and closes the connections.
   *
   * @param options.deadlineMs Milliseconds after which the remaining records are given up. @default 30000
   * @returns The final counts.
   */
  close(options: { readonly deadlineMs?: number } = {}): Promise<ProducerMetrics> {
    this.#closing ??= this.#close(options.deadlineMs ?? 30_000);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close().then(() => undefined);
  }

  metrics(): ProducerMetrics {
    return {
      bufferedBytes: this.#bufferedBytes,
      bufferedRecords: this.#bufferedRecords,
      calls: this.#dispatcher.calls,
      callsInFlight: this.#dispatcher.callsInFlight,
      concurrency: this.#dispatcher.concurrency,
      ...this.#lanes.metrics(),
    };
  }

  /**
   * Creates an object stream that takes `ProducerRecord`s with backpressure, and finishes once all of them are on the
   * Kinesis stream. The first record that is given up destroys it with its error.
   */
  writable(): Writable {
    return writable(this);
  }

  /** Puts all records of a source, as fast as the buffer allows, and yields the outcome of each in order. */
  sendAll(source: AsyncIterable<ProducerRecord> | Iterable<ProducerRecord>): AsyncGenerator<SendOutcome> {
    return sendAll(this, source);
  }

  async #close(deadlineMs: number): Promise<ProducerMetrics> {
    const cancel = this.#clock.after(deadlineMs, () => this.#end("Closed"));
    await this.flush();
    cancel();
    this.#ended ??= "Closed";
    this.#ownClient?.destroy();
    return this.metrics();
  }

  #admit(record: PendingRecord): void {
    record.acceptedAt = this.#clock.now();
    this.#bufferedBytes += record.bytes;
    this.#bufferedRecords++;
    if (this.#lanes.map !== undefined) this.#dispatcher.add(record);
    else {
      this.#unrouted.push(record);
      if (!this.#loading) void this.#load();
    }
  }

  #admitWaiting(): void {
    while (this.#bufferedBytes < this.#settings.maxBufferedBytes) {
      const record = this.#waiting.take(() => true);
      if (record === undefined) break;
      this.#admit(record);
    }
    if (this.full || this.#readyWaiters.length === 0) return;
    const waiters = this.#readyWaiters;
    this.#readyWaiters = [];
    for (const wake of waiters) wake();
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      this.#dispatcher.useShards(await this.#shards.current());
      this.#dispatcher.addAll(this.#unrouted.splice(0));
    } catch (error) {
      for (const record of this.#unrouted.splice(0)) {
        record.lastError = error as Error;
        this.#giveUp(record, this.#ended ?? "Refused");
      }
    }
    this.#loading = false;
    this.#admitWaiting();
  }

  /** Lists the shards again and switches to them; undefined when they can't be listed. */
  async #refreshShards() {
    try {
      const map = await this.#shards.current();
      this.#dispatcher.useShards(map);
      return map;
    } catch {
      return undefined;
    }
  }

  /** Makes a call that is aborted when it takes too long or when the producer ends. */
  async #limited<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (this.#ended !== undefined) controller.abort();
    this.#calls.add(controller);
    const cancel = this.#clock.after(this.#settings.requestTimeoutMs, () => controller.abort());
    try {
      return await call(controller.signal);
    } finally {
      cancel();
      this.#calls.delete(controller);
    }
  }

  /** Gives up all records that are not on the stream. */
  #end(reason: GiveUpReason): void {
    this.#ended = reason;
    for (const record of [...this.#unrouted.splice(0)]) this.#giveUp(record, reason);
    for (const record of this.#waiting.drain()) {
      record.epoch.leave();
      this.#lanes.countersFor(record).gaveUp();
      record.reject(undelivered(record, reason));
    }
    this.#dispatcher.stop(reason);
    for (const call of this.#calls) call.abort();
  }

  #giveUp(record: PendingRecord, reason: GiveUpReason): void {
    this.#release(record);
    this.#lanes.countersFor(record).gaveUp();
    record.reject(undelivered(record, reason));
  }

  #release(record: PendingRecord): void {
    this.#bufferedBytes -= record.bytes;
    this.#bufferedRecords--;
    record.epoch.leave();
  }
}

const nothing = () => undefined;

const explanations: Readonly<Record<GiveUpReason, string>> = {
  Expired: "Not delivered within its time to live",
  Refused: "Refused",
  Closed: "Not delivered when the producer was closed",
  Aborted: "Not delivered when it was aborted",
};

function undelivered(record: PendingRecord, reason: GiveUpReason): UndeliveredError {
  const { data, partitionKey, explicitHashKey, attempts, uncertain, lastError } = record;
  const why = lastError ? `: ${lastError.name}: ${lastError.message}` : "";
  return new UndeliveredError(
    `${explanations[reason]}${why}`,
    reason,
    { data, partitionKey, explicitHashKey },
    attempts,
    uncertain,
    lastError,
  );
}

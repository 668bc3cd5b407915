import { randomUUID } from "node:crypto";
import { functionLimits } from "@streaming-data-lake/rules/limits";
import type { EventSourceMapping, LambdaFunction } from "@streaming-data-lake/terraform/types";
import { pause, Signal } from "@streaming-data-lake/timing";
import { AccessDenied } from "../access/control";
import type { Invocation } from "../cloudwatch/service-metrics";
import { countRead, type MappingCounters, readCounters } from "../counters";
import { type Faults, faults } from "../faults";
import type { Journal } from "../journal/journal";
import { retry } from "../lifecycle/retry";
import type { RunStart } from "../lifecycle/run-start";
import { StreamConsumer } from "../stream/consumer";
import { userRecordsIn } from "../stream/deaggregate";
import { isUpTo, lowestSequenceNumber } from "../stream/sequence";
import type { ReadPosition } from "../stream/shard-reader";
import type { KinesisRecord, StreamSource } from "../stream/stream-source";
import { settleBatch } from "./batch";
import { type CheckpointOptions, Checkpoints } from "./checkpoints";
import { type DeadLetters, deadLetter } from "./dead-letters";
import { EventWriter, eventBytes } from "./event";
import { FailingBatches } from "./failing-batches";
import { type RecordFilter, recordFilter } from "./filter";
import { InvocationNotes, spanOf } from "./invocation-notes";
import { Lane, laneOf } from "./lane";
import type { InvocationOutcome } from "./process/worker";
import type { FunctionRuntime } from "./runtime";
import { TumblingWindows } from "./tumbling-window";

export interface MapperOptions extends CheckpointOptions {
  readonly mapping: EventSourceMapping;
  readonly fn: LambdaFunction;
  readonly source: StreamSource;
  readonly region: string;
  readonly accountId: string;
  readonly runtime: FunctionRuntime;
  /** Called after each invocation. */
  readonly onInvocation: (invocation: Invocation) => void;
  readonly deadLetters: DeadLetters;
  /** Records what becomes of the records. @default - nothing is recorded */
  readonly journal?: Journal | undefined;
  readonly faults: Faults;
  /** Called before a discarded batch is sent to the on-failure destination, to check that this is allowed. */
  readonly authorizeOnFailure: () => void;
  readonly runStart: RunStart;
  /** Called when the mapping can't continue. */
  readonly onLost: (message: string) => void;
}

/** The settings of a running mapping that UpdateEventSourceMapping can change. */
export interface LiveSettings {
  readonly enabled: boolean;
  readonly batchSize: number;
}

interface MappedShard {
  readonly lanes: readonly Lane[];
  /** The tumbling windows, one for each lane; none when the mapping has no tumbling window. */
  readonly windows: readonly TumblingWindows[];
  /** Sequence number of the last record that has been read, which is in a lane or done. */
  read: string | undefined;
}

/** Reading pauses while this many bytes wait in a mapping's lanes. It is three times the largest payload. */
const waitingBytes = 3 * functionLimits.eventBytes;

/**
 * Pauses between retries: the first one doubles with each retry, up to the last one. AWS documents that it backs off,
 * but not how long. Milliseconds.
 */
const retryPause = { first: 50, last: 2_000 };
/** Milliseconds to wait before a retry, by the number of earlier retries. */
const pauseAfter = (retries: number) => Math.min(retryPause.first * 2 ** retries, retryPause.last);
/** Share of its timeout that a function takes while the fault that slows it down is on. */
const slowShare = 0.95;
/** Pause after a throttled invocation. Milliseconds. */
const throttlePause = 100;

/**
 * An event source mapping: polls a stream, filters and batches records, invokes the function, retries, and keeps
 * checkpoints. A checkpoint moves past a record only when it has succeeded, was filtered out, or was discarded.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export class EventSourceMapper {
  readonly counters: MappingCounters;
  private readonly changed = new Signal();
  private readonly shards = new Map<string, MappedShard>();
  private readonly running: Promise<void>[] = [];
  private readonly checkpoints: Checkpoints;
  private readonly consumer: StreamConsumer;
  private readonly accepts: RecordFilter;
  /** Batches whose retries do not end. */
  private readonly failing: FailingBatches;
  /** The settings that may change while the mapping runs. */
  private live: LiveSettings;

  constructor(private readonly options: MapperOptions) {
    const { mapping, fn, source } = options;
    this.live = { enabled: true, batchSize: mapping.batchSize };
    this.counters = {
      ...readCounters(source.name),
      address: mapping.address,
      functionName: fn.name,
      succeeded: 0,
      filtered: 0,
      failed: 0,
      failedUserRecords: 0,
      deadLetters: 0,
      invocations: 0,
      errors: 0,
      failedInvocations: 0,
      throttles: 0,
      lostDeadLetters: 0,
      retries: 0,
      lagMilliseconds: 0,
      pending: 0,
    };
    Object.defineProperty(this.counters, "pending", { enumerable: true, get: () => this.waiting() });
    this.accepts = recordFilter(mapping.address, mapping.filters);
    this.failing = new FailingBatches(`${mapping.address}: a batch`, options.onTrouble);
    this.checkpoints = new Checkpoints(options);
    this.consumer = new StreamConsumer({
      ...options,
      start: this.startPosition(),
      state: (shardId) => this.checkpoints.get(shardId),
      delayedBy: "mapping-behind",
      onRecords: (shardId, records) => this.take(shardId, records),
      onShardEnd: (shardId) => this.finish(shardId),
    });
  }

  get mapping(): EventSourceMapping {
    return { ...this.options.mapping, ...this.live };
  }

  /** Whether a record was filtered out, has succeeded, or was discarded. */
  isDone(shardId: string, record: KinesisRecord): boolean {
    return this.checkpoints.isDone(shardId, record);
  }

  /**
   * Changes settings for the records that are read from now on. A disabled mapping reads nothing, and later continues
   * where it stopped.
   */
  update(settings: Partial<LiveSettings>): void {
    this.live = { ...this.live, ...settings };
    this.changed.notify();
  }

  async start(): Promise<void> {
    this.checkpoints.save();
    // A window that was open when the last run ended must be closed even if no more records arrive.
    for (const shardId of this.checkpoints.shardsWithWindows) this.open(shardId);
    await this.consumer.start();
  }

  /** Resolves when every record that was put before this call is done. Batches do not wait for the batching window. */
  async drain(abort?: AbortSignal): Promise<void> {
    await this.consumer.drained(abort);
    for (const { lanes } of this.shards.values()) for (const lane of lanes) lane.flush();
    await this.changed.until(() => this.pending() === 0, abort);
  }

  /** Resolves after the abort, when all work has ended. The function must have been closed before. */
  async stopped(): Promise<void> {
    await this.consumer.stopped();
    await Promise.all(this.running);
    await this.checkpoints.close();
  }

  private startPosition(): ReadPosition {
    const { startingPosition, startingPositionTimestamp } = this.options.mapping;
    if (startingPosition === "TRIM_HORIZON") return { since: 0 };
    const since =
      startingPosition === "AT_TIMESTAMP" && startingPositionTimestamp
        ? startingPositionTimestamp.getTime()
        : this.checkpoints.since;
    return { since };
  }

  private waiting(): number {
    let waiting = 0;
    for (const { lanes } of this.shards.values()) for (const lane of lanes) waiting += lane.waiting;
    return waiting;
  }

  private pending(): number {
    let pending = 0;
    for (const { lanes } of this.shards.values()) for (const lane of lanes) pending += lane.pending;
    return pending;
  }

  private waitingBytes(): number {
    let bytes = 0;
    for (const { lanes } of this.shards.values()) for (const lane of lanes) bytes += lane.waitingBytes;
    return bytes;
  }

  private async take(shardId: string, records: readonly KinesisRecord[]): Promise<void> {
    const { abort, mapping, runStart } = this.options;
    await this.options.faults.over(
      mapping.address,
      abort,
      "mapping-disabled",
      "function-read-denied",
      "key-disabled",
    );
    await this.changed.until(() => this.live.enabled, abort);
    if (abort.aborted) return;
    const shard = this.shards.get(shardId) ?? this.open(shardId);
    const before = this.checkpoints.lanes(shardId);
    for (const record of records) {
      const index = shard.lanes.length > 1 ? laneOf(record.partitionKey, shard.lanes.length) : 0;
      shard.read = record.sequenceNumber;
      if (isUpTo(before?.[index], record.sequenceNumber)) continue;
      countRead(this.counters, record.arrival, runStart);
      this.counters.userRecords += userRecordsIn(record);
      if (this.accepts(record)) shard.lanes[index]?.push(record);
      else this.counters.filtered++;
    }
    this.checkpoint(shardId, shard);
    // While checkpoints can't be saved, nothing more is read, so that little has to be repeated after a kill.
    await this.checkpoints.saved();
    const room = Math.max(1_000, this.live.batchSize) * mapping.parallelizationFactor;
    await this.changed.until(() => this.pending() < room && this.waitingBytes() < waitingBytes, abort);
  }

  private open(shardId: string): MappedShard {
    const { mapping } = this.options;
    const live = () => this.live;
    const source = {
      shardId,
      streamArn: mapping.streamArn,
      region: this.options.region,
      roleArn:
        this.options.fn.roleArn ?? `arn:aws:iam::${this.options.accountId}:role/${this.options.fn.name}`,
    };
    const count = mapping.parallelizationFactor;
    const saved = this.checkpoints.get(shardId);
    const windows =
      mapping.tumblingWindowSeconds === 0
        ? []
        : Array.from(
            { length: count },
            (_, at) => new TumblingWindows(mapping.tumblingWindowSeconds, saved?.windows?.[at] ?? undefined),
          );
    const lanes = Array.from({ length: count }, (_, at) => {
      const events = new EventWriter(source);
      return new Lane({
        ...this.windowOptions(windows[at], events, () => this.checkpoint(shardId, shard)),
        get batchSize() {
          return live().batchSize;
        },
        windowMilliseconds: mapping.batchingWindowSeconds * 1000,
        maxBytes: functionLimits.eventBytes,
        bytesOf: (record) => eventBytes(record, source),
        settle: (batch, onDone) =>
          this.settle(events, windows[at], batch, (sequenceNumber) => {
            onDone(sequenceNumber);
            this.checkpoint(shardId, shard);
          }),
        changed: this.changed,
        abort: this.options.abort,
      });
    });
    const shard: MappedShard = { lanes, windows, read: saved?.after };
    const done = this.checkpoints.lanes(shardId);
    for (const [index, lane] of lanes.entries()) {
      lane.done = done?.[index] ?? shard.read;
      this.running.push(
        lane.run().catch(({ message }: Error) => {
          const { abort, onLost } = this.options;
          if (!abort.aborted) onLost(`${mapping.address}: ${shardId}: ${message}`);
        }),
      );
    }
    this.shards.set(shardId, shard);
    return shard;
  }

  /**
   * Options that keep a lane's batches within one window, and close the window when its time is over. Without windows,
   * the event of the next batch is known before the one before it has ended, and is written ahead.
   */
  private windowOptions(window: TumblingWindows | undefined, events: EventWriter, onEnd: () => void) {
    if (!window) return { prepare: (records: readonly KinesisRecord[]) => events.writeAhead(records) };
    return {
      groupOf: ({ arrival }: KinesisRecord) => window.startOf(arrival),
      deadline: () => window.deadline,
      onDeadline: async () => {
        await this.endWindow(events, window);
        onEnd();
      },
    };
  }

  /** Invokes the function to close a window, without records. It is retried as often as a batch. */
  private async endWindow(events: EventWriter, window: TumblingWindows, isEarly = false): Promise<void> {
    const { abort, mapping, onTrouble, runtime } = this.options;
    const { counters } = this;
    const { shardId, streamArn } = events.source;
    const event = events.write([], window.eventFields(shardId, streamArn, true, isEarly));
    for (let retries = 0; !abort.aborted; retries++) {
      counters.invocations++;
      const outcome = await runtime.invoke(event);
      if (abort.aborted) return;
      if ("payload" in outcome) break;
      counters.errors++;
      if (mapping.maximumRetryAttempts >= 0 && retries >= mapping.maximumRetryAttempts) {
        onTrouble(`${mapping.address}: the end of a window was discarded: ${outcome.error.errorMessage}`);
        break;
      }
      this.onRetry(window, retries, outcome);
      await pause(pauseAfter(retries), abort);
    }
    this.failing.remove(window);
    window.open = undefined;
  }

  /** Opens the window of a batch, and closes the previous one. */
  private async enterWindow(
    events: EventWriter,
    window: TumblingWindows | undefined,
    [first]: readonly KinesisRecord[],
  ): Promise<void> {
    if (!window || !first) return;
    const start = window.startOf(first.arrival);
    if (window.open && window.open.start !== start) await this.endWindow(events, window);
    window.open ??= { start, state: {} };
  }

  private async settle(
    events: EventWriter,
    window: TumblingWindows | undefined,
    batch: readonly KinesisRecord[],
    onDone: (sequenceNumber: string) => void,
  ): Promise<void> {
    const { abort, mapping, onInvocation, onTrouble, runtime, deadLetters, journal } = this.options;
    const { counters } = this;
    const { shardId, streamArn } = events.source;
    const eventOf = (records: readonly KinesisRecord[]) =>
      events.write(records, window?.eventFields(shardId, streamArn, false));
    await this.enterWindow(events, window, batch);
    let isFirst = true;
    const noted = new InvocationNotes();
    const lane = laneOfBatch(batch, mapping.parallelizationFactor);
    const placeOf = (records: readonly KinesisRecord[]) => ({
      ...spanOf(this.options.source.name, shardId, records),
      mapping: mapping.address,
      functionName: counters.functionName,
      records: records.length,
      ...(lane && { lane }),
    });
    const done = (records: readonly KinesisRecord[]) => onDone(records.at(-1)?.sequenceNumber ?? "");
    await settleBatch(batch, mapping, {
      invoke: async (records) => {
        const what = `${mapping.address}: PROBLEM: Function call failed`;
        await retry(() => runtime.checkRole(), { abort, what, onTrouble });
        await this.unthrottled();
        const begun = performance.now();
        const started = Date.now();
        const arrival = records.at(-1)?.arrival ?? started;
        counters.invocations++;
        counters.lagMilliseconds = started - arrival;
        const { faults } = this.options;
        const outOfTime = isFirst && faults.first("function-out-of-time") !== undefined;
        isFirst = false;
        const outcome = faults.first("function-failing")
          ? failedOutcome()
          : await runtime.invoke(eventOf(records), { outOfTime, ...(journal && noted.reader()) });
        if (faults.first("function-slow"))
          await pause(slowShare * this.options.fn.timeoutSeconds * 1_000, abort);
        if (window && "payload" in outcome && !window.take(outcome.payload))
          await this.endWindow(events, window, true);
        await this.enterWindow(events, window, records);
        const milliseconds = performance.now() - begun;
        noted.ended(started, milliseconds);
        onInvocation({
          functionName: counters.functionName,
          // A monotonic clock is used, so that setting the system's clock changes nothing.
          milliseconds,
          iteratorAgeMilliseconds: Date.now() - arrival,
        });
        return outcome;
      },
      onOutcome: ({ records, retries }, outcome, succeeded) =>
        journal?.add({
          kind: "invocation",
          ...placeOf(records),
          ...noted.entry,
          requestId: outcome.requestId,
          retries,
          ...(succeeded > 0 && { done: records[succeeded - 1]?.sequenceNumber }),
          ...(outcome.maxMemoryMegabytes !== undefined && { maxMemoryMegabytes: outcome.maxMemoryMegabytes }),
          ...("error" in outcome && { error: `${outcome.error.errorType}: ${outcome.error.errorMessage}` }),
        }),
      onSuccess: (records) => {
        counters.succeeded += records.length;
        done(records);
      },
      onDiscarded: async (attempt, condition) => {
        const { records } = attempt;
        const isSent = this.maySend();
        const letter = deadLetter(isSent ? mapping : { ...mapping, onFailureArn: undefined }, {
          ...attempt,
          condition,
          shardId,
          payload: eventOf(records),
        });
        const what = `${mapping.address}: can't write to dead-letters.ndjson`;
        await retry(() => deadLetters.write(letter), { abort, what, onTrouble });
        journal?.add({
          kind: "discarded",
          ...placeOf(records),
          time: Date.now(),
          condition,
          ...(isSent && mapping.onFailureArn !== undefined && { destination: mapping.onFailureArn }),
        });
        if (isSent) counters.deadLetters++;
        else counters.lostDeadLetters++;
        counters.failed += records.length;
        for (const record of records) counters.failedUserRecords += userRecordsIn(record);
        done(records);
      },
      onError: (failed) => {
        counters.errors++;
        if (failed) counters.failedInvocations++;
      },
      onRetry: (retries, outcome) => this.onRetry(batch, retries, outcome),
      backOff: (retries) => pause(pauseAfter(retries), abort),
      now: Date.now,
      stopped: () => abort.aborted,
    });
    if (!abort.aborted) this.failing.remove(batch);
  }

  /** A function often succeeds soon. It is told when the pauses have become as long as they get. */
  private onRetry(batch: object, retries: number, outcome: InvocationOutcome): void {
    this.counters.retries++;
    if (pauseAfter(retries) === retryPause.last) this.failing.add(batch, outcome);
  }

  /**
   * Waits while the function is throttled. A throttled invocation is not counted and uses up no retry:
   * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
   */
  private async unthrottled(): Promise<void> {
    const { abort, faults } = this.options;
    while (faults.first("function-throttled") && !abort.aborted) {
      this.counters.throttles++;
      await pause(throttlePause, abort);
    }
  }

  /**
   * Whether the batch may be sent to the on-failure destination. Lambda continues without it, and counts what is lost.
   */
  private maySend(): boolean {
    const { authorizeOnFailure, mapping, onTrouble } = this.options;
    const refused = this.options.faults.first("queue-write-denied", "key-disabled");
    if (refused) {
      onTrouble(`${mapping.address}: a batch that was discarded is not in the queue: ${faults[refused]}`);
      return false;
    }
    try {
      authorizeOnFailure();
      return true;
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      if (this.counters.lostDeadLetters === 0)
        onTrouble(`${mapping.address}: can't send to ${mapping.onFailureArn}: ${error.message}`);
      return false;
    }
  }

  /** Sets a shard's checkpoint, which is that of the lane that is furthest behind. */
  private checkpoint(shardId: string, shard: MappedShard): void {
    const lanes = shard.lanes.map((lane) => (lane.waiting === 0 ? shard.read : lane.done) ?? null);
    const after = lowestSequenceNumber(lanes);
    const windows = shard.windows.map(({ open }) => open ?? null);
    this.checkpoints.set(shardId, {
      ...(after && { after }),
      ...(lanes.length > 1 && { lanes }),
      ...(windows.some((window) => window !== null) && { windows }),
    });
  }

  private async finish(shardId: string): Promise<void> {
    const lanes = this.shards.get(shardId)?.lanes ?? [];
    await this.changed.until(() => lanes.every(({ pending }) => pending === 0), this.options.abort);
    this.checkpoints.finish(shardId);
  }
}

function failedOutcome(): InvocationOutcome {
  return { requestId: randomUUID(), error: { errorType: "Fault", errorMessage: faults["function-failing"] } };
}

function laneOfBatch(
  [first]: readonly KinesisRecord[],
  lanes: number,
): readonly [number, number] | undefined {
  return first && lanes > 1 ? [laneOf(first.partitionKey, lanes), lanes] : undefined;
}

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { EventSourceMapping, LambdaFunction } from "@streaming-data-lake/terraform/types";
import { type MappingCounters, readCounters } from "../counters";
import { pause, Signal } from "../signal";
import { StateFile } from "../state-file";
import { type ShardState, StreamConsumer } from "../stream/consumer";
import { deaggregate } from "../stream/deaggregate";
import { compareSequenceNumbers, lowestSequenceNumber } from "../stream/sequence";
import type { Position } from "../stream/shard-reader";
import type { KinesisRecord, StreamSource } from "../stream/stream-source";
import { settleBatch } from "./batch";
import type { DeadLetters } from "./dead-letters";
import { eventBytes, kinesisEvent, maxPayloadBytes } from "./event";
import { type RecordFilter, recordFilter } from "./filter";
import { Lane } from "./lane";
import type { FunctionRuntime } from "./runtime";

export interface MapperOptions {
  readonly mapping: EventSourceMapping;
  readonly fn: LambdaFunction;
  readonly source: StreamSource;
  readonly region: string;
  readonly accountId: string;
  readonly runtime: FunctionRuntime;
  readonly deadLetters: DeadLetters;
  /** The runner's folder; the checkpoints are below it. */
  readonly dir: string;
  /** Records that came before are an earlier run's. Milliseconds since 1970. */
  readonly startedAt: number;
  readonly onTrouble: (message: string) => void;
}

interface State {
  /** When the mapping began to read, which is where LATEST is. */
  readonly since: number;
  readonly shards: Record<string, ShardState & { readonly lanes?: readonly (string | null)[] }>;
}

interface MappedShard {
  readonly lanes: readonly Lane[];
  /** Sequence number of the last record that is in a lane, or done with. */
  read: string | undefined;
}

/** With so much in its lanes a mapping reads no further: three of the largest payloads. */
const waitingBytes = 3 * maxPayloadBytes;

/** The pause before the first retry; it doubles up to the last. AWS documents a back-off, not its figures. */
const retryPause = { first: 50, last: 2_000 };

/**
 * An event source mapping: polls a stream, filters, batches, invokes, retries and keeps checkpoints. A checkpoint
 * moves only when a record has succeeded, was filtered out or was given up.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export class EventSourceMapper {
  readonly counters: MappingCounters;
  private readonly abort = new AbortController();
  private readonly changed = new Signal();
  private readonly shards = new Map<string, MappedShard>();
  private readonly running: Promise<void>[] = [];
  private readonly state: StateFile<State>;
  private readonly consumer: StreamConsumer;
  private readonly accepts: RecordFilter;

  constructor(private readonly options: MapperOptions) {
    const { mapping, fn, source, runtime } = options;
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
      retries: 0,
      lagMilliseconds: 0,
      pending: 0,
      metrics: runtime.metrics,
    };
    Object.defineProperty(this.counters, "pending", { enumerable: true, get: () => this.pending() });
    this.accepts = recordFilter(mapping.address, mapping.filters);
    this.state = StateFile.open<State>(join(options.dir, "checkpoints", `${mapping.address}.json`), {
      since: Date.now(),
      shards: {},
    });
    this.consumer = new StreamConsumer({
      ...options,
      start: this.startPosition(),
      state: (shardId) => this.state.value.shards[shardId],
      onRecords: (shardId, records) => this.take(shardId, records),
      onShardEnd: (shardId) => this.finish(shardId),
      abort: this.abort.signal,
    });
  }

  async start(): Promise<void> {
    this.state.save();
    await this.consumer.start();
  }

  /** Resolves when every record that was put before this call is done with; the batching window is not waited for. */
  async drain(abort?: AbortSignal): Promise<void> {
    await this.consumer.drained(abort);
    for (const { lanes } of this.shards.values()) for (const lane of lanes) lane.flush();
    await this.changed.until(() => this.pending() === 0, abort);
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.consumer.stopped();
  }

  /** Resolves when no lane works any more; the function must have been closed before. */
  async stopped(): Promise<void> {
    await Promise.all(this.running);
    this.state.close();
  }

  private startPosition(): Position {
    const { startingPosition, startingPositionTimestamp } = this.options.mapping;
    if (startingPosition === "TRIM_HORIZON") return { since: 0 };
    const since =
      startingPosition === "AT_TIMESTAMP" && startingPositionTimestamp
        ? startingPositionTimestamp.getTime()
        : this.state.value.since;
    return { since };
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
    const { mapping, startedAt } = this.options;
    const shard = this.shards.get(shardId) ?? this.open(shardId);
    const before = this.savedLanes(shardId);
    for (const record of records) {
      const index = shard.lanes.length > 1 ? laneOf(record.partitionKey, shard.lanes.length) : 0;
      const saved = before?.[index];
      shard.read = record.sequenceNumber;
      if (saved && compareSequenceNumbers(record.sequenceNumber, saved) <= 0) continue;
      if (record.arrival >= startedAt) this.counters.readNew++;
      else this.counters.readOld++;
      this.counters.userRecords += deaggregate(record).length;
      if (this.accepts(record)) shard.lanes[index]?.push(record);
      else this.counters.filtered++;
    }
    this.checkpoint(shardId, shard);
    const room = Math.max(1_000, mapping.batchSize) * mapping.parallelizationFactor;
    await this.changed.until(
      () => this.abort.signal.aborted || (this.pending() < room && this.waitingBytes() < waitingBytes),
    );
  }

  private savedLanes(shardId: string): readonly (string | null)[] | undefined {
    const lanes = this.state.value.shards[shardId]?.lanes;
    return lanes?.length === this.options.mapping.parallelizationFactor ? lanes : undefined;
  }

  private open(shardId: string): MappedShard {
    const { mapping } = this.options;
    const source = {
      shardId,
      streamArn: mapping.streamArn,
      region: this.options.region,
      roleArn: `arn:aws:iam::${this.options.accountId}:role/${this.options.fn.name}`,
    };
    const lanes = Array.from(
      { length: mapping.parallelizationFactor },
      () =>
        new Lane({
          batchSize: mapping.batchSize,
          windowMilliseconds: mapping.batchingWindowSeconds * 1000,
          maxBytes: maxPayloadBytes,
          bytesOf: (record) => eventBytes(record, source),
          settle: (batch, onDone) =>
            this.settle(source, batch, (sequenceNumber) => {
              onDone(sequenceNumber);
              this.checkpoint(shardId, shard);
            }),
          changed: this.changed,
          abort: this.abort.signal,
        }),
    );
    const shard: MappedShard = { lanes, read: this.state.value.shards[shardId]?.after };
    for (const [index, lane] of lanes.entries()) {
      lane.done = this.savedLanes(shardId)?.[index] ?? shard.read;
      this.running.push(
        lane.run().catch((error: Error) => {
          this.options.onTrouble(
            `${this.counters.functionName}: ${error.message}; stopped, the next run goes on from here`,
          );
        }),
      );
    }
    this.shards.set(shardId, shard);
    return shard;
  }

  private settle(
    source: Parameters<typeof kinesisEvent>[1],
    batch: readonly KinesisRecord[],
    onDone: (sequenceNumber: string) => void,
  ): Promise<void> {
    const { mapping, runtime, deadLetters } = this.options;
    const { counters } = this;
    const abort = this.abort.signal;
    const done = (records: readonly KinesisRecord[]) => onDone(records.at(-1)?.sequenceNumber ?? "");
    return settleBatch(batch, mapping, {
      invoke: (records) => {
        counters.invocations++;
        counters.lagMilliseconds = Date.now() - (records.at(-1)?.arrival ?? Date.now());
        return runtime.invoke(kinesisEvent(records, source));
      },
      onSuccess: (records) => {
        counters.succeeded += records.length;
        done(records);
      },
      onGivenUp: (attempt, condition) => {
        const { records } = attempt;
        const payload = kinesisEvent(records, source);
        deadLetters.write(mapping, { ...attempt, condition, shardId: source.shardId, payload });
        counters.deadLetters++;
        counters.failed += records.length;
        for (const record of records) counters.failedUserRecords += deaggregate(record).length;
        done(records);
      },
      onError: () => {
        counters.errors++;
      },
      onRetry: () => {
        counters.retries++;
      },
      backOff: (retries) => pause(Math.min(retryPause.first * 2 ** retries, retryPause.last), abort),
      now: Date.now,
      stopped: () => abort.aborted,
    });
  }

  /** Of lanes side by side the shard's checkpoint is the one that is furthest back. */
  private checkpoint(shardId: string, shard: MappedShard): void {
    const lanes = shard.lanes.map((lane) => (lane.pending === 0 ? shard.read : lane.done) ?? null);
    const after = lowestSequenceNumber(lanes);
    const state = { ...(after && { after }), ...(lanes.length > 1 && { lanes }) };
    this.state.value.shards[shardId] = state;
    this.state.save();
  }

  private async finish(shardId: string): Promise<void> {
    const abort = this.abort.signal;
    const lanes = this.shards.get(shardId)?.lanes ?? [];
    await this.changed.until(() => abort.aborted || lanes.every(({ pending }) => pending === 0));
    if (abort.aborted) return;
    this.state.value.shards[shardId] = { ...this.state.value.shards[shardId], finished: true };
    this.state.save();
  }
}

/** Records of one partition key keep to one lane, and so to their order. */
function laneOf(partitionKey: string, lanes: number): number {
  return createHash("md5").update(partitionKey).digest().readUInt32BE(0) % lanes;
}

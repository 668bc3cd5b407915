import { Signal } from "@streaming-data-lake/timing";
import { z } from "zod";
import { AccessDenied } from "../access/control";
import type { Fault, Faults } from "../faults";
import { retry } from "../lifecycle/retry";
import { followShard, type ReadPosition } from "./shard-reader";
import type { KinesisRecord, ShardParents, StreamSource } from "./stream-source";

/** How far a consumer has read a shard, as it is saved on disk. */
export interface ShardProgress {
  /** Sequence number of the last record that is done; absent before the first one. */
  readonly after?: string;
  /** Whether the shard is closed and all of its records are done. */
  readonly finished?: boolean;
}

/** The states of a stream's shards, as they are saved. */
export const shardStates = z.record(
  z.string(),
  z.object({
    after: z.string().regex(/^\d+$/).optional(),
    finished: z.boolean().optional(),
  }),
);

export interface ConsumerOptions {
  readonly source: StreamSource;
  /** Where to start in a shard that has no state yet. */
  readonly start: ReadPosition;
  readonly state: (shardId: string) => ShardProgress | undefined;
  /** Processes records in order. Reading continues when it resolves, so that a full buffer makes the reader wait. */
  readonly onRecords: (shardId: string, records: readonly KinesisRecord[]) => Promise<void>;
  readonly faults: Faults;
  /** The fault that makes this consumer fall behind. */
  readonly delayedBy: Fault;
  /** Called at the end of a closed shard. Its children are read only when this resolves. */
  readonly onShardEnd: (shardId: string) => Promise<void>;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  /** Called when a shard can no longer be read. */
  readonly onLost: (message: string) => void;
}

/**
 * Reads a stream. Each shard is read in order. After a resharding, a child shard is read only when its parents are
 * done.
 *
 * https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
 */
export class StreamConsumer {
  private readonly caughtUpAt = new Map<string, number>();
  private readonly running: Promise<void>[] = [];
  private readonly changed = new Signal();
  private readonly finished = new Set<string>();
  private known: readonly ShardParents[] = [];

  constructor(private readonly options: ConsumerOptions) {}

  /**
   * Starts to read every shard whose parents are done. A consumer that may not list the shards starts anyway, and reads
   * once it is allowed to.
   */
  async start(): Promise<void> {
    try {
      await this.begin();
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      const { abort, onTrouble, source } = this.options;
      this.running.push(retry(() => this.begin(), { abort, what: source.name, onTrouble }).catch(() => {}));
    }
  }

  private async begin(): Promise<void> {
    this.known = await this.options.source.listShards();
    for (const { shardId } of this.known)
      if (this.options.state(shardId)?.finished) this.finished.add(shardId);
    this.startReady();
  }

  get shardCount(): number {
    return this.caughtUpAt.size;
  }

  /** Resolves when every record that was put before this call has been handed to `onRecords`. */
  async drained(abort?: AbortSignal): Promise<void> {
    const since = performance.now();
    this.options.source.arrivals.notify();
    await this.changed.until(
      () => this.known.length > 0 && [...this.caughtUpAt.values()].every((tip) => tip > since),
      abort,
    );
  }

  /** Resolves after the abort, when all readers have ended. */
  async stopped(): Promise<void> {
    await Promise.all(this.running);
  }

  private startReady(): void {
    for (const { shardId, parents } of this.known) {
      if (this.caughtUpAt.has(shardId) || this.finished.has(shardId)) continue;
      if (!parents.every((id) => this.finished.has(id))) continue;
      this.caughtUpAt.set(shardId, -1);
      // A child shard is read from its first record, because all of its records came after the end of its parents.
      const start: ReadPosition = parents.length > 0 ? { since: 0 } : this.options.start;
      this.running.push(
        this.read(shardId, start).catch(({ message }: Error) => {
          if (!this.options.abort.aborted) this.options.onLost(message);
        }),
      );
    }
  }

  private async read(shardId: string, start: ReadPosition): Promise<void> {
    const { abort, onShardEnd, state } = this.options;
    const after = state(shardId)?.after;
    const position: ReadPosition = after ? { after } : start;
    for await (const { records, begun, atTip } of followShard({ ...this.options, shardId, position })) {
      if (records.length > 0) await this.handOver(shardId, records);
      if (!atTip) continue;
      this.caughtUpAt.set(shardId, begun);
      this.changed.notify();
    }
    if (abort.aborted) return;
    await onShardEnd(shardId);
    this.finished.add(shardId);
    this.known = await this.options.source.listShards();
    this.startReady();
    this.caughtUpAt.delete(shardId);
    this.changed.notify();
  }

  private async handOver(shardId: string, records: readonly KinesisRecord[]): Promise<void> {
    const { abort, faults, onRecords, delayedBy } = this.options;
    if (!faults.first(delayedBy)) return onRecords(shardId, records);
    for (const record of records) {
      await faults.delayed(delayedBy, record.arrival, abort);
      if (abort.aborted) return;
      await onRecords(shardId, [record]);
    }
  }
}

import { z } from "zod";
import { AccessDenied } from "../access/control";
import type { Fault, Faults } from "../faults";
import { retry } from "../lifecycle/retry";
import { Signal } from "../signal";
import { type Position, readShard } from "./shard-reader";
import type { KinesisRecord, ShardParents, StreamSource } from "./stream-source";

/** How far a consumer has come in one shard; what it keeps on disk. */
export interface ShardState {
  /** Sequence number of the last record that is done with; absent before the first. */
  readonly after?: string;
  /** The shard was closed and everything in it is done with. */
  readonly finished?: boolean;
}

/** Those of a stream, by shard, as they are saved. */
export const shardStates = z.record(
  z.string(),
  z.object({
    after: z.string().regex(/^\d+$/).optional(),
    finished: z.boolean().optional(),
  }),
);

export interface ConsumerOptions {
  readonly source: StreamSource;
  /** Where a shard begins that has no state yet. */
  readonly start: Position;
  readonly state: (shardId: string) => ShardState | undefined;
  /** Takes records in their order; reading goes on when it resolves, so that a full buffer holds the reader. */
  readonly onRecords: (shardId: string, records: readonly KinesisRecord[]) => Promise<void>;
  readonly faults: Faults;
  /** The fault that has it fall behind. */
  readonly delayedBy: Fault;
  /** Resolves when everything of a closed shard is done with: only then its children are read. */
  readonly onShardEnd: (shardId: string) => Promise<void>;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  /** Called when a shard can't be read on. */
  readonly onLost: (message: string) => void;
}

/**
 * Reads a stream: each shard in order, and after a resharding a shard's children only when it is done with.
 *
 * https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
 */
export class StreamConsumer {
  private readonly tips = new Map<string, number>();
  private readonly running: Promise<void>[] = [];
  private readonly changed = new Signal();
  private readonly finished = new Set<string>();
  private known: readonly ShardParents[] = [];

  constructor(private readonly options: ConsumerOptions) {}

  /**
   * Starts to read every shard whose parents are done with. A consumer that may not list them is started all the same,
   * and reads when it may.
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
    return this.tips.size;
  }

  /** Resolves when every record that was put before this call has been handed to `onRecords`. */
  async drained(abort?: AbortSignal): Promise<void> {
    const since = performance.now();
    this.options.source.arrivals.notify();
    await this.changed.until(
      () => this.known.length > 0 && [...this.tips.values()].every((tip) => tip > since),
      abort,
    );
  }

  /** Resolves when all readers have ended, after the abort. */
  async stopped(): Promise<void> {
    await Promise.all(this.running);
  }

  private startReady(): void {
    for (const { shardId, parents } of this.known) {
      if (this.tips.has(shardId) || this.finished.has(shardId)) continue;
      if (!parents.every((id) => this.finished.has(id))) continue;
      this.tips.set(shardId, -1);
      // A child begins with its first record: all of it came after its parents' end.
      const start: Position = parents.length > 0 ? { since: 0 } : this.options.start;
      this.running.push(
        this.read(shardId, start).catch(({ message }: Error) => {
          if (!this.options.abort.aborted) this.options.onLost(message);
        }),
      );
    }
  }

  private async read(shardId: string, start: Position): Promise<void> {
    const { abort, onShardEnd, state } = this.options;
    const after = state(shardId)?.after;
    const position: Position = after ? { after } : start;
    for await (const { records, begun, atTip } of readShard({ ...this.options, shardId, position })) {
      if (records.length > 0) await this.handOver(shardId, records);
      if (!atTip) continue;
      this.tips.set(shardId, begun);
      this.changed.notify();
    }
    if (abort.aborted) return;
    await onShardEnd(shardId);
    this.finished.add(shardId);
    this.known = await this.options.source.listShards();
    this.startReady();
    this.tips.delete(shardId);
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

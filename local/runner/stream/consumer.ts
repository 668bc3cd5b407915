import { ListShardsCommand, type Shard } from "@aws-sdk/client-kinesis";
import { z } from "zod";
import { Signal } from "../signal";
import { type Position, readShard } from "./shard-reader";
import type { KinesisRecord, StreamSource } from "./stream-source";

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
  /** Resolves when everything of a closed shard is done with: only then its children are read. */
  readonly onShardEnd: (shardId: string) => Promise<void>;
  readonly abort: AbortSignal;
  readonly onTrouble: (message: string) => void;
  /** Told when a shard can't be read on. */
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
  private known: readonly Shard[] = [];

  constructor(private readonly options: ConsumerOptions) {}

  /** Starts to read every shard whose parents are done with. */
  async start(): Promise<void> {
    this.known = await this.listShards();
    for (const { ShardId = "" } of this.known)
      if (this.options.state(ShardId)?.finished) this.finished.add(ShardId);
    this.startReady();
  }

  get shardCount(): number {
    return this.tips.size;
  }

  /** Resolves when every record that was put before this call has been handed to `onRecords`. */
  async drained(abort?: AbortSignal): Promise<void> {
    const since = performance.now();
    this.options.source.arrivals.notify();
    await this.changed.until(() => [...this.tips.values()].every((tip) => tip > since), abort);
  }

  /** Resolves when all readers have ended, after the abort. */
  async stopped(): Promise<void> {
    await Promise.all(this.running);
  }

  private startReady(): void {
    const ids = new Set(this.known.map(({ ShardId }) => ShardId));
    for (const { ShardId = "", ParentShardId, AdjacentParentShardId } of this.known) {
      const parents = [ParentShardId, AdjacentParentShardId].filter(
        (id): id is string => id !== undefined && ids.has(id),
      );
      if (this.tips.has(ShardId) || this.finished.has(ShardId)) continue;
      if (!parents.every((id) => this.finished.has(id))) continue;
      this.tips.set(ShardId, -1);
      // A child begins with its first record: all of it came after its parents' end.
      const start: Position = parents.length > 0 ? { since: 0 } : this.options.start;
      this.running.push(
        this.read(ShardId, start).catch(({ message }: Error) => {
          if (!this.options.abort.aborted) this.options.onLost(message);
        }),
      );
    }
  }

  private async read(shardId: string, start: Position): Promise<void> {
    const { abort, onRecords, onShardEnd, state } = this.options;
    const after = state(shardId)?.after;
    const position: Position = after ? { after } : start;
    for await (const { records, begun, atTip } of readShard({ ...this.options, shardId, position })) {
      if (records.length > 0) await onRecords(shardId, records);
      if (!atTip) continue;
      this.tips.set(shardId, begun);
      this.changed.notify();
    }
    if (abort.aborted) return;
    await onShardEnd(shardId);
    this.finished.add(shardId);
    this.known = await this.listShards();
    this.startReady();
    this.tips.delete(shardId);
    this.changed.notify();
  }

  private async listShards(): Promise<readonly Shard[]> {
    const { source } = this.options;
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await source.client.send(
        new ListShardsCommand(NextToken ? { NextToken } : { StreamName: source.name }),
        { abortSignal: source.abort },
      );
      shards.push(...(answer.Shards ?? []));
      NextToken = answer.NextToken;
    } while (NextToken);
    return shards;
  }
}

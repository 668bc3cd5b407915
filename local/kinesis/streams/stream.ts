import type { Clock } from "../clock";
import { internalFailure, invalidArgument, throughputExceeded } from "../protocol/errors";
import type { NewRecord } from "../store/frame";
import { lastNotAbove } from "../store/segment";
import type { Store } from "../store/store";
import { hashKeys, hashOf, toHex, uniformStarts } from "./hash-key";
import { WriteRate } from "./on-demand";
import { type PutGroup, type PutOutcome, PutResults } from "./put-results";
import { merge, openShards, scale, splitInTwo } from "./reshard";
import { Shard } from "./shard";
import { isOpen, type Pending, type ShardState, type StreamState } from "./state";

const hour = 3_600_000;
/** Pause before another attempt to complete a transition that could not be saved. Milliseconds. */
const retryPause = 500;

export interface StreamContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountId: string;
  readonly enforceLimits: boolean;
  /** While this returns true, each shard accepts only one record per second. */
  readonly isThrottled: () => boolean;
  readonly transitionMs: number;
  /** Called when the stream's deletion is complete. */
  readonly onDeleted: (stream: StoredStream) => void;
  readonly onTrouble: (message: string) => void;
  /** Called with what was refused because a shard's limits were exceeded. */
  readonly onThrottle: (refused: { readonly records?: number; readonly reads?: number }) => void;
}

export interface PutEntry extends NewRecord {
  /** Hash key in decimal, which is used instead of the partition key's. */
  readonly ExplicitHashKey?: string | undefined;
}

/** A stream: its saved state, its shards, and the transitions between its states. */
export class StoredStream {
  private shardsByIndex = new Map<number, Shard>();
  /** First hash keys of the open shards in hexadecimal, sorted. `open` has the shards in the same order. */
  private starts: readonly string[] = [];
  private open: readonly Shard[] = [];
  private cancelTransition: (() => void) | undefined;
  private readonly writes = new WriteRate();
  /** Last reported error of each shard whose puts fail, by shard id, so that each error is reported only once. */
  private readonly failing = new Map<string, string>();
  private turn = 0;

  constructor(
    public state: StreamState,
    private readonly context: StreamContext,
  ) {
    this.takeShards(this.openShards(state.shards, false), state.shards);
  }

  get name(): string {
    return this.state.name;
  }

  get openShardCount(): number {
    return this.state.shards.filter(isOpen).length;
  }

  /** All shards, open and closed, in the order of their ids. */
  get shards(): readonly Shard[] {
    return [...this.shardsByIndex.values()];
  }

  shard(index: number): Shard | undefined {
    return this.shardsByIndex.get(index);
  }

  /** The shards that replaced a closed shard. */
  children(shard: Shard): readonly Shard[] {
    const { index } = shard.state;
    return this.shards.filter(({ state }) => state.parent === index || state.adjacentParent === index);
  }

  /** Records that arrived before this time are out of retention. Milliseconds since 1970. */
  horizon(): number {
    return Math.max(this.state.trimmedBefore, this.context.clock.now() - this.state.retentionHours * hour);
  }

  /** Changes the state and saves it. When saving fails, the state remains unchanged. */
  save(changes: Partial<StreamState>): void {
    const state = { ...this.state, ...changes };
    // The log of a new shard is created before the state that mentions the shard is saved.
    const opened = changes.shards && this.openShards(changes.shards, true);
    this.context.store.saveStream(state);
    this.state = state;
    if (opened) this.takeShards(opened, state.shards);
  }

  /**
   * Puts each record into the shard of its key. The results are in the order of the records, and each record can fail
   * on its own.
   *
   * @throws KinesisError when an ExplicitHashKey is out of range.
   */
  async put(entries: readonly PutEntry[]): Promise<PutResults> {
    const { clock, enforceLimits } = this.context;
    const now = clock.now();
    const isThrottled = this.context.isThrottled();
    const isLimited = enforceLimits || isThrottled;
    const shards = entries.map((entry) => this.route(entry));
    const groups = new Map<Shard, Group>();
    let bytes = 0;
    let throttled = 0;
    const places = entries.map((entry, i) => {
      const shard = shards[i] as Shard;
      const size = entry.Data.length + entry.PartitionKey.length;
      if (isLimited && !shard.admitsRecord(size, now, isThrottled)) {
        throttled++;
        return { shard, outcome: throughputExceeded(this.rateExceeded(shard)) };
      }
      bytes += size;
      let group = groups.get(shard);
      if (!group) {
        group = new Group(shard);
        groups.set(shard, group);
      }
      group.records.push(entry);
      return group;
    });
    if (throttled > 0) this.context.onThrottle({ records: throttled });
    const encrypted = this.state.keyId !== undefined;
    const writes: Promise<void>[] = [];
    for (const group of groups.values()) writes.push(this.write(group, encrypted));
    await Promise.all(writes);
    if (this.state.mode === "ON_DEMAND") this.grow(entries.length, bytes);
    return new PutResults(places);
  }

  private async write(group: Group, encrypted: boolean): Promise<void> {
    const { shard, records } = group;
    try {
      group.outcome = await shard.log.append(records, encrypted);
      this.failing.delete(shard.id);
    } catch (error) {
      const { message } = error as Error;
      // On a full disk every put fails, so the same error is reported only once.
      if (this.failing.get(shard.id) !== message)
        this.context.onTrouble(`stream ${this.name}: a put into ${shard.id} failed: ${message}`);
      this.failing.set(shard.id, message);
      group.outcome = internalFailure();
    }
  }

  /** @throws KinesisError when the shard's limits for reads or bytes per second are exceeded. */
  admitRead(shard: Shard, now: number): void {
    if (!this.context.enforceLimits) return;
    try {
      shard.admitRead(this.rateExceeded(shard), now);
    } catch (error) {
      this.context.onThrottle({ reads: 1 });
      throw error;
    }
  }

  private rateExceeded(shard: Shard): string {
    return `Rate exceeded for shard ${shard.id} in stream ${this.name} under account ${this.context.accountId}.`;
  }

  /** Begins a transition. After the time that transitions take, the pending change is made and the transition ends. */
  begin(status: StreamState["status"], pending: Pending, changes: Partial<StreamState> = {}): void {
    this.save({ ...changes, status, pending });
    this.resume();
  }

  /** Continues a transition, including one that an earlier process began. */
  resume(): void {
    if (this.state.status === "ACTIVE") return;
    const { transitionMs } = this.context;
    if (transitionMs <= 0) this.completeOrRetry();
    else this.completeAfter(transitionMs);
  }

  private completeAfter(milliseconds: number): void {
    this.cancelTransition?.();
    this.cancelTransition = this.context.clock.after(milliseconds, () => this.completeOrRetry());
  }

  private completeOrRetry(): void {
    try {
      this.complete();
    } catch (error) {
      this.context.onTrouble(`stream ${this.name}: ${(error as Error).message}; trying again`);
      this.completeAfter(retryPause);
    }
  }

  /** Deletes the records, and the closed shards, that are out of retention. */
  trim(): void {
    const horizon = this.horizon();
    for (const shard of this.shards) shard.log.trim(horizon);
    const newest = this.state.shards.at(-1)?.index;
    const expired = this.state.shards.filter(
      ({ closedAt, index }) => closedAt !== undefined && closedAt < horizon && index !== newest,
    );
    if (expired.length === 0) return;
    const logs = expired.map(({ index }) => this.shardsByIndex.get(index)?.log);
    this.save({ shards: this.state.shards.filter((shard) => !expired.includes(shard)) });
    for (const log of logs) void log?.remove();
  }

  /** Wakes readers that wait for records, so that they notice that the stream is being deleted. */
  wake(): void {
    for (const { log } of this.shards) log.wake();
  }

  async close(): Promise<void> {
    this.cancelTransition?.();
    await Promise.all(this.shards.map(({ log }) => log.close()));
  }

  private route(entry: PutEntry): Shard {
    if (this.state.distribution === "AUTO") return this.open[this.turn++ % this.open.length] as Shard;
    const { ExplicitHashKey: explicitHashKey } = entry;
    if (explicitHashKey === undefined) return this.shardOf(hashOf(entry.PartitionKey));
    const hashKey = BigInt(explicitHashKey);
    if (hashKey >= hashKeys)
      throw invalidArgument(
        `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicitHashKey}`,
      );
    return this.shardOf(toHex(hashKey));
  }

  private shardOf(hash: string): Shard {
    return this.open[lastNotAbove(this.starts, hash)] as Shard;
  }

  private openShards(states: readonly ShardState[], areNew: boolean): Map<number, Shard> {
    const { store } = this.context;
    return new Map(
      states.map((state) => {
        const { index } = state;
        const known = this.shardsByIndex.get(index);
        return [index, known ?? new Shard(state, store.openLog(this.state.id, index, areNew))];
      }),
    );
  }

  private takeShards(shards: Map<number, Shard>, states: readonly ShardState[]): void {
    for (const state of states) {
      const shard = shards.get(state.index);
      if (shard && isOpen(shard.state) && !isOpen(state)) shard.close(state);
    }
    this.shardsByIndex = shards;
    const open = openShards(states);
    this.open = open.map(({ index }) => shards.get(index) as Shard);
    this.starts = open.map(({ from }) => toHex(BigInt(from)));
  }

  private complete(): void {
    const { pending, shards } = this.state;
    const now = this.context.clock.now();
    this.cancelTransition = undefined;
    const active = { status: "ACTIVE", pending: undefined } as const;
    switch (pending?.kind) {
      case "create": {
        const starts = uniformStarts(pending.shards);
        // If the shard is split immediately, its children must be created later than it, but not in the future.
        const created = Math.floor(now / 1000) - 2;
        this.save({
          ...active,
          shards: starts.map((start, index) => ({
            index,
            from: String(start),
            to: String((starts[index + 1] ?? hashKeys) - 1n),
            created,
          })),
        });
        return;
      }
      case "delete":
        this.context.onDeleted(this);
        return;
      case "split":
        this.save({ ...active, shards: splitInTwo(shards, pending.shard, BigInt(pending.at), now) });
        return;
      case "merge":
        this.save({ ...active, shards: merge(shards, pending.shard, pending.adjacent, now) });
        return;
      case "scale":
        this.save({ ...active, shards: scale(shards, pending.shards, now) });
        return;
      case "encrypt":
        this.save({ ...active, keyId: pending.keyId });
        return;
      default:
        this.save({ ...active, ...pending?.changes });
    }
  }

  private grow(records: number, bytes: number): void {
    const now = this.context.clock.now();
    this.writes.note(records, bytes, now);
    if (this.state.status !== "ACTIVE") return;
    const wanted = this.writes.shards(this.openShardCount, now);
    if (wanted <= this.openShardCount) return;
    this.writes.grew(now);
    try {
      this.begin("UPDATING", { kind: "scale", shards: wanted });
    } catch (error) {
      // The put itself has succeeded, so that it must not fail here.
      this.context.onTrouble(`stream ${this.name} could not grow: ${(error as Error).message}`);
    }
  }
}

/** The records of a call that go into one shard. */
class Group implements PutGroup {
  readonly records: NewRecord[] = [];
  /** Set when the write has ended. */
  outcome!: PutOutcome;

  constructor(readonly shard: Shard) {}
}

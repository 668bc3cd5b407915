import { randomInt } from "node:crypto";
import { streamLimits } from "@streaming-data-lake/rules/limits";
import { TokenBucket } from "@streaming-data-lake/timing";
import { type Clock, systemClock } from "./clock";
import type { KinesisContext, Put, Subscription, Throttle } from "./context";
import { handlers } from "./operations";
import { settle } from "./operations/consumers";
import { limitExceeded } from "./protocol/errors";
import { type Input, type OperationName, type Output, operations } from "./protocol/model";
import { validate } from "./protocol/validate";
import type { Disk } from "./store/disk";
import { Store } from "./store/store";
import type { StreamState } from "./streams/state";
import { StoredStream } from "./streams/stream";

export interface KinesisOptions {
  /** Folder in which all data is stored. @default - a temporary folder, which is deleted on close */
  readonly path?: string;
  /** AWS region that appears in ARNs. @default "us-east-1" */
  readonly region?: string;
  /** AWS account that appears in ARNs: twelve digits. @default "000000000000" */
  readonly accountId?: string;
  /** How long streams and consumers stay in CREATING, UPDATING and DELETING. Milliseconds. @default 500 */
  readonly transitionMs?: number;
  /**
   * Whether to enforce AWS's rate limits: records, bytes and reads per second of each shard, and calls per second of
   * each operation. @default false
   */
  readonly enforceLimits?: boolean;
  /**
   * Called at each put. While it returns true, each shard accepts only one record per second, as if it were almost at
   * its limit. @default - never true
   */
  readonly isThrottled?: () => boolean;
  /** Largest number of open shards of all provisioned streams together. @default 20,000, as in AWS's largest regions */
  readonly shardLimit?: number;
  /**
   * When a put is acknowledged. "written" means as soon as the operating system has the data, which survives a crash of
   * this process; "synced" means once the data is on disk, which also survives a power failure. @default "written"
   */
  readonly durability?: "written" | "synced";
  /** Size at which a shard's log begins a new segment file. Bytes. @default 32 MiB */
  readonly segmentBytes?: number;
  /** Source of the time. @default the system's clock */
  readonly clock?: Clock;
  /** Called with a message about damaged data or a failed write. @default - the message goes to standard error */
  readonly onTrouble?: (message: string) => void;
  /** Called after each acknowledged put. */
  readonly onPut?: (put: Put) => void;
  /** Called when records or reads are refused because a shard's limits were exceeded. */
  readonly onThrottle?: (throttle: Throttle) => void;
  /** Called before each operation. An KinesisError that it throws is the call's result. @default - no call is refused */
  readonly admit?: (operation: OperationName) => void;
  /** File system access of the store, which tests replace to simulate a failing disk. @default - the real disk */
  readonly disk?: Disk;
}

const trimInterval = 60_000;

/** Calls per second that AWS allows an account, by operation. */
const callLimits: Partial<Record<OperationName, number>> = {
  AddTagsToStream: 5,
  CreateStream: 5,
  DecreaseStreamRetentionPeriod: 5,
  DeleteStream: 5,
  DeregisterStreamConsumer: 5,
  DescribeAccountSettings: 5,
  DescribeLimits: 1,
  DescribeStream: 10,
  DescribeStreamConsumer: 20,
  DescribeStreamSummary: 20,
  IncreaseStreamRetentionPeriod: 5,
  ListShards: 1000,
  ListStreamConsumers: 5,
  ListStreams: 5,
  ListTagsForStream: 5,
  MergeShards: 5,
  RegisterStreamConsumer: 5,
  RemoveTagsFromStream: 5,
  SplitShard: 5,
  UpdateAccountSettings: 5,
  UpdateShardCount: 10,
  UpdateStreamWarmThroughput: 5,
};

/** Kinesis Data Streams for one account in one region, stored in a folder. */
export class Kinesis implements KinesisContext {
  readonly region: string;
  readonly accountId: string;
  readonly shardLimit: number;
  readonly enforceLimits: boolean;
  readonly transitionMs: number;
  readonly clock: Clock;
  readonly store: Store;
  readonly onTrouble: (message: string) => void;
  readonly onPut: (put: Put) => void;
  private readonly onThrottle: (throttle: Throttle) => void;
  private readonly isThrottled: () => boolean;
  private readonly admit: (operation: OperationName) => void;
  readonly subscriptions = new Map<string, Subscription>();
  private readonly byName = new Map<string, StoredStream>();
  private readonly calls = new Map<OperationName, TokenBucket>();
  private cancelTrim: () => void = () => {};
  private readonly removals = new Set<Promise<void>>();

  /** @throws Error when the folder is in use, or when the files that describe its streams are damaged. */
  static open(options: KinesisOptions = {}): Kinesis {
    const kinesis = new Kinesis(options);
    try {
      for (const state of kinesis.store.streams()) kinesis.byName.set(state.name, kinesis.streamOf(state));
      for (const stream of kinesis.streams) {
        stream.resume();
        for (const consumer of stream.state.consumers) settle(kinesis, stream, consumer);
      }
    } catch (error) {
      kinesis.store.close();
      throw error;
    }
    kinesis.trim();
    return kinesis;
  }

  private constructor(options: KinesisOptions) {
    const {
      path,
      clock = systemClock,
      durability = "written",
      segmentBytes = 32 * 1024 * 1024,
      disk,
    } = options;
    this.region = options.region ?? "us-east-1";
    this.accountId = options.accountId ?? "000000000000";
    this.shardLimit = options.shardLimit ?? streamLimits.shardCount.maximum;
    this.enforceLimits = options.enforceLimits ?? false;
    this.transitionMs = options.transitionMs ?? 500;
    this.onTrouble = options.onTrouble ?? ((message) => process.stderr.write(`kinesis: ${message}\n`));
    this.onPut = options.onPut ?? (() => {});
    this.onThrottle = options.onThrottle ?? (() => {});
    this.isThrottled = options.isThrottled ?? (() => false);
    this.admit = options.admit ?? (() => {});
    this.clock = clock;
    const durable = durability === "synced";
    this.store = Store.open({ path, clock, durable, segmentBytes, onTrouble: this.onTrouble, disk });
  }

  /** All streams, sorted by name. */
  get streams(): readonly StoredStream[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stream(name: string): StoredStream | undefined {
    return this.byName.get(name);
  }

  streamArn(name: string): string {
    return `arn:aws:kinesis:${this.region}:${this.accountId}:stream/${name}`;
  }

  /**
   * Carries out an operation as if a client had requested it.
   *
   * @param abort Ends the subscription of a SubscribeToShard call.
   * @throws KinesisError when the operation is refused.
   */
  async call<O extends OperationName>(
    operation: O,
    input: Input<O>,
    abort?: AbortSignal,
  ): Promise<Output<O>> {
    validate(operations[operation].input, input as Record<string, unknown>);
    this.admit(operation);
    if (this.enforceLimits) this.admitCall(operation);
    return handlers[operation](this, input, abort);
  }

  /** Adds a stream in the CREATING state. */
  addStream(
    settings: Pick<StreamState, "name" | "mode" | "tags"> & Partial<StreamState>,
    shards: number,
  ): void {
    const state: StreamState = {
      id: newStreamId(),
      createdAt: this.clock.now(),
      status: "CREATING",
      retentionHours: 24,
      trimmedBefore: 0,
      shards: [],
      consumers: [],
      metrics: [],
      maxRecordKiB: 1024,
      distribution: "USER_PARTITION_KEY",
      shardCountUpdates: [],
      modeUpdates: [],
      ...settings,
    };
    const stream = this.streamOf(state);
    stream.begin("CREATING", { kind: "create", shards });
    this.byName.set(state.name, stream);
  }

  /** Finishes pending writes and releases the folder. Acknowledged records are safe even if this is never called. */
  async close(): Promise<void> {
    this.cancelTrim();
    for (const { end } of this.subscriptions.values()) end.abort();
    await Promise.all(this.streams.map((stream) => stream.close()));
    await Promise.all(this.removals);
    this.store.close();
  }

  private streamOf(state: StreamState): StoredStream {
    const { store, clock, accountId, enforceLimits, isThrottled, transitionMs, onTrouble } = this;
    const onDeleted = (stream: StoredStream) => this.forget(stream);
    const onThrottle = (refused: Partial<Throttle>) =>
      this.onThrottle({ stream: state.name, records: 0, reads: 0, ...refused });
    const context = {
      store,
      clock,
      accountId,
      enforceLimits,
      isThrottled,
      transitionMs,
      onTrouble,
      onDeleted,
      onThrottle,
    };
    return new StoredStream(state, context);
  }

  private forget(stream: StoredStream): void {
    this.byName.delete(stream.name);
    stream.wake();
    const removal = stream
      .close()
      .then(() => this.store.removeStream(stream.state.id))
      .catch((error: Error) => this.onTrouble(`stream ${stream.name}: ${error.message}`))
      .finally(() => this.removals.delete(removal));
    this.removals.add(removal);
  }

  private trim(): void {
    for (const stream of this.streams) {
      try {
        stream.trim();
      } catch (error) {
        this.onTrouble(`stream ${stream.name}: ${(error as Error).message}`);
      }
    }
    this.cancelTrim = this.clock.after(trimInterval, () => this.trim());
  }

  private admitCall(operation: OperationName): void {
    const limit = callLimits[operation];
    if (limit === undefined) return;
    const now = this.clock.now();
    let bucket = this.calls.get(operation);
    if (!bucket) {
      bucket = new TokenBucket(limit, now);
      this.calls.set(operation, bucket);
    }
    if (!bucket.has(1, now)) throw limitExceeded(`Rate exceeded for account ${this.accountId}.`);
    bucket.take(1);
  }
}

/** A stream id in AWS's format: 20 letters and digits, a hyphen, and 3 more letters and digits. */
function newStreamId(): string {
  const letters = (count: number) => Array.from({ length: count }, () => randomInt(36).toString(36)).join("");
  return `${letters(20)}-${letters(3)}`;
}

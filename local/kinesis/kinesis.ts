import { randomInt } from "node:crypto";
import { type Clock, systemClock } from "./clock";
import type { Context, Put, Subscription, Throttle } from "./context";
import { handlers } from "./operations";
import { settle } from "./operations/consumers";
import { limitExceeded } from "./protocol/errors";
import { type Input, type OperationName, type Output, operations } from "./protocol/model";
import { validate } from "./protocol/validate";
import type { Disk } from "./store/disk";
import { Store } from "./store/store";
import { Bucket } from "./streams/rate";
import type { StreamState } from "./streams/state";
import { Stream } from "./streams/stream";

export interface KinesisOptions {
  /** Folder that keeps everything; without it a temporary one is used that ends with the process. */
  readonly path?: string;
  /** @default "us-east-1" */
  readonly region?: string;
  /** Twelve digits. @default "000000000000" */
  readonly accountId?: string;
  /** How long streams and consumers are in CREATING, UPDATING and DELETING. Milliseconds. @default 500 */
  readonly transitionMs?: number;
  /** Refuse what AWS refuses for its rate: records, bytes and reads a second of each shard, calls a second. @default false */
  readonly enforceLimits?: boolean;
  /** Asked at each put: while it holds, a shard takes one record a second, as one that is full already. @default - never */
  readonly isThrottled?: () => boolean;
  /** Open shards of all provisioned streams together. @default 20,000, as in AWS's largest regions */
  readonly shardLimit?: number;
  /**
   * When a put is acknowledged: "written" to the operating system, which outlasts the end of this process at any moment,
   * or "synced" to the disk, which outlasts a power failure too. @default "written"
   */
  readonly durability?: "written" | "synced";
  /** A segment of a shard's log becomes this long. Bytes. @default 32 MiB */
  readonly segmentBytes?: number;
  /** @default the system's */
  readonly clock?: Clock;
  /** Called with what is damaged or can't be written. @default written to standard error */
  readonly onTrouble?: (message: string) => void;
  /** Called for each put that is acknowledged. */
  readonly onPut?: (put: Put) => void;
  /** Called for records that a put was refused for a shard's limits. */
  readonly onThrottle?: (throttle: Throttle) => void;
  /** Asked before each call; what it throws is answered. @default - no call is refused */
  readonly admit?: (operation: OperationName) => void;
  /** The disk that segments are on; for tests of one that fails. */
  readonly disk?: Disk;
}

const trimInterval = 60_000;

/** Calls a second that AWS grants an account, per operation. */
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

/** Kinesis Data Streams of one account in one region, over a folder. */
export class Kinesis implements Context {
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
  private readonly byName = new Map<string, Stream>();
  private readonly calls = new Map<OperationName, Bucket>();
  private cancelTrim: () => void = () => {};
  private readonly removals = new Set<Promise<void>>();

  /** @throws Error when the folder is in use, or damaged in what says which streams there are. */
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
    this.shardLimit = options.shardLimit ?? 20_000;
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

  /** By name. */
  get streams(): readonly Stream[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stream(name: string): Stream | undefined {
    return this.byName.get(name);
  }

  streamArn(name: string): string {
    return `arn:aws:kinesis:${this.region}:${this.accountId}:stream/${name}`;
  }

  /**
   * Carries out an operation, as a client's request does.
   *
   * @param abort Ends a subscription.
   * @throws AwsError
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

  /** Adds a stream that is being created. */
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

  /** Ends in good order. What was acknowledged is safe without it. */
  async close(): Promise<void> {
    this.cancelTrim();
    for (const { end } of this.subscriptions.values()) end.abort();
    await Promise.all(this.streams.map((stream) => stream.close()));
    await Promise.all(this.removals);
    this.store.close();
  }

  private streamOf(state: StreamState): Stream {
    const { store, clock, accountId, enforceLimits, isThrottled, transitionMs, onTrouble } = this;
    const onDeleted = (stream: Stream) => this.forget(stream);
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
    return new Stream(state, context);
  }

  private forget(stream: Stream): void {
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
      bucket = new Bucket(limit, now);
      this.calls.set(operation, bucket);
    }
    if (!bucket.has(1, now)) throw limitExceeded(`Rate exceeded for account ${this.accountId}.`);
    bucket.take(1);
  }
}

/** As AWS makes them: 20 letters and digits, a hyphen, three more. */
function newStreamId(): string {
  const letters = (count: number) => Array.from({ length: count }, () => randomInt(36).toString(36)).join("");
  return `${letters(20)}-${letters(3)}`;
}

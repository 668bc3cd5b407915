import type { Clock } from "./clock";
import type { Store } from "./store/store";
import type { StreamState } from "./streams/state";
import type { StoredStream } from "./streams/stream";

/** What operations work on: the streams of one account in one region. */
export interface KinesisContext {
  readonly region: string;
  readonly accountId: string;
  readonly shardLimit: number;
  readonly enforceLimits: boolean;
  readonly transitionMs: number;
  readonly clock: Clock;
  readonly store: Store;
  readonly onTrouble: (message: string) => void;
  readonly onPut: (put: Put) => void;
  /** Active SubscribeToShard subscriptions. The key is `<consumer ARN>/<shard id>`. */
  readonly subscriptions: Map<string, Subscription>;
  /** All streams, sorted by name. */
  readonly streams: readonly StoredStream[];
  stream(name: string): StoredStream | undefined;
  streamArn(name: string): string;
  /** Adds a stream in the CREATING state. */
  addStream(
    settings: Pick<StreamState, "name" | "mode" | "tags"> & Partial<StreamState>,
    shards: number,
  ): void;
}

/** Records that a PutRecord or PutRecords call has acknowledged. */
export interface Put {
  readonly stream: string;
  readonly records: number;
  /** Size of the records' data and partition keys. Bytes. */
  readonly bytes: number;
}

/** What was refused because a shard's limits were exceeded. */
export interface Throttle {
  readonly stream: string;
  /** Number of refused records of PutRecord and PutRecords. */
  readonly records: number;
  /** Number of refused GetRecords calls. */
  readonly reads: number;
}

export interface Subscription {
  /** When the subscription began. Milliseconds since 1970. */
  readonly since: number;
  readonly end: AbortController;
}

import type { Clock } from "./clock";
import type { Store } from "./store/store";
import type { StreamState } from "./streams/state";
import type { Stream } from "./streams/stream";

/** What operations work on: the streams of one account in one region. */
export interface Context {
  readonly region: string;
  readonly accountId: string;
  readonly shardLimit: number;
  readonly enforceLimits: boolean;
  readonly transitionMs: number;
  readonly clock: Clock;
  readonly store: Store;
  readonly onTrouble: (message: string) => void;
  readonly onPut: (put: Put) => void;
  /** Who is subscribed to which shard, by consumer ARN and shard. */
  readonly subscriptions: Map<string, Subscription>;
  /** By name. */
  readonly streams: readonly Stream[];
  stream(name: string): Stream | undefined;
  streamArn(name: string): string;
  /** Adds a stream that is being created. */
  addStream(
    settings: Pick<StreamState, "name" | "mode" | "tags"> & Partial<StreamState>,
    shards: number,
  ): void;
}

/** Records that a PutRecord or PutRecords call has acknowledged. */
export interface Put {
  readonly stream: string;
  readonly records: number;
  /** Of their data and partition keys. */
  readonly bytes: number;
}

/** What was refused for the limits of its shards. */
export interface Throttle {
  readonly stream: string;
  /** Records of puts. */
  readonly records: number;
  /** Calls of GetRecords. */
  readonly reads: number;
}

export interface Subscription {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly end: AbortController;
}

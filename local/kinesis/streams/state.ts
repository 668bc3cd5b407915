import type { WireValue } from "../protocol/shape";
import type { metricsName, recordDistributionStrategy, streamMode, streamStatus } from "../protocol/shapes";

/** The state of a stream, as the store saves it. Times are milliseconds since 1970. */
export interface StreamState {
  /** The StreamId of AWS's API. It is also the name of the stream's folder. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly status: WireValue<typeof streamStatus>;
  /** The change that completes the current transition. It is absent when the stream is ACTIVE. */
  readonly pending?: Pending;
  readonly mode: WireValue<typeof streamMode>;
  readonly retentionHours: number;
  /** Records that arrived before this time stay deleted, even if the retention period is increased. */
  readonly trimmedBefore: number;
  readonly shards: readonly ShardState[];
  readonly consumers: readonly ConsumerState[];
  readonly tags: Readonly<Record<string, string>>;
  /** KMS key of the stream. It is absent when records are not encrypted. */
  readonly keyId?: string;
  readonly metrics: readonly WireValue<typeof metricsName>[];
  readonly maxRecordKiB: number;
  readonly warmThroughput?: number;
  readonly distribution: WireValue<typeof recordDistributionStrategy>;
  readonly policy?: string;
  /** Times of the UpdateShardCount calls of the last 24 hours. */
  readonly shardCountUpdates: readonly number[];
  /** Times of the UpdateStreamMode calls of the last 24 hours. */
  readonly modeUpdates: readonly number[];
}

export interface ShardState {
  readonly index: number;
  /** First hash key, in decimal. `to` is the last one. */
  readonly from: string;
  readonly to: string;
  readonly parent?: number;
  readonly adjacentParent?: number;
  /** When the shard was created. Seconds since 1970. */
  readonly created: number;
  readonly closedAt?: number;
}

export interface ConsumerState {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly status: "CREATING" | "ACTIVE" | "DELETING";
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
}

/** The change that is made to a stream when its transition ends. */
export type Pending =
  | { readonly kind: "create"; readonly shards: number }
  | { readonly kind: "delete" }
  | { readonly kind: "split"; readonly shard: number; readonly at: string }
  | { readonly kind: "merge"; readonly shard: number; readonly adjacent: number }
  | { readonly kind: "scale"; readonly shards: number }
  | { readonly kind: "encrypt"; readonly keyId?: string }
  | { readonly kind: "settle"; readonly changes: Partial<StreamState> };

export const isOpen = ({ closedAt }: ShardState): boolean => closedAt === undefined;

export const shardName = (index: number): string => `shardId-${String(index).padStart(12, "0")}`;

/** The index in a shard's name, or in a bare number, which AWS accepts too. @returns undefined when it is neither. */
export function shardIndexOf(name: string): number | undefined {
  const digits = name.split("-")[1] ?? name;
  const index = /^\d+$/.test(digits) ? Number.parseInt(digits, 10) : Number.NaN;
  return index >= 0 && index <= 2 ** 31 - 1 ? index : undefined;
}

import type { Value } from "../protocol/shape";
import type { metricsName, recordDistributionStrategy, streamMode, streamStatus } from "../protocol/shapes";

/** What the store keeps of a stream. Times are milliseconds since 1970. */
export interface StreamState {
  /** AWS's StreamId; also the name of its folder. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly status: Value<typeof streamStatus>;
  /** What makes it active again, when it is not. */
  readonly pending?: Pending;
  readonly mode: Value<typeof streamMode>;
  readonly retentionHours: number;
  /** Records from before were out of retention once, so that a longer one does not bring them back. */
  readonly trimmedBefore: number;
  readonly shards: readonly ShardState[];
  readonly consumers: readonly ConsumerState[];
  readonly tags: Readonly<Record<string, string>>;
  /** The key when records are encrypted. */
  readonly keyId?: string;
  readonly metrics: readonly Value<typeof metricsName>[];
  readonly maxRecordKiB: number;
  readonly warmThroughput?: number;
  readonly distribution: Value<typeof recordDistributionStrategy>;
  readonly policy?: string;
  /** When UpdateShardCount was called in the last 24 hours. */
  readonly shardCountUpdates: readonly number[];
  /** When the mode was changed in the last 24 hours. */
  readonly modeUpdates: readonly number[];
}

export interface ShardState {
  readonly index: number;
  /** First and last hash key, in decimal. */
  readonly from: string;
  readonly to: string;
  readonly parent?: number;
  readonly adjacentParent?: number;
  /** Second of its creation. */
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

/** What an operation has left to do when its stream's transition ends. */
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

/** @returns undefined when the text is not a shard's name. AWS takes a bare number too. */
export function shardIndexOf(name: string): number | undefined {
  const digits = name.split("-")[1] ?? name;
  const index = /^\d+$/.test(digits) ? Number.parseInt(digits, 10) : Number.NaN;
  return index >= 0 && index <= 2 ** 31 - 1 ? index : undefined;
}

import { backoffDelay, failureBackoff } from "../calls/backoff";
import { callFailure } from "../calls/failure";
import type { MonotonicClock } from "../clock";
import { ShardMap } from "./shard-map";

export interface ShardSourceOptions {
  readonly clock: MonotonicClock;
  readonly random: () => number;
  readonly listShards: () => Promise<ShardMap>;
  /** Whether to continue without knowing the shards when there is no permission to list them. */
  readonly optional: boolean;
  readonly onWarning: (message: string) => void;
}

/** Milliseconds between two lists of the shards. During a resharding, every record could ask for a list. */
const refreshInterval = 1_000;

/** A single shard with all hash keys, which is assumed when there is no permission to list the shards. */
export const unknownShards = new ShardMap([
  { shardId: "unknown", startingHashKey: "0".repeat(32), endingHashKey: "f".repeat(32) },
]);

/** Lists the shards of the stream, with only one request at a time. */
export class ShardSource {
  #asking: Promise<ShardMap> | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #last: ShardMap | undefined;

  constructor(private readonly options: ShardSourceOptions) {}

  /** The current shards, after as many attempts as needed. @throws Error when further attempts can't succeed. */
  current(): Promise<ShardMap> {
    if (this.#last === unknownShards) return Promise.resolve(unknownShards);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<ShardMap> {
    const { clock, random, listShards } = this.options;
    const wait = this.#answeredAt + refreshInterval - clock.now();
    if (wait > 0) await pause(clock, wait);
    for (let attempt = 1; ; attempt++) {
      try {
        this.#last = await listShards();
        this.#answeredAt = clock.now();
        return this.#last;
      } catch (fault) {
        const { kind, error } = callFailure(fault);
        if (error.name === "AccessDeniedException" && this.options.optional) {
          this.options.onWarning(
            `The shards of the stream are unknown, and their limits are not kept: ${error.message}`,
          );
          this.#last = unknownShards;
          return unknownShards;
        }
        if (kind === "refused" || kind === "invalid" || error.name === "AbortError") throw error;
        await pause(clock, backoffDelay(failureBackoff, attempt, random()));
      }
    }
  }
}

function pause(clock: MonotonicClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, () => resolve()));
}

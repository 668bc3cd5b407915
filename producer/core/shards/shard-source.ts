import { backoffDelay, failureBackoff } from "../calls/backoff";
import { callFailure } from "../calls/failure";
import type { Clock } from "../clock";
import { ShardMap } from "./shard-map";

export interface ShardSourceOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly listShards: () => Promise<ShardMap>;
  /** Work on without knowing the shards when listing them is not permitted. */
  readonly optional: boolean;
  readonly onWarning: (message: string) => void;
}

/** Milliseconds between two looks at the shards, which a resharding may ask for with each record. */
const refreshInterval = 1_000;

/** All hash keys in one shard: what is assumed when the shards may not be listed. */
export const unknownShards = new ShardMap([
  { shardId: "unknown", startingHashKey: "0".repeat(32), endingHashKey: "f".repeat(32) },
]);

/** Asks for the shards of the stream, once at a time. */
export class ShardSource {
  #asking: Promise<ShardMap> | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #last: ShardMap | undefined;

  constructor(private readonly options: ShardSourceOptions) {}

  /** The shards as they are now, after as many attempts as it takes. @throws Error when asking is of no use. */
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

function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, () => resolve()));
}

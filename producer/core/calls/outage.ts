/** Shortest outage that is reported. Milliseconds. */
const shortestOutage = 2_000;

/** Reports when all records of a shard fail and are retried, with the reason, and when this has ended. */
export class Outage {
  /** Shards whose records all fail, each with the time of the first failed call. */
  readonly #failing = new Map<string, number>();
  #toldSince: number | undefined;

  constructor(
    private readonly timeToLiveMs: number,
    private readonly tell: (message: string) => void,
  ) {}

  /** @param started Time at which the call began. All times are in milliseconds. */
  failed(shardId: string, error: Error, started: number, now: number): void {
    const since = this.#failing.get(shardId) ?? started;
    this.#failing.set(shardId, since);
    if (this.#toldSince !== undefined || now - since < shortestOutage) return;
    this.#toldSince = since;
    this.tell(
      `Calls have failed for ${seconds(now - since)}: ${error.name}: ${error.message}; each record is tried again for ${seconds(this.timeToLiveMs)}`,
    );
  }

  succeeded(shardId: string, now: number): void {
    if (!this.#failing.delete(shardId) || this.#failing.size > 0) return;
    if (this.#toldSince !== undefined)
      this.tell(`Calls succeed again, after ${seconds(now - this.#toldSince)}`);
    this.#toldSince = undefined;
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}

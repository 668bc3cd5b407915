/** What a shard takes and gives in a second. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export const shardLimits = {
  recordsIn: 1000,
  bytesIn: 1024 * 1024,
  bytesOut: 2 * 1024 * 1024,
  readsOut: 5,
};

/** Grants so many units a second; what is not used within a second is lost. */
export class Bucket {
  private left: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.left = perSecond;
    this.at = now;
  }

  /** Whether so many can be had. @param now Milliseconds. */
  has(units: number, now: number): boolean {
    const elapsed = Math.max(0, now - this.at) / 1000;
    this.at = now;
    this.left = Math.min(this.perSecond, this.left + elapsed * this.perSecond);
    return this.left >= Math.min(units, this.perSecond);
  }

  /** Takes them; may leave a debt that the next seconds pay. */
  take(units: number): void {
    this.left -= units;
  }

  /** Milliseconds until there is no debt. */
  get wait(): number {
    return this.left >= 0 ? 0 : (-this.left / this.perSecond) * 1000;
  }
}

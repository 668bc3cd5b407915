/**
 * Limits of a shard per second: records and bytes written, bytes read, and GetRecords calls.
 *
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export const shardLimits = {
  recordsIn: 1000,
  bytesIn: 1024 * 1024,
  bytesOut: 2 * 1024 * 1024,
  readsOut: 5,
};

/** A token bucket that grants a number of units per second. It holds at most the units of one second. */
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

  /** Whether this many units are available. @param now Current time in milliseconds. */
  has(units: number, now: number): boolean {
    const elapsed = Math.max(0, now - this.at) / 1000;
    this.at = now;
    this.left = Math.min(this.perSecond, this.left + elapsed * this.perSecond);
    return this.left >= Math.min(units, this.perSecond);
  }

  /** Takes units. The balance may become negative, and then recovers over the following seconds. */
  take(units: number): void {
    this.left -= units;
  }

  /** Time until the balance is no longer negative. Milliseconds. */
  get wait(): number {
    return this.left >= 0 ? 0 : (-this.left / this.perSecond) * 1000;
  }
}

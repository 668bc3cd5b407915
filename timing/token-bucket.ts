/**
 * A token bucket that allows `rate` units a second and a burst of `capacity` units.
 *
 * `take` can leave it in debt, so that a demand for more than the capacity is possible and is paid off afterwards.
 * Times are in milliseconds. A clock that goes back adds nothing.
 */
export class TokenBucket {
  private tokens: number;

  /** @param updatedAt Current time. @param capacity Most units at once. @default - the units of one second */
  constructor(
    private readonly rate: number,
    private updatedAt: number,
    private readonly capacity = rate,
  ) {
    this.tokens = capacity;
  }

  /** Units that can be taken now; negative while the bucket is in debt. */
  available(now: number): number {
    const elapsed = Math.max(0, now - this.updatedAt) / 1000;
    this.tokens = Math.min(this.capacity, this.tokens + elapsed * this.rate);
    this.updatedAt = now;
    return this.tokens;
  }

  /** Units that are left, as of the last call that had a time. */
  get left(): number {
    return this.tokens;
  }

  /** Whether this many units can be taken now. A full bucket allows any number. */
  has(units: number, now: number): boolean {
    return this.available(now) >= Math.min(units, this.capacity);
  }

  /** Milliseconds until this many units can be taken. */
  wait(units: number, now: number): number {
    return Math.max(0, ((Math.min(units, this.capacity) - this.available(now)) / this.rate) * 1000);
  }

  take(units: number): void {
    this.tokens -= units;
  }

  /** Empties the bucket, because another has used what was left. */
  drain(now: number): void {
    this.tokens = Math.min(0, this.available(now));
  }
}

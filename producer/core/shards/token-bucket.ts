/**
 * A token bucket that allows `rate` units a second and a burst of `capacity` units.
 *
 * `take` can leave it in debt, so that a demand for more than the capacity is possible and is paid off afterwards.
 */
export class TokenBucket {
  #tokens: number;
  #updatedAt: number;

  constructor(
    readonly rate: number,
    readonly capacity: number,
    now: number,
  ) {
    this.#tokens = capacity;
    this.#updatedAt = now;
  }

  /** Units that can be taken now; negative while the bucket is in debt. */
  available(now: number): number {
    this.#tokens = Math.min(this.capacity, this.#tokens + ((now - this.#updatedAt) / 1000) * this.rate);
    this.#updatedAt = now;
    return this.#tokens;
  }

  /** Units that are left, as of the last call of `available`. */
  get left(): number {
    return this.#tokens;
  }

  /** Milliseconds until the given number of units can be taken. */
  wait(units: number, now: number): number {
    return Math.max(0, ((Math.min(units, this.capacity) - this.available(now)) / this.rate) * 1000);
  }

  take(units: number): void {
    this.#tokens -= units;
  }

  /** Empties the bucket, because another producer has used what was left. */
  drain(now: number): void {
    this.#tokens = Math.min(0, this.available(now));
  }
}

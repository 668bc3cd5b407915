/**
 * Allows `rate` units a second, and a burst of `capacity`.
 *
 * A take may leave it in debt, so that one unit larger than the capacity passes and is paid for afterwards.
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

  /** Units that may be taken now; negative while in debt. */
  available(now: number): number {
    this.#tokens = Math.min(this.capacity, this.#tokens + ((now - this.#updatedAt) / 1000) * this.rate);
    this.#updatedAt = now;
    return this.#tokens;
  }

  /** Units left since `available` was last asked. */
  get left(): number {
    return this.#tokens;
  }

  /** Milliseconds until so many units may be taken. */
  wait(units: number, now: number): number {
    return Math.max(0, ((Math.min(units, this.capacity) - this.available(now)) / this.rate) * 1000);
  }

  take(units: number): void {
    this.#tokens -= units;
  }

  /** Starts again from nothing: someone else has taken what was left. */
  drain(now: number): void {
    this.#tokens = Math.min(0, this.available(now));
  }
}

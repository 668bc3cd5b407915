/** Milliseconds after which the shortest round trip is measured again. */
const floorWindow = 10_000;
/**
 * Calls that queue on the way. With fewer than the first number the limit is raised, with more than the second lowered.
 */
const fewQueued = 2;
const manyQueued = 4;

/**
 * Limits the calls in flight to as many as the link can carry.
 *
 * This is the congestion control of TCP Vegas. When a round trip takes no longer than the shortest one so far, nothing
 * queues and more calls fit. When it takes longer, calls are queuing somewhere, and sending more would only make them
 * wait. A failed call halves the limit. https://doi.org/10.1109/49.464716
 */
export class ConcurrencyLimit {
  #limit: number;
  #shortest = Number.POSITIVE_INFINITY;
  #shortestBefore = Number.POSITIVE_INFINITY;
  #windowStart = 0;
  #smoothed = 0;
  #holdUntil = 0;
  #starting = true;

  constructor(
    private readonly max: number,
    initial = 4,
  ) {
    this.#limit = Math.min(initial, max);
  }

  get value(): number {
    return Math.floor(this.#limit);
  }

  /**
   * Records that a call has returned.
   *
   * @param roundTrip Duration of the call in milliseconds.
   * @param inFlight Calls in flight when this one was sent. If they were fewer than half of the limit, the call says
   *   nothing about a higher limit.
   */
  completed(now: number, roundTrip: number, inFlight: number): void {
    if (now - this.#windowStart > floorWindow) {
      this.#shortestBefore = this.#shortest;
      this.#shortest = Number.POSITIVE_INFINITY;
      this.#windowStart = now;
    }
    this.#shortest = Math.min(this.#shortest, roundTrip);
    this.#smoothed = this.#smoothed === 0 ? roundTrip : this.#smoothed * 0.8 + roundTrip * 0.2;
    if (inFlight * 2 <= this.value) return;

    const shortest = Math.min(this.#shortest, this.#shortestBefore);
    const queued = this.#limit * (1 - shortest / Math.max(this.#smoothed, shortest));
    if (queued > manyQueued) {
      this.#starting = false;
      this.#limit -= 1 / this.#limit;
    } else if (queued < fewQueued) {
      // Until a queue shows, the limit grows by one for each call, and thus doubles in a round trip. Afterwards it
      // grows by one in each round trip.
      this.#limit += this.#starting ? 1 : 1 / this.#limit;
    } else {
      this.#starting = false;
    }
    this.#limit = Math.min(this.max, Math.max(1, this.#limit));
  }

  /** Records that a call has failed as a whole. The limit is halved, but at most once in a round trip. */
  failed(now: number): void {
    this.#starting = false;
    if (now < this.#holdUntil) return;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#holdUntil = now + this.#smoothed;
  }
}

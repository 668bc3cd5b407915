/** Span after which the shortest round trip is measured again, in milliseconds. */
const floorWindow = 10_000;
/** Calls that may queue on the way. Below the first number more calls are sent at once, above the second fewer. */
const fewQueued = 2;
const manyQueued = 4;

/**
 * How many calls to have in flight: as many as fill the link, and no more.
 *
 * The congestion control of TCP Vegas: when a round trip takes no longer than the shortest seen, nothing queues and
 * more calls fit; as it grows, calls queue somewhere and sending more would only make them wait. A failed call halves
 * the limit. https://doi.org/10.1109/49.464716
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
   * Records that a call came back.
   *
   * @param roundTrip In milliseconds.
   * @param inFlight Calls in flight when it was sent. If these were less than half of the limit, the call says nothing
   *   about a higher limit.
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
      // Until a queue shows, the limit grows by one for each call, so it doubles in a round trip. Afterwards it grows
      // by one in a round trip.
      this.#limit += this.#starting ? 1 : 1 / this.#limit;
    } else {
      this.#starting = false;
    }
    this.#limit = Math.min(this.max, Math.max(1, this.#limit));
  }

  /** Records that a call failed as a whole. The limit is halved, at most once in a round trip. */
  failed(now: number): void {
    this.#starting = false;
    if (now < this.#holdUntil) return;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#holdUntil = now + this.#smoothed;
  }
}

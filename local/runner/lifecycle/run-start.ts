/** Corrections of the machine's clock up to this size are ignored. Milliseconds. */
const tolerance = 1_000;

/**
 * When a run began. It tells records that were put during this run from those of earlier runs by their arrival. This
 * does not work when the clock is set back.
 *
 * Arrivals are in milliseconds since 1970.
 */
export class RunStart {
  private readonly time = Date.now();
  private readonly moment = performance.now();

  /** Whether a record was put during this run. */
  isOfThisRun(arrival: number): boolean {
    return arrival >= this.time;
  }

  /** Whether the clock was set back, as far as it and a record's arrival show that. */
  isUnclear(arrival: number): boolean {
    const now = Date.now();
    return now + tolerance < this.time + performance.now() - this.moment || arrival > now + tolerance;
  }
}

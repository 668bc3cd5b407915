import type { ReadCounters } from "../counters";

/** Corrections of the machine's clock up to this size are ignored. Milliseconds. */
const tolerance = 1_000;

/**
 * When a run began. It tells records that were put during this run from those of earlier runs by their arrival. This
 * does not work when the clock is set back, which the counters report.
 */
export class RunStart {
  private readonly time = Date.now();
  private readonly moment = performance.now();

  /** @param arrival Milliseconds since 1970. */
  count(counters: ReadCounters, arrival: number): void {
    const now = Date.now();
    const wasSetBack = now + tolerance < this.time + performance.now() - this.moment;
    if (wasSetBack || arrival > now + tolerance) counters.clockWasSet = true;
    if (arrival >= this.time) counters.readNew++;
    else counters.readOld++;
  }
}

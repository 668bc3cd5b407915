import type { ReadCounters } from "../counters";

/** Clocks of a machine are corrected by so much without anybody noticing. Milliseconds. */
const tolerance = 1_000;

/**
 * When a run began: tells the records that are put in it from those that an earlier run has left, by their arrival.
 * That holds unless the clock is set back; the counters say when it was.
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

/** The time and timers of the producer, which tests can replace. */
export interface MonotonicClock {
  /** Milliseconds of a clock that never runs backwards. */
  now(): number;
  /** Runs `callback` once after `milliseconds`. The returned function cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const monotonicClock: MonotonicClock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

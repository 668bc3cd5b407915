/** Time, for tests to replace. */
export interface Clock {
  /** Milliseconds that never run backwards. */
  now(): number;
  /** Runs `callback` once after `milliseconds`; the function returned calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

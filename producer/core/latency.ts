import { createHistogram } from "node:perf_hooks";

/**
 * Percentiles and maximum of durations in milliseconds. Percentiles are within 1 % of the true value, and the maximum
 * is exact. All are 0 when nothing was counted.
 */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Node's histogram counts whole numbers from 1, so durations are kept in microseconds. */
const unitsPerMillisecond = 1_000;
const day = 24 * 60 * 60 * 1_000 * unitsPerMillisecond;

/** Counts durations in bounded memory. A duration of more than a day counts as a day. */
export class LatencyHistogram {
  readonly #histogram = createHistogram({ lowest: 1, highest: day, figures: 2 });
  #max = 0;

  add(milliseconds: number): void {
    this.#max = Math.max(this.#max, milliseconds);
    this.#histogram.record(Math.min(day, Math.max(1, Math.round(milliseconds * unitsPerMillisecond))));
  }

  merge(other: LatencyHistogram): void {
    this.#max = Math.max(this.#max, other.#max);
    this.#histogram.add(other.#histogram);
  }

  percentiles(): Percentiles {
    const histogram = this.#histogram;
    if (histogram.count === 0) return { p50: 0, p95: 0, p99: 0, max: 0 };
    const max = this.#max;
    const percentile = (share: number) => Math.min(max, histogram.percentile(share) / unitsPerMillisecond);
    return { p50: percentile(50), p95: percentile(95), p99: percentile(99), max };
  }
}

/** In milliseconds, each within 5 % of the true value; 0 when nothing was counted. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const perOctave = 8;
const smallest = 2 ** -6;
const buckets = 32 * perOctave;

/** Counts durations in buckets that grow by an eighth of an octave: bounded memory, bounded relative error. */
export class Histogram {
  readonly #counts = new Uint32Array(buckets);
  #total = 0;
  #max = 0;

  add(milliseconds: number): void {
    const octaves = Math.log2(milliseconds / smallest);
    const at = octaves > 0 ? Math.min(buckets - 1, Math.floor(octaves * perOctave)) : 0;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total++;
    if (milliseconds > this.#max) this.#max = milliseconds;
  }

  merge(other: Histogram): void {
    for (let at = 0; at < buckets; at++)
      this.#counts[at] = (this.#counts[at] ?? 0) + (other.#counts[at] ?? 0);
    this.#total += other.#total;
    this.#max = Math.max(this.#max, other.#max);
  }

  percentiles(): Percentiles {
    return { p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99), max: this.#max };
  }

  #at(share: number): number {
    let left = Math.ceil(this.#total * share);
    if (left === 0) return 0;
    for (let at = 0; at < buckets; at++) {
      left -= this.#counts[at] ?? 0;
      if (left <= 0) return Math.min(this.#max, smallest * 2 ** ((at + 0.5) / perOctave));
    }
    return this.#max;
  }
}

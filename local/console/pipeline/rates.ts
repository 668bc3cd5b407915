/** Time over which rates are averaged. Milliseconds. */
const span = 5_000;

/** How fast named counts grow, over the last five seconds. */
export class Rates {
  private readonly samples: { readonly at: number; readonly counts: ReadonlyMap<string, number> }[] = [];

  /** @param at Time by a monotonic clock, in milliseconds. */
  add(counts: ReadonlyMap<string, number>, at: number): void {
    this.samples.push({ at, counts });
    while (this.samples.length > 2 && (this.samples[1]?.at ?? at) <= at - span) this.samples.shift();
  }

  /** The growth per second. */
  rateOf(name: string): number {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    const grown = (last.counts.get(name) ?? 0) - (first.counts.get(name) ?? 0);
    return (1000 * Math.max(0, grown)) / (last.at - first.at);
  }
}

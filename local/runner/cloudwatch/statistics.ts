/** A summary of values without the individual values. */
export class Totals {
  count = 0;
  sum = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;

  add(value: number, count = 1): void {
    this.include(count, value * count, value, value);
  }

  addSet({ count, sum, minimum, maximum }: StatisticSet): void {
    this.include(count, sum, minimum, maximum);
  }

  /** Adds values of which only these totals count. They are not an object, because most are single values. */
  protected include(count: number, sum: number, minimum: number, maximum: number): void {
    if (count <= 0) return;
    this.count += count;
    this.sum += sum;
    this.minimum = Math.min(this.minimum, minimum);
    this.maximum = Math.max(this.maximum, maximum);
  }

  addAll(values: readonly CountedValue[] | StatisticSet): void {
    if ("sum" in values) this.addSet(values);
    else for (const [value, count] of values) this.add(value, count);
  }
}

/**
 * The values of a metric in one minute, with the number of times that each occurred.
 *
 * After the first thousand different values, values are rounded to three digits, so that a minute has a bounded size.
 * Sum, minimum, maximum and count remain exact.
 */
export class SampleDistribution extends Totals {
  readonly #counts = new Map<number, number>();

  /** The individual values of a statistic set are unknown, so its average is counted in their place. */
  override addSet(set: StatisticSet): void {
    super.addSet(set);
    if (set.count > 0) this.#addCount(set.sum / set.count, set.count);
  }

  override add(value: number, count = 1): void {
    super.add(value, count);
    if (count > 0) this.#addCount(value, count);
  }

  merge(other: SampleDistribution): void {
    super.addSet(other);
    for (const [value, count] of other.#counts) this.#addCount(value, count);
  }

  /** Values with their counts, lowest first. */
  sorted(): readonly CountedValue[] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  #addCount(value: number, count: number): void {
    const before = this.#counts.get(value);
    if (before !== undefined || this.#counts.size < 1_000) {
      this.#counts.set(value, (before ?? 0) + count);
      return;
    }
    const rounded = Number(value.toPrecision(3));
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + count);
  }
}

/** A value and the number of times that it occurred. */
export type CountedValue = readonly [value: number, count: number];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_StatisticSet.html */
export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

type Statistic = (distribution: SampleDistribution) => number;

const basicStatistics: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/**
 * The statistic with the given name, such as `Sum`, `p99`, `tm90`, `TM(10%:90%)` or `IQM`; undefined when there is
 * none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function statisticNamed(name: string): Statistic | undefined {
  const basic = basicStatistics[name];
  if (basic) return basic;
  if (name === "IQM") return (distribution) => trimmed("tm", between(distribution, 25, 75), distribution);
  const single = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d+)?)$/i.exec(name);
  if (single) {
    const [, kind = "", share = ""] = single;
    if (Number(share) > 100) return undefined;
    if (kind.toLowerCase() === "p") return (distribution) => percentile(distribution, Number(share));
    return (distribution) => trimmed(kind, between(distribution, 0, Number(share)), distribution);
  }
  const range = /^(TM|WM|TC|TS|PR)\((\d+(?:\.\d+)?)?(%?):(\d+(?:\.\d+)?)?(%?)\)$/i.exec(name);
  if (!range) return undefined;
  const [, kind = "", from, fromPercent, to, toPercent] = range;
  const isPercent = (fromPercent || toPercent) === "%";
  return (distribution) => {
    const low = from === undefined ? undefined : Number(from);
    const high = to === undefined ? undefined : Number(to);
    if (kind.toUpperCase() === "PR")
      return (countOf(within(distribution, low, high)) / distribution.count) * 100;
    const selected = isPercent
      ? between(distribution, low ?? 0, high ?? 100)
      : within(distribution, low, high);
    return trimmed(kind, selected, distribution);
  };
}

const countOf = (values: readonly CountedValue[]) => values.reduce((total, [, count]) => total + count, 0);
const sumOf = (values: readonly CountedValue[]) =>
  values.reduce((total, [value, count]) => total + value * count, 0);

/** The smallest value that is at least as large as the given share (0 to 100) of all values. */
function percentile(distribution: SampleDistribution, share: number): number {
  let left = Math.max(1, Math.ceil((distribution.count * share) / 100));
  for (const [value, count] of distribution.sorted()) {
    left -= count;
    if (left <= 0) return value;
  }
  return distribution.maximum;
}

/** The values between two percentiles. */
function between(distribution: SampleDistribution, from: number, to: number): readonly CountedValue[] {
  const first = (distribution.count * from) / 100;
  const last = (distribution.count * to) / 100;
  let passed = 0;
  const selected: [number, number][] = [];
  for (const [value, count] of distribution.sorted()) {
    const share = Math.min(last, passed + count) - Math.max(first, passed);
    if (share > 0) selected.push([value, share]);
    passed += count;
  }
  return selected;
}

/** The values greater than `low` and not greater than `high`. */
function within(distribution: SampleDistribution, low?: number, high?: number): readonly CountedValue[] {
  return distribution
    .sorted()
    .filter(([value]) => (low === undefined || value > low) && (high === undefined || value <= high));
}

/**
 * The trimmed mean, count or sum, or the winsorized mean, which replaces values outside the bounds by the nearest
 * bound.
 */
function trimmed(kind: string, selected: readonly CountedValue[], distribution: SampleDistribution): number {
  switch (kind.toLowerCase()) {
    case "tc":
      return countOf(selected);
    case "ts":
      return sumOf(selected);
    case "wm": {
      const [low = 0, high = 0] = [selected[0]?.[0], selected.at(-1)?.[0]];
      const all = distribution
        .sorted()
        .map(([value, count]) => [Math.min(high, Math.max(low, value)), count] as const);
      return sumOf(all) / distribution.count;
    }
    default:
      return sumOf(selected) / countOf(selected);
  }
}

import type { Metric } from "@streaming-data-lake/terraform/types";
import { metricKey } from "./metric-key";
import { type CountedValue, SampleDistribution, type StatisticSet, statisticNamed } from "./statistics";

const minute = 60_000;

/** The longest time that an alarm may look back. Minutes. */
const dayMinutes = 24 * 60;

interface Series {
  readonly metric: Metric;
  /** The values by the start of their minute, in milliseconds since 1970, in the order in which they arrived. */
  readonly minutes: Map<number, SampleDistribution>;
}

/** The metrics of a run, aggregated by the minute. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  /** @param keptMinutes How long the values of a metric are kept; 0 for a metric that nobody reads. @default a day */
  constructor(private readonly keptMinutes: (metric: Metric) => number = () => dayMinutes) {}

  /** @param time Milliseconds since 1970. */
  put(metric: Metric, value: number, time: number): void {
    this.#at(metric, time)?.add(value);
  }

  /** Adds several values at once, or a statistic set whose individual values are unknown. */
  putAll(metric: Metric, values: readonly CountedValue[] | StatisticSet, time: number): void {
    this.#at(metric, time)?.addAll(values);
  }

  /** All metrics that have a value. */
  metrics(): readonly Metric[] {
    return [...this.#series.values()].map(({ metric }) => metric);
  }

  /**
   * One statistic for each of the periods that begin at `starts`; undefined for a period without a value.
   *
   * @param periodSeconds A multiple of 60. Shorter periods are treated as a minute.
   */
  datapoints(
    metric: Metric,
    statistic: string,
    periodSeconds: number,
    starts: readonly number[],
  ): readonly (number | undefined)[] {
    const series = this.#series.get(metricKey(metric));
    const value = statisticNamed(statistic);
    if (!series || !value) return starts.map(() => undefined);
    const length = Math.max(minute, periodSeconds * 1_000);
    return starts.map((start) => {
      const merged = new SampleDistribution();
      for (let at = start; at < start + length; at += minute) {
        const distribution = series.minutes.get(at);
        if (distribution) merged.merge(distribution);
      }
      return merged.count > 0 ? value(merged) : undefined;
    });
  }

  /** A statistic of all values that are kept; undefined for a metric without a value. */
  total(metric: Metric, statistic: string): number | undefined {
    const series = this.#series.get(metricKey(metric));
    const value = statisticNamed(statistic);
    if (!series || !value) return undefined;
    const merged = new SampleDistribution();
    for (const distribution of series.minutes.values()) merged.merge(distribution);
    return merged.count > 0 ? value(merged) : undefined;
  }

  #at(metric: Metric, time: number): SampleDistribution | undefined {
    const keptMinutes = this.keptMinutes(metric);
    if (keptMinutes === 0) return undefined;
    const key = metricKey(metric);
    let series = this.#series.get(key);
    if (!series) {
      series = { metric, minutes: new Map() };
      this.#series.set(key, series);
    }
    const start = Math.floor(time / minute) * minute;
    let distribution = series.minutes.get(start);
    if (!distribution) {
      distribution = new SampleDistribution();
      series.minutes.set(start, distribution);
      for (const old of series.minutes.keys())
        if (old < start - keptMinutes * minute) series.minutes.delete(old);
    }
    return distribution;
  }
}

/** The starts of the last `count` periods, earliest first. The last one contains `now`. */
export function periodStarts(now: number, periodSeconds: number, count: number): number[] {
  const length = Math.max(minute, periodSeconds * 1_000);
  const last = Math.floor(now / length) * length;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * length);
}

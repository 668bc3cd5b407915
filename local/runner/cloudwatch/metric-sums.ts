import type { MetricTotal } from "../counters";
import type { EmbeddedMetric } from "./embedded-metrics";

/**
 * Sums metrics up by name. Values under other dimensions are not added: `[]` and `[location]` count the same things
 * twice, so that only the dimension set with the fewest names is counted.
 */
export class MetricSums {
  /** By name; live. */
  readonly totals: Record<string, MetricTotal> = {};
  /** The names of the dimensions that each total is counted under. */
  private readonly dimensions = new Map<string, readonly string[]>();

  add({ metric, unit, values }: EmbeddedMetric): void {
    const { name } = metric;
    const dimensions = Object.keys(metric.dimensions).sort();
    const counted = this.dimensions.get(name);
    if (counted === undefined || dimensions.length < counted.length) {
      this.dimensions.set(name, dimensions);
      this.totals[name] = {
        unit,
        count: 0,
        sum: 0,
        minimum: Number.POSITIVE_INFINITY,
        maximum: Number.NEGATIVE_INFINITY,
      };
    } else if (dimensions.join() !== counted.join()) {
      return;
    }
    const total = this.totals[name];
    if (!total) return;
    if ("sum" in values) {
      total.count += values.count;
      total.sum += values.sum;
      total.minimum = Math.min(total.minimum, values.minimum);
      total.maximum = Math.max(total.maximum, values.maximum);
      return;
    }
    for (const [value, count] of values) {
      total.count += count;
      total.sum += value * count;
      total.minimum = Math.min(total.minimum, value);
      total.maximum = Math.max(total.maximum, value);
    }
  }
}

import type { MetricTotal } from "../counters";
import type { EmbeddedMetric } from "./embedded-metrics";
import { Totals } from "./statistics";

/**
 * Sums of metrics by name. A metric that is published under several dimension sets, such as `[]` and `[location]`,
 * reports the same things several times, so only the dimension set with the fewest names is counted.
 */
export class MetricSums {
  /** The totals by metric name. They change as metrics arrive. */
  readonly totals: Record<string, MetricTotal & Totals> = {};
  /** The names of the dimensions under which each total is counted. */
  private readonly dimensions = new Map<string, readonly string[]>();

  add({ metric, unit, values }: EmbeddedMetric): void {
    const { name } = metric;
    const dimensions = Object.keys(metric.dimensions).sort();
    const counted = this.dimensions.get(name);
    if (counted === undefined || dimensions.length < counted.length) {
      this.dimensions.set(name, dimensions);
      this.totals[name] = Object.assign(new Totals(), { unit });
    } else if (dimensions.join() !== counted.join()) {
      return;
    }
    this.totals[name]?.addAll(values);
  }
}

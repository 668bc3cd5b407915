import type { MetricTotal } from "../counters";
import type { EmbeddedMetric } from "./embedded-metrics";
import { Totals } from "./statistics";

/**
 * Sums metrics up by name. Values under other dimensions are not added: `[]` and `[location]` count the same things
 * twice, so that only the dimension set with the fewest names is counted.
 */
export class MetricSums {
  /** By name; live. */
  readonly totals: Record<string, MetricTotal & Totals> = {};
  /** The names of the dimensions that each total is counted under. */
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

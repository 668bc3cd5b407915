import { isObject } from "@streaming-data-lake/terraform/values";

/** The sum of a metric's values in one line. */
export interface EmbeddedMetric {
  readonly name: string;
  /** Of the metric's dimension sets the smallest. */
  readonly dimensions: readonly string[];
  readonly sum: number;
}

/**
 * Sums metrics up by name. Values under other dimensions are not added: `[]` and `[location]` count the same things
 * twice, so that the set with the fewest dimensions has them all.
 */
export class MetricSums {
  /** By name; live. */
  readonly totals = new Map<string, number>();
  /** What each total is counted under. */
  private readonly dimensions = new Map<string, readonly string[]>();

  add(line: string): void {
    for (const { name, dimensions, sum } of embeddedMetrics(line)) {
      const counted = this.dimensions.get(name);
      if (counted === undefined || dimensions.length < counted.length) {
        this.dimensions.set(name, dimensions);
        this.totals.set(name, sum);
      } else if (dimensions.join() === counted.join()) {
        this.totals.set(name, (this.totals.get(name) ?? 0) + sum);
      }
    }
  }
}

/**
 * The metrics that a line of a function's log embeds; none for any other line.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): readonly EmbeddedMetric[] {
  if (!line.includes('"_aws"')) return [];
  // In text logs Lambda puts a time, the request's id and a level in front of what console.log prints.
  const document = parseObject(line.slice(line.indexOf("{")));
  const directives = isObject(document?._aws) ? document._aws.CloudWatchMetrics : undefined;
  if (!document || !Array.isArray(directives)) return [];
  return directives.filter(isObject).flatMap((directive) => {
    const dimensions = fewestDimensions(directive.Dimensions);
    const metrics: readonly unknown[] = Array.isArray(directive.Metrics) ? directive.Metrics : [];
    return metrics
      .map((metric) => (isObject(metric) ? metric.Name : undefined))
      .filter((name) => typeof name === "string")
      .map((name) => ({ name, dimensions, sum: sumOf(document[name]) }));
  });
}

/** A value counts in each of its dimension sets; the smallest holds the most values together. */
function fewestDimensions(sets: unknown): readonly string[] {
  const lists = Array.isArray(sets) ? sets.filter((set) => Array.isArray(set)) : [];
  const [fewest = []] = lists.map((set) => set.map(String).sort()).sort((a, b) => a.length - b.length);
  return fewest;
}

/** Of a number, of a list of numbers, or of a distribution, which says its sum itself. */
function sumOf(value: unknown): number {
  if (isObject(value)) return typeof value.Sum === "number" ? value.Sum : 0;
  const values = [value].flat().filter((one) => typeof one === "number");
  return values.reduce((sum, one) => sum + one, 0);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

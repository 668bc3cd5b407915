import { number, object, optional, record, type Shape, text } from "../core/shape";
/** A CloudWatch metric with the dimensions of a resource. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Statistic: `Sum`, `Average`, `Minimum`, `Maximum`, or a percentile such as `p99`. */
  readonly statistic: string;
  /** Length of a period in seconds. @default 60 */
  readonly periodSeconds?: number;
  /** Label of the metric on a dashboard. @default - the metric's name */
  readonly label?: string;
}

/**
 * A value that CloudWatch computes from metrics with an expression:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export interface MetricMath {
  readonly expression: string;
  /** Metrics by their names in the expression. A name is a lower-case letter, followed by letters, digits and `_`. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Label of the computed value. */
  readonly label: string;
}

const plainMetric = object<Metric>({
  namespace: text,
  metricName: text,
  dimensions: record(text),
  statistic: text,
  periodSeconds: optional(number()),
  label: optional(text),
});

const metricMath = object<MetricMath>({ expression: text, metrics: record(plainMetric), label: text });

/** A metric, or metric math if the value has an expression. */
export const metricShape: Shape = {
  rule: "a metric, or metric math",
  read: (value, prop, findings) =>
    (typeof value === "object" && value !== null && "expression" in value ? metricMath : plainMetric).read(
      value,
      prop,
      findings,
    ),
};

/** Metric math that is 1 for a period in which something came in and nothing came out, and otherwise 0. */
export function nothingOf(
  incoming: Metric,
  outgoing: Metric,
  periodSeconds: number,
  label: string,
): MetricMath {
  return {
    expression: "IF(FILL(incoming, 0) > 0 AND FILL(outgoing, 0) == 0, 1, 0)",
    metrics: { incoming: { ...incoming, periodSeconds }, outgoing: { ...outgoing, periodSeconds } },
    label,
  };
}

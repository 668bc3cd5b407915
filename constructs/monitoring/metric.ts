/** A CloudWatch metric, with the dimensions of its own resource. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Minimum`, `Maximum`, or a percentile such as `p99`. */
  readonly statistic: string;
  /** Seconds. @default 60 */
  readonly periodSeconds?: number;
  /** What a dashboard calls it. @default - the metric's name */
  readonly label?: string;
}

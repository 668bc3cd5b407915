import { readingMetrics } from "@streaming-data-lake/dataset/metrics";
import type { BatchOutcome } from "./outcome";
import type { FunctionSettings } from "./settings";
import { statisticsOf } from "./values";

interface Metric {
  readonly name: string;
  readonly unit: "Count" | "Milliseconds" | "None";
  readonly value: unknown;
}

/**
 * The metrics of a batch in CloudWatch's embedded metric format, one object for each set of dimensions. The first has
 * no dimensions and also has the properties. The data can't multiply the metrics, because `reason` has four values and
 * `location` has those of the settings.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(
  outcome: BatchOutcome,
  cutShort: boolean,
  settings: Pick<FunctionSettings, "namespace" | "metricLocations">,
  now: number,
  properties: object,
): object[] {
  const embed = (dimensions: Readonly<Record<string, string>>, metrics: readonly Metric[]): object => ({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: settings.namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  });
  const count = (name: string, value: number): Metric => ({ name, unit: "Count", value });
  const values = (name: string, unit: Metric["unit"], list: readonly number[]): Metric[] =>
    list.length === 0 ? [] : [{ name, unit, value: statisticsOf(list) }];

  const all = [
    count(readingMetrics.processed, outcome.processed),
    count(readingMetrics.late, outcome.late),
    count(readingMetrics.skewed, outcome.skewed),
    count(readingMetrics.high, outcome.high),
    ...(cutShort ? [count(readingMetrics.cutShort, 1)] : []),
    ...values(readingMetrics.temperature, "None", outcome.temperatures),
    ...values(readingMetrics.lag, "Milliseconds", outcome.lags),
  ];
  const byReason = [...outcome.rejected].map(([reason, n]) =>
    embed({ reason }, [count(readingMetrics.rejected, n)]),
  );
  const byLocation = settings.metricLocations.flatMap((location) => {
    const n = outcome.highByLocation.get(location);
    return n ? [embed({ location }, [count(readingMetrics.high, n)])] : [];
  });
  return [{ ...properties, ...embed({}, all) }, ...byReason, ...byLocation];
}

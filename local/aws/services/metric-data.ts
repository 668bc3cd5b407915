import type { Dimension, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import {
  evaluateExpression,
  type MathSeries,
  MetricMathError,
} from "@streaming-data-lake/runner/cloudwatch/metric-math";
import type { MetricStore } from "@streaming-data-lake/runner/cloudwatch/metric-store";
import type { Metric } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../protocol/errors";

/** The starts of periods in milliseconds since 1970, and the value in each period that has one. */
export interface MetricData {
  readonly starts: readonly number[];
  readonly values: MathSeries;
}

export const invalidParameter = (message: string) => new AwsError("InvalidParameterValueException", message);

const minute = 60_000;
/** Largest number of datapoints of a query. */
const mostDatapoints = 100_800;

/**
 * The values of metrics and expressions, by the ids of their queries. Metrics are read first. Each expression is
 * evaluated once the values that it refers to are known.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 *
 * @throws AwsError when a query is not valid.
 */
export function answerMetricQueries(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  from: Date | undefined,
  to: Date | undefined,
): ReadonlyMap<string, MetricData> {
  const answered = new Map<string, MetricData>();
  let period = 0;
  for (const { Id = "", MetricStat } of queries) {
    if (!MetricStat) continue;
    const { Metric: asked, Period = 60, Stat = "Average" } = MetricStat;
    const starts = startsOf(from, to, Period);
    if (starts.length > mostDatapoints)
      throw invalidParameter(
        `You have requested up to ${starts.length} datapoints, which exceeds the limit of ${mostDatapoints}.`,
      );
    const metric = metricOf(asked?.Namespace, asked?.MetricName, asked?.Dimensions);
    answered.set(Id, { starts, values: store.datapoints(metric, Stat, Period, starts) });
    period ||= Period;
  }
  const pending = queries.filter(({ Expression }) => Expression !== undefined);
  for (let left = pending.length; left > 0; left--)
    for (const { Id = "", Expression = "", Period } of pending) {
      if (answered.has(Id)) continue;
      const starts = startsOf(from, to, Period ?? (period || 60));
      const series = new Map([...answered].map(([id, { values }]) => [id, values]));
      const values = expressionOf(Expression, series, starts.length);
      if (values) answered.set(Id, { starts, values });
    }
  const unknown = pending.find(({ Id = "" }) => !answered.has(Id));
  if (unknown)
    throw new AwsError(
      "ValidationError",
      `Error in expression '${unknown.Id}': an id that is used is not there`,
    );
  return answered;
}

function expressionOf(expression: string, series: ReadonlyMap<string, MathSeries>, periods: number) {
  try {
    return evaluateExpression(expression, series, periods);
  } catch (error) {
    if (!(error instanceof MetricMathError)) throw error;
    throw new AwsError("ValidationError", `Error in expression '${expression}': ${error.message}`);
  }
}

export function metricOf(
  namespace: string | undefined,
  name: string | undefined,
  dimensions: readonly Dimension[] | undefined,
): Metric {
  if (namespace === undefined || name === undefined)
    throw new AwsError(
      "MissingRequiredParameterException",
      "The parameters Namespace and MetricName are required.",
    );
  return {
    namespace,
    name,
    dimensions: Object.fromEntries((dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value])),
  };
}

/**
 * The starts of the periods in a time range, aligned to multiples of the period, which counts as at least a minute.
 *
 * @throws AwsError when a parameter is not valid.
 */
export function startsOf(from: Date | undefined, to: Date | undefined, periodSeconds: number): number[] {
  if (!from || !to)
    throw new AwsError("MissingRequiredParameterException", "StartTime and EndTime are required.");
  if (from >= to) throw invalidParameter("The parameter StartTime must be less than the parameter EndTime.");
  if (periodSeconds < 1 || (periodSeconds > 30 && periodSeconds % 60 !== 0))
    throw invalidParameter("The parameter Period must be 1, 5, 10, 30 or a multiple of 60.");
  const length = Math.max(minute, periodSeconds * 1000);
  const first = Math.floor(from.getTime() / length) * length;
  const starts: number[] = [];
  for (let start = first; start < to.getTime() && starts.length <= 200_000; start += length)
    starts.push(start);
  return starts;
}

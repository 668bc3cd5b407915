import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { Problems } from "../core/problems";
import { number, optional, pathIn, type Shapes, shaped, text } from "../core/shape";
import { type Metric, type MetricMath, metricShape } from "./metric";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
export interface AlarmProps {
  /** What has happened when the alarm rings, and where to look. */
  readonly description: string;
  readonly metric: Metric | MetricMath;
  /** Value at and above which the alarm rings, in the metric's unit. */
  readonly threshold: number;
  /** Number of periods that are evaluated. @default 1 */
  readonly evaluationPeriods?: number;
  /** Number of the evaluated periods that must reach the threshold. @default - all of them */
  readonly datapointsToAlarm?: number;
}

const shapes: Shapes<AlarmProps> = {
  description: text,
  metric: metricShape,
  threshold: number(),
  evaluationPeriods: optional(number()),
  datapointsToAlarm: optional(number()),
};

/** An alarm that notifies the topic when it starts and when it ends. Missing data does not raise it. */
export function createAlarm(
  scope: Construct,
  id: string,
  name: string,
  topicArn: string,
  props: AlarmProps,
): CloudwatchMetricAlarm {
  props = shaped(scope, props, shapes, pathIn(scope, id));
  const { metric, evaluationPeriods = 1 } = props;
  Problems.check(scope, (problems) => checkAlarm(problems.at(id), props));
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: name,
    alarmDescription: props.description,
    ...("expression" in metric ? queriesOf(metric) : plain(metric)),
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: props.threshold,
    evaluationPeriods,
    datapointsToAlarm: props.datapointsToAlarm ?? evaluationPeriods,
    treatMissingData: "notBreaching",
    actionsEnabled: true,
    alarmActions: [topicArn],
    okActions: [topicArn],
  });
}

function plain(metric: Metric) {
  return {
    namespace: metric.namespace,
    metricName: metric.metricName,
    dimensions: { ...metric.dimensions },
    ...statisticOf(metric),
    period: metric.periodSeconds ?? 60,
  };
}

function queriesOf({ expression, metrics, label }: MetricMath) {
  const measured = Object.entries(metrics).map(([id, metric]) => ({
    id,
    returnData: false,
    metric: {
      namespace: metric.namespace,
      metricName: metric.metricName,
      dimensions: { ...metric.dimensions },
      stat: metric.statistic,
      period: metric.periodSeconds ?? 60,
    },
  }));
  return { metricQuery: [{ id: "result", expression, label, returnData: true }, ...measured] };
}

const periods = { minimum: 1, maximum: 1440, unit: "periods" };

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
function checkAlarm(problems: Problems, { metric, ...props }: AlarmProps): void {
  const evaluationPeriods = props.evaluationPeriods ?? 1;
  problems.integer("evaluationPeriods", evaluationPeriods, periods);
  problems.integer("datapointsToAlarm", props.datapointsToAlarm, { ...periods, maximum: evaluationPeriods });
  for (const { statistic, periodSeconds } of "expression" in metric
    ? Object.values(metric.metrics)
    : [metric]) {
    problems.name(
      "metric.statistic",
      statistic,
      statistics,
      `${simpleStatistics.join(", ")}, or one such as p99`,
    );
    if (periodSeconds !== undefined)
      problems.require(
        "metric.periodSeconds",
        periodSeconds,
        [10, 20, 30].includes(periodSeconds) || (periodSeconds >= 60 && periodSeconds % 60 === 0),
        "must be 10, 20, 30 or whole minutes",
      );
  }
}

const simpleStatistics = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const statistics = new RegExp(
  `^(?:${simpleStatistics.join("|")}|IQM|(?:p|tm|wm|tc|ts)\\d{1,2}(?:\\.\\d+)?|p100|(?:TM|WM|TC|TS|PR)\\(.+\\))$`,
);

/**
 * The argument for a statistic. Percentiles, trimmed means and similar statistics have a different argument:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
function statisticOf({ statistic }: Metric): { statistic: string } | { extendedStatistic: string } {
  return simpleStatistics.includes(statistic) ? { statistic } : { extendedStatistic: statistic };
}

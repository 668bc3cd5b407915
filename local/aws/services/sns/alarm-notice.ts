import { partition } from "@aws-sdk/util-endpoints";
import { breaches } from "@streaming-data-lake/runner/cloudwatch/alarm-state";
import type { AlarmChange } from "@streaming-data-lake/runner/cloudwatch/alarm-watch";
import type { MetricAlarm, Stack } from "@streaming-data-lake/terraform/types";
import type { Notice } from "./notice";

/**
 * The message that CloudWatch publishes when an alarm changes its state.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function alarmNotice({ region, accountId }: Stack, change: AlarmChange): Notice {
  const { alarm, from, to, time } = change;
  const place = placeOf(region);
  return {
    Subject: `${to}: "${alarm.name}" in ${place}`,
    Message: JSON.stringify({
      AlarmName: alarm.name,
      AlarmDescription: alarm.description || null,
      AWSAccountId: accountId,
      // This is the time at which the process started, since a changed stack is started anew here.
      AlarmConfigurationUpdatedTimestamp: timestamp(Date.now() - performance.now()),
      NewStateValue: to,
      NewStateReason: stateReason(change),
      StateChangeTime: timestamp(time),
      Region: place,
      AlarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm.name}`,
      OldStateValue: from,
      OKActions: alarm.actions?.OK ?? [],
      AlarmActions: alarm.actions?.ALARM ?? [],
      InsufficientDataActions: alarm.actions?.INSUFFICIENT_DATA ?? [],
      Trigger: triggerOf(alarm),
    }),
  };
}

/** The region's name as CloudWatch writes it, with "EU" where other services now write "Europe". */
function placeOf(region: string): string {
  // The description exists at run time, but is missing in the library's type.
  const { description = region } = partition(region) as { description?: string };
  return description.replace(/^Europe\b/, "EU");
}

/** A time such as `2024-01-15T10:30:00.000+0000`. */
const timestamp = (time: number): string => new Date(time).toISOString().replace("Z", "+0000");

const phrases = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
} as const;

/** The reason for an alarm's state, in CloudWatch's wording. */
function stateReason({ alarm, from, to, datapoints }: AlarmChange): string {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm;
  const missing = counted(evaluationPeriods, "datapoint");
  if (datapoints.length === 0)
    return to === "INSUFFICIENT_DATA"
      ? `Insufficient Data: ${missing} ${were(evaluationPeriods)} unknown.`
      : `Threshold Crossed: no datapoints were received for ${counted(evaluationPeriods, "period")} and ${missing.replace(" ", " missing ")} ${were(evaluationPeriods)} treated as [${treatMissingData === "breaching" ? "Breaching" : "NonBreaching"}].`;
  const isAlarm = to === "ALARM";
  const shown = datapoints.filter(({ value }) => breaches(alarm, value) === isAlarm);
  const list = shown.map(({ value, start }) => `${decimal(value)} (${shortTime(start)})`).join(", ");
  const least = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const before = from === "INSUFFICIENT_DATA" ? (isAlarm ? "OK" : "ALARM") : from;
  return `Threshold Crossed: ${shown.length} out of the last ${evaluationPeriods} datapoints [${list}] ${were(shown.length)} ${isAlarm ? "" : "not "}${phrases[alarm.comparison]} the threshold (${decimal(alarm.threshold)}) (minimum ${counted(least, "datapoint")} for ${before} -> ${to} transition).`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
const were = (count: number): string => (count === 1 ? "was" : "were");
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
/** A time such as `15/01/24 10:30:00`. */
const shortTime = (time: number): string =>
  new Date(time).toISOString().replace(/^..(..)-(..)-(..)T(.{8}).*$/, "$3/$2/$1 $4");

function triggerOf(alarm: MetricAlarm): object {
  const { queries, watches, periodSeconds } = alarm;
  const rule = {
    Period: periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  const [only] = queries;
  if (queries.length === 1 && only && "metric" in only) {
    const { metric, statistic } = only;
    return {
      MetricName: metric.name,
      Namespace: metric.namespace,
      ...(/^[A-Z]/.test(statistic)
        ? { StatisticType: "Statistic", Statistic: statistic.toUpperCase() }
        : { StatisticType: "ExtendedStatistic", ExtendedStatistic: statistic }),
      Unit: null,
      Dimensions: dimensionsOf(metric.dimensions),
      ...rule,
    };
  }
  const Metrics = queries.map((query) => ({
    Id: query.id,
    ...("metric" in query
      ? {
          MetricStat: {
            Metric: {
              Dimensions: dimensionsOf(query.metric.dimensions),
              MetricName: query.metric.name,
              Namespace: query.metric.namespace,
            },
            Period: periodSeconds,
            Stat: query.statistic,
          },
        }
      : { Expression: query.expression }),
    ReturnData: query.id === watches,
  }));
  return { ...rule, Metrics };
}

const dimensionsOf = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).map(([name, value]) => ({ value, name }));

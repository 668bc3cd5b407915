import { alarmLimits } from "@streaming-data-lake/rules/limits";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { AlarmQuery, MetricAlarm } from "../types";
import { alarmPeriod, checkLookBack } from "./ranges";

const comparisons = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;

const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm */
export function readMetricAlarms(reader: StackReader): MetricAlarm[] {
  return reader.each(reader.blocksOf("aws_cloudwatch_metric_alarm"), (alarm) => {
    const comparison = alarm.required("comparison_operator");
    const known = comparisons.find((one) => one === comparison);
    if (!known) {
      reader.skip(alarm.address, `the comparison ${comparison} is not evaluated here`);
      return undefined;
    }
    const treatment = alarm.text("treat_missing_data") ?? "missing";
    const treatMissingData = treatments.find((one) => one === treatment);
    if (!treatMissingData)
      throw alarm.error("treat_missing_data", `must be one of ${treatments.join(", ")}, not ${treatment}`);
    const queries = readQueries(alarm);
    const watched = queries.find(({ returnsData }) => returnsData) ?? queries[0];
    if (!watched) {
      reader.skip(alarm.address, "has no metric in the AWS account of this stack");
      return undefined;
    }
    const evaluationPeriods = alarm.integer("evaluation_periods", alarmLimits.periods, 1);
    const periodSeconds = periodOf(alarm);
    checkLookBack(alarm, evaluationPeriods, periodSeconds);
    return {
      address: alarm.address,
      name: alarm.required("alarm_name"),
      actions: readActions(reader, alarm),
      description: alarm.text("alarm_description") ?? "",
      comparison: known,
      threshold: alarm.number("threshold", 0),
      evaluationPeriods,
      datapointsToAlarm: alarm.integer(
        "datapoints_to_alarm",
        { ...alarmLimits.periods, maximum: evaluationPeriods },
        evaluationPeriods,
      ),
      treatMissingData,
      periodSeconds,
      queries: queries.map(({ query }) => query),
      watches: watched.query.id,
    };
  });
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm#alarm_actions-1 */
function readActions(reader: StackReader, alarm: Settings): MetricAlarm["actions"] {
  const arns = (name: string) =>
    alarm.knownText("actions_enabled") === "false" ? [] : alarm.knownTexts(name);
  const actions = {
    ALARM: arns("alarm_actions"),
    OK: arns("ok_actions"),
    INSUFFICIENT_DATA: arns("insufficient_data_actions"),
  };
  const others = new Set(
    Object.values(actions)
      .flat()
      .filter((arn) => !arn.includes(":sns:")),
  );
  for (const arn of others)
    reader.skip(alarm.address, `its action ${arn} is not run here: only topics are notified`);
  return Object.values(actions).some((some) => some.length > 0) ? actions : undefined;
}

interface ReadQuery {
  readonly query: AlarmQuery;
  readonly returnsData: boolean;
}

function readQueries(alarm: Settings): ReadQuery[] {
  const queries = alarm.blocks("metric_query");
  if (queries.length === 0)
    return alarm.text("metric_name") === undefined
      ? []
      : [{ query: { id: "metric", ...readMetric(alarm) }, returnsData: true }];
  return queries.map((query) => {
    const id = query.required("id");
    const returnsData = query.flag("return_data");
    const metric = query.block("metric");
    return metric
      ? { query: { id, ...readMetric(metric) }, returnsData }
      : { query: { id, expression: query.required("expression") }, returnsData };
  });
}

/** Reads a metric. An alarm and the `metric` block of a query use the same arguments, except for the statistic. */
function readMetric(settings: Settings) {
  return {
    metric: {
      namespace: settings.text("namespace") ?? "",
      name: settings.required("metric_name"),
      dimensions: settings.map("dimensions"),
    },
    statistic: settings.text("extended_statistic") ?? settings.text("statistic") ?? settings.required("stat"),
  };
}

/** The period of an alarm, which is the same for all of its metrics. */
function periodOf(alarm: Settings): number {
  const [metric] = alarm.blocks("metric_query").flatMap((query) => query.blocks("metric"));
  return alarmPeriod(metric ?? alarm);
}

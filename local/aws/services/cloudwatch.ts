import type * as Client from "@aws-sdk/client-cloudwatch";
import type { Dimension, DimensionFilter, MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { Metric, MetricAlarm } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../protocol/errors";
import type { Handlers } from "../server/handlers";
import type { World } from "../world";
import { answerMetricQueries, invalidParameter, metricOf, startsOf } from "./metric-data";
import { pageOf } from "./paging";
import type { Service } from "./service";
import { tagListOf, tagsOf } from "./tags";
import { textsOf } from "./texts";

const minute = 60_000;
/** Largest number of datapoints in a response to GetMetricStatistics. */
const mostDatapoints = 1_440;

/**
 * CloudWatch, for the run's metrics and alarms.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
 */
export function cloudwatch(world: World): Service {
  const { stack, state, resources } = world;
  const { store, alarms } = state.monitoring;

  const handlers: Handlers<typeof Client> = {
    PutMetricData({ Namespace = "", MetricData = [] }, call) {
      call.allow("cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": Namespace });
      if (!/^[^:].{0,254}$/s.test(Namespace) || Namespace.startsWith("AWS/"))
        throw invalidParameter(`The value ${Namespace} for parameter Namespace is invalid.`);
      for (const datum of MetricData) putDatum(Namespace, datum);
      return {};
    },

    ListMetrics({ Namespace, MetricName, Dimensions = [], NextToken }, call) {
      call.allow("cloudwatch:ListMetrics", "*");
      const found = store
        .metrics()
        .filter(
          ({ namespace, name, dimensions }) =>
            (Namespace === undefined || namespace === Namespace) &&
            (MetricName === undefined || name === MetricName) &&
            Dimensions.every((filter) => has(dimensions, filter)),
        );
      const { items, ...next } = pageOf(found, NextToken, 500, "InvalidParameterValueException");
      return {
        Metrics: items.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: dimensionList(dimensions),
        })),
        ...next,
      };
    },

    GetMetricStatistics(input, call) {
      call.allow("cloudwatch:GetMetricStatistics", "*");
      const { Period = 60, StartTime, EndTime, Statistics = [], ExtendedStatistics = [] } = input;
      const starts = startsOf(StartTime, EndTime, Period);
      if (starts.length > mostDatapoints)
        throw new AwsError(
          "InvalidParameterCombinationException",
          `You have requested up to ${starts.length} datapoints, which exceeds the limit of ${mostDatapoints}.`,
        );
      if (Statistics.length + ExtendedStatistics.length === 0)
        throw new AwsError(
          "InvalidParameterCombinationException",
          "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
        );
      const metric = metricOf(input.Namespace, input.MetricName, input.Dimensions);
      const series = new Map(
        [...Statistics, ...ExtendedStatistics].map((name) => [
          name,
          store.datapoints(metric, name, Period, starts),
        ]),
      );
      const Datapoints = starts.flatMap((start, index) => {
        const statistic = (name: string) => series.get(name)?.[index];
        const basic = Statistics.map((name) => [name, statistic(name)] as const);
        const extended = ExtendedStatistics.map((name) => [name, statistic(name)] as const);
        if ([...basic, ...extended].every(([, value]) => value === undefined)) return [];
        return [
          {
            Timestamp: new Date(start),
            ...Object.fromEntries(basic),
            ...(extended.length > 0 && {
              ExtendedStatistics: Object.fromEntries(extended) as Record<string, number>,
            }),
            Unit: "None" as const,
          },
        ];
      });
      return { Label: input.MetricName, Datapoints };
    },

    GetMetricData({ MetricDataQueries = [], StartTime, EndTime, ScanBy }, call) {
      call.allow("cloudwatch:GetMetricData", "*");
      const answered = answerMetricQueries(store, MetricDataQueries, StartTime, EndTime);
      const isAscending = ScanBy === "TimestampAscending";
      return {
        MetricDataResults: MetricDataQueries.filter(({ ReturnData = true }) => ReturnData).map((query) => {
          const { starts, values } = answered.get(query.Id ?? "") ?? { starts: [], values: [] };
          const points = starts.flatMap((start, index) => {
            const value = values[index];
            return value === undefined ? [] : [[new Date(start), value] as const];
          });
          if (!isAscending) points.reverse();
          return {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
            Timestamps: points.map(([time]) => time),
            Values: points.map(([, value]) => value),
            StatusCode: "Complete" as const,
          };
        }),
        Messages: [],
      };
    },

    ListTagsForResource({ ResourceARN = "" }, call) {
      call.allow("cloudwatch:ListTagsForResource", ResourceARN);
      const [, name = ""] = /:alarm:(.+)$/.exec(ResourceARN) ?? [];
      if (!stack.alarms.some((alarm) => alarm.name === name))
        throw new AwsError("ResourceNotFoundException", `${ResourceARN} does not exist`);
      return { Tags: tagListOf(tagsOf(world, "aws_cloudwatch_metric_alarm", "alarm_name", name)) };
    },

    DescribeAlarms({ AlarmNames, AlarmNamePrefix = "", StateValue, NextToken, MaxRecords = 50 }, call) {
      call.allow(
        "cloudwatch:DescribeAlarms",
        `arn:aws:cloudwatch:${stack.region}:${stack.accountId}:alarm:*`,
      );
      const all = stack.alarms.filter(
        ({ name }) =>
          (AlarmNames === undefined || AlarmNames.includes(name)) &&
          name.startsWith(AlarmNamePrefix) &&
          (StateValue === undefined || stateOf(name) === StateValue),
      );
      const { items, ...next } = pageOf(all, NextToken, MaxRecords, "InvalidNextToken");
      return { MetricAlarms: items.map(describeAlarm), CompositeAlarms: [], ...next };
    },

    ListDashboards(_input, call) {
      call.allow("cloudwatch:ListDashboards", "*");
      return {
        DashboardEntries: dashboards().map(({ dashboard_name: name, dashboard_body: body }) => ({
          DashboardName: name,
          DashboardArn: dashboardArn(name),
          Size: Buffer.byteLength(body),
        })),
      };
    },

    GetDashboard({ DashboardName = "" }, call) {
      call.allow("cloudwatch:GetDashboard", dashboardArn(DashboardName));
      const found = dashboards().find(({ dashboard_name: name }) => name === DashboardName);
      if (!found) throw new AwsError("ResourceNotFound", `Dashboard ${DashboardName} does not exist`);
      return {
        DashboardName,
        DashboardArn: dashboardArn(DashboardName),
        DashboardBody: found.dashboard_body,
      };
    },
  };

  function putDatum(namespace: string, datum: MetricDatum): void {
    const metric = metricOf(namespace, datum.MetricName, datum.Dimensions);
    const time = datum.Timestamp?.getTime() ?? Date.now();
    if (time < Date.now() - 14 * 24 * 60 * minute || time > Date.now() + 120 * minute)
      throw invalidParameter(
        "The parameter MetricData.member.Timestamp must be within two weeks before and two hours after now.",
      );
    const { StatisticValues: set, Values, Counts, Value } = datum;
    if (set)
      store.putAll(
        metric,
        {
          count: set.SampleCount ?? 0,
          sum: set.Sum ?? 0,
          minimum: set.Minimum ?? 0,
          maximum: set.Maximum ?? 0,
        },
        time,
      );
    else if (Values)
      store.putAll(
        metric,
        Values.map((value, index) => [value, Counts?.[index] ?? 1] as const),
        time,
      );
    else if (Value !== undefined) store.put(metric, Value, time);
    else
      throw invalidParameter(
        "At least one of the parameters Value, Values and StatisticValues must be specified.",
      );
  }

  const stateOf = (name: string) => alarms.find((one) => one.name === name)?.state ?? "INSUFFICIENT_DATA";

  function describeAlarm(alarm: MetricAlarm) {
    const state = stateOf(alarm.name);
    const watched = alarm.queries.find(({ id }) => id === alarm.watches);
    const single = alarm.queries.length === 1 && watched && "metric" in watched ? watched : undefined;
    return {
      AlarmName: alarm.name,
      AlarmArn: `arn:aws:cloudwatch:${stack.region}:${stack.accountId}:alarm:${alarm.name}`,
      AlarmDescription: alarm.description,
      ActionsEnabled: true,
      OKActions: [...(alarm.actions?.OK ?? [])],
      AlarmActions: [...(alarm.actions?.ALARM ?? [])],
      InsufficientDataActions: [...(alarm.actions?.INSUFFICIENT_DATA ?? [])],
      StateValue: state,
      StateReason: state === "INSUFFICIENT_DATA" ? "Insufficient Data" : `Threshold: ${state}`,
      EvaluationPeriods: alarm.evaluationPeriods,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      Threshold: alarm.threshold,
      ComparisonOperator: alarm.comparison,
      TreatMissingData: alarm.treatMissingData,
      ...(single
        ? {
            Namespace: single.metric.namespace,
            MetricName: single.metric.name,
            Dimensions: dimensionList(single.metric.dimensions),
            Statistic: single.statistic as "Sum",
            Period: alarm.periodSeconds,
          }
        : {
            Metrics: alarm.queries.map((query) => ({
              Id: query.id,
              ReturnData: query.id === alarm.watches,
              ...("metric" in query
                ? {
                    MetricStat: {
                      Metric: {
                        Namespace: query.metric.namespace,
                        MetricName: query.metric.name,
                        Dimensions: dimensionList(query.metric.dimensions),
                      },
                      Period: alarm.periodSeconds,
                      Stat: query.statistic,
                    },
                  }
                : { Expression: query.expression }),
            })),
          }),
    };
  }

  const dashboardArn = (name: string) => `arn:aws:cloudwatch::${stack.accountId}:dashboard/${name}`;
  const dashboards = () =>
    // Dashboards that cannot be resolved locally are left out. They are reported at the start.
    textsOf(resources("aws_cloudwatch_dashboard"), ["dashboard_name", "dashboard_body"]);
  return { handlers };
}

const dimensionList = (dimensions: Metric["dimensions"]): Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

const has = (dimensions: Metric["dimensions"], { Name = "", Value }: DimensionFilter): boolean =>
  dimensions[Name] !== undefined && (Value === undefined || dimensions[Name] === Value);

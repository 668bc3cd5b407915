import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { World } from "@streaming-data-lake/aws";
import { AwsError } from "@streaming-data-lake/aws/protocol/errors";
import { answerMetricQueries } from "@streaming-data-lake/aws/services/metric-data";
import { textsOf } from "@streaming-data-lake/aws/services/texts";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import type { DashboardState, MetricQuery, MetricSeries, Widget } from "../api";
import { Refused } from "../server/refused";

/** Time range that CloudWatch's console shows by default. Minutes. */
const shownMinutes = 180;

/** The stack's dashboards: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export function dashboardsOf({ resources }: World): readonly DashboardState[] {
  const texts = textsOf(resources("aws_cloudwatch_dashboard"), ["dashboard_name", "dashboard_body"]);
  return texts.map(({ dashboard_name: name, dashboard_body: body }) => ({ name, widgets: widgetsIn(body) }));
}

function widgetsIn(body: string): readonly Widget[] {
  const document = jsonValueOf(body);
  const widgets = isObject(document) && Array.isArray(document.widgets) ? document.widgets : [];
  return widgets.filter(isObject).map((widget) => {
    const properties = isObject(widget.properties) ? widget.properties : {};
    const type = ["metric", "text", "alarm"].find((one) => one === widget.type) ?? "other";
    const common = {
      x: Number(widget.x ?? 0),
      y: Number(widget.y ?? 0),
      width: Number(widget.width ?? 6),
      height: Number(widget.height ?? 6),
      title: textOf(properties.title),
    };
    if (type === "text") return { ...common, type, markdown: textOf(properties.markdown) };
    if (type === "alarm") return { ...common, type, alarms: alarmNames(properties.alarms) };
    if (type !== "metric") return { ...common, type: "other" };
    return {
      ...common,
      type,
      view: viewOf(properties.view),
      stacked: properties.stacked === true,
      query: { queries: queriesOf(properties), minutes: shownMinutes },
      annotations: annotationsOf(properties.annotations),
    };
  });
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const alarmNames = (arns: unknown): readonly string[] =>
  Array.isArray(arns) ? arns.map((arn) => String(arn).replace(/^.*:alarm:/, "")) : [];

const views = ["timeSeries", "singleValue", "bar", "gauge", "pie"] as const;
const viewOf = (view: unknown): (typeof views)[number] => views.find((one) => one === view) ?? "timeSeries";

function annotationsOf(given: unknown): NonNullable<Widget["annotations"]> {
  const horizontal = isObject(given) && Array.isArray(given.horizontal) ? given.horizontal : [];
  return horizontal
    .flat()
    .filter(isObject)
    .map(({ label, value }) => ({ label: textOf(label), value: Number(value) }))
    .filter(({ value }) => Number.isFinite(value));
}

/**
 * A widget's metrics as queries. In a metric's array, `.` repeats the value at the same position of the metric before
 * it, and `...` repeats as many of that metric's values as are left out.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metrics-Array-Format
 */
function queriesOf({ metrics, period, stat }: Readonly<Record<string, unknown>>): readonly MetricDataQuery[] {
  let before: readonly string[] = [];
  return (Array.isArray(metrics) ? metrics : []).flatMap((metric, at): MetricDataQuery[] => {
    if (!Array.isArray(metric)) return [];
    const last: unknown = metric.at(-1);
    const options: Readonly<Record<string, unknown>> = isObject(last) ? last : {};
    const names = metric.filter((part) => typeof part === "string");
    const Id = textOf(options.id) || `q${at}`;
    const shown = { ReturnData: options.visible !== false };
    const label = textOf(options.label);
    if (typeof options.expression === "string")
      return [{ Id, Expression: options.expression, Label: label || options.expression, ...shown }];
    before = filled(names, before);
    const [Namespace = "", MetricName = "", ...pairs] = before;
    const Dimensions = pairs.flatMap((name, index) =>
      index % 2 === 0 ? [{ Name: name, Value: pairs[index + 1] ?? "" }] : [],
    );
    return [
      {
        Id,
        Label: label || MetricName,
        MetricStat: {
          Metric: { Namespace, MetricName, Dimensions },
          Period: Number(options.period ?? period ?? 300),
          Stat: textOf(options.stat) || textOf(stat) || "Average",
        },
        ...shown,
      },
    ];
  });
}

function filled(names: readonly string[], before: readonly string[]): readonly string[] {
  const rest = names.indexOf("...");
  const whole =
    rest < 0 ? names : [...before.slice(0, before.length - (names.length - 1)), ...names.slice(1)];
  return whole.map((name, at) => (name === "." ? (before[at] ?? name) : name));
}

/** Values of the metrics that this run has measured. @throws Refused 400 */
export function metricsOf({ state }: World, { queries, minutes }: MetricQuery): readonly MetricSeries[] {
  const asked = queries as readonly MetricDataQuery[];
  const now = Date.now();
  try {
    const answered = answerMetricQueries(
      state.monitoring.store,
      asked,
      new Date(now - minutes * 60_000),
      new Date(now),
    );
    return asked
      .filter(({ ReturnData = true }) => ReturnData)
      .map((query) => {
        const { Id = "", Label, MetricStat } = query;
        const { starts, values } = answered.get(Id) ?? { starts: [], values: [] };
        return {
          id: Id,
          label: Label ?? MetricStat?.Metric?.MetricName ?? Id,
          times: starts,
          values: starts.map((_, at) => values[at] ?? null),
        };
      });
  } catch (error) {
    if (error instanceof AwsError) throw new Refused(400, error.message);
    throw error;
  }
}

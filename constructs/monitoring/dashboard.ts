import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Fn, Lazy } from "cdktf";
import { Construct } from "constructs";
import { Problems } from "../core/problems";
import { list, record, shaped, text } from "../core/shape";
import { claimName } from "../core/unique-names";
import { type Metric, metricShape } from "./metric";

export interface DashboardProps {
  /** Name of the dashboard: 1-255 letters, digits and `_-`. */
  readonly name: string;
  readonly region: string;
}

const columns = 24;
const height = 6;

/**
 * A dashboard of rows. Each row has a title and graphs side by side. Rows can be added until the app is synthesized.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export class Dashboard extends Construct {
  readonly dashboard: CloudwatchDashboard;

  private readonly widgets: object[] = [];
  private readonly region: string;
  private y = 0;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    props = shaped(this, props, { name: text, region: text });
    this.region = props.region;
    checkDashboardName(this, "name", props.name);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
    claimName(this, "dashboard", "name", props.name, { reach: "account" });
    this.dashboard = new CloudwatchDashboard(this, "dashboard", {
      dashboardName: props.name,
      dashboardBody: Lazy.stringValue({ produce: () => Fn.jsonencode({ widgets: this.widgets }) }),
    });
  }

  /** Adds a row below the others, with at most six graphs, given by their titles. */
  addRow(title: string, graphs: Readonly<Record<string, readonly Metric[]>>): void {
    shaped(this, { title, graphs }, { title: text, graphs: record(list(metricShape)) });
    this.widgets.push({
      type: "text",
      x: 0,
      y: this.y,
      width: columns,
      height: 1,
      properties: { markdown: `## ${title}` },
    });
    const width = Math.floor(columns / Object.keys(graphs).length);
    for (const [index, [name, metrics]] of Object.entries(graphs).entries())
      this.widgets.push({
        type: "metric",
        x: index * width,
        y: this.y + 1,
        width,
        height,
        properties: {
          title: name,
          region: this.region,
          view: "timeSeries",
          metrics: metrics.map(plotted),
        },
      });
    this.y += 1 + height;
  }
}

/** Reports what is wrong with a dashboard's name, only once, where it is given first. */
export function checkDashboardName(scope: Construct, prop: string, name: string | undefined): void {
  Problems.checkOnce(scope, `dashboard ${name}`, (problems) =>
    problems.name(prop, name, /^[a-zA-Z0-9_-]{1,255}$/, "1-255 letters, digits and _-"),
  );
}

function plotted(metric: Metric): unknown[] {
  const { namespace, metricName, dimensions, statistic, periodSeconds = 60, label = metricName } = metric;
  return [
    namespace,
    metricName,
    ...Object.entries(dimensions).flat(),
    { stat: statistic, period: periodSeconds, label },
  ];
}

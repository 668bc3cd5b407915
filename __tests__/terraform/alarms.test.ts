import { beforeEach, describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const load = (alarm: object) =>
  loadStack(writeStack(folder, { more: { aws_cloudwatch_metric_alarm: { a: alarm } } }));

const alarm = {
  alarm_name: "throttled",
  comparison_operator: "GreaterThanOrEqualToThreshold",
  evaluation_periods: 5,
  threshold: 1,
};
const metric = {
  namespace: "AWS/Kinesis",
  metric_name: "WriteProvisionedThroughputExceeded",
  dimensions: { StreamName: "${aws_kinesis_stream.readings.name}" },
};

describe("an alarm", () => {
  it("on one metric has the metric with its dimensions resolved, and AWS's defaults", () => {
    expect(load({ ...alarm, ...metric, statistic: "Sum", period: 300 }).alarms).toEqual([
      {
        address: "aws_cloudwatch_metric_alarm.a",
        name: "throttled",
        description: "",
        comparison: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        evaluationPeriods: 5,
        datapointsToAlarm: 5,
        treatMissingData: "missing",
        periodSeconds: 300,
        queries: [
          {
            id: "metric",
            metric: {
              namespace: "AWS/Kinesis",
              name: "WriteProvisionedThroughputExceeded",
              dimensions: { StreamName: "lab-test-readings" },
            },
            statistic: "Sum",
          },
        ],
        watches: "metric",
      },
    ]);
  });

  it("on metric math watches the query that returns data", () => {
    const queries = [
      { id: "share", expression: "m1 / 100", return_data: true },
      { id: "m1", metric: { ...metric, stat: "p99", period: 120 } },
    ];
    const [read] = load({ ...alarm, metric_query: queries }).alarms;
    expect(read).toMatchObject({
      watches: "share",
      periodSeconds: 120,
      queries: [
        { id: "share", expression: "m1 / 100" },
        { id: "m1", statistic: "p99" },
      ],
    });
  });

  it("on an anomaly is named as not evaluated, and the others are read", () => {
    const stack = load({ ...alarm, comparison_operator: "LessThanLowerOrGreaterThanUpperThreshold" });
    expect(stack.alarms).toEqual([]);
    expect(stack.unsupported).toContainEqual(
      "aws_cloudwatch_metric_alarm.a: the comparison LessThanLowerOrGreaterThanUpperThreshold is not evaluated here",
    );
  });

  it("names its actions other than notifying topics", () => {
    const actions = ["arn:aws:sns:eu-west-1:000000000000:t", "arn:aws:automate:eu-west-1:ec2:reboot"];
    const stack = load({ ...alarm, ...metric, statistic: "Sum", alarm_actions: actions });
    expect(stack.unsupported).toEqual([
      "aws_cloudwatch_metric_alarm.a: its action arn:aws:automate:eu-west-1:ec2:reboot is not run here: only topics are notified",
    ]);
  });

  it("with a misspelt treatment of missing data is refused by its place", () => {
    expect(() => load({ ...alarm, ...metric, statistic: "Sum", treat_missing_data: "notbreaching" })).toThrow(
      "aws_cloudwatch_metric_alarm.a: treat_missing_data: must be one of missing, ignore, breaching, notBreaching",
    );
  });
});

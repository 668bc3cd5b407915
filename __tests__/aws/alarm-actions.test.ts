import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { TestEndpoint } from "./fixtures/endpoint";

const topic = "arn:aws:sns:eu-west-1:000000000000:alerts";
const mayPublish = (sid: string, service: string, action: string, resource: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: sid, Effect: "Allow", Principal: { Service: service }, Action: action, Resource: resource },
    ],
  });
const alarm = (name: string, more: object) => ({
  alarm_name: name,
  alarm_description: "too hot",
  namespace: "lab",
  metric_name: "Hot",
  dimensions: { Place: "roof" },
  statistic: "Maximum",
  period: 60,
  evaluation_periods: 1,
  threshold: 30,
  comparison_operator: "GreaterThanThreshold",
  ...more,
});

const start = () =>
  TestEndpoint.start({
    handler: `exports.handler = async ({ Records: [{ Sns }] }) => console.log("told " + JSON.stringify(Sns));`,
    more: {
      aws_sqs_queue: {
        told: {
          name: "told",
          policy: mayPublish(
            "topic",
            "sns.amazonaws.com",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:000000000000:told",
          ),
        },
      },
      aws_sns_topic: {
        alerts: {
          name: "alerts",
          policy: mayPublish("alarms", "cloudwatch.amazonaws.com", "sns:Publish", topic),
        },
      },
      aws_lambda_permission: {
        topic: {
          function_name: "${aws_lambda_function.process.function_name}",
          principal: "sns.amazonaws.com",
          action: "lambda:InvokeFunction",
          source_arn: "${aws_sns_topic.alerts.arn}",
        },
      },
      aws_sns_topic_subscription: {
        queue: { topic_arn: topic, protocol: "sqs", endpoint: "${aws_sqs_queue.told.arn}" },
        fn: { topic_arn: topic, protocol: "lambda", endpoint: "${aws_lambda_function.process.arn}" },
      },
      aws_cloudwatch_metric_alarm: {
        hot: alarm("too hot", { alarm_actions: [topic], ok_actions: [topic] }),
        silent: alarm("silent", { alarm_actions: [topic], actions_enabled: false }),
        cold: alarm("cold", { ok_actions: [topic], alarm_actions: [] }),
      },
    },
  });

it("an alarm's topic tells its queues and functions of it, in CloudWatch's words", async () => {
  const run = await start();
  const cloudwatch = new CloudWatch(run.client);
  await cloudwatch.putMetricData({
    Namespace: "lab",
    MetricData: [{ MetricName: "Hot", Dimensions: [{ Name: "Place", Value: "roof" }], Value: 31.5 }],
  });
  const sqs = new SQS(run.client);
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName: "told" });
  const { Messages = [] } = await sqs.receiveMessage({
    QueueUrl,
    WaitTimeSeconds: 10,
    MaxNumberOfMessages: 10,
  });
  expect(Messages).toHaveLength(1);
  const notification = JSON.parse(Messages[0]?.Body ?? "");
  expect(notification).toMatchObject({
    Type: "Notification",
    TopicArn: topic,
    Subject: 'ALARM: "too hot" in EU (Ireland)',
  });
  expect(notification).not.toHaveProperty("MessageAttributes");
  expect(JSON.parse(notification.Message)).toEqual({
    AlarmName: "too hot",
    AlarmDescription: "too hot",
    AWSAccountId: "000000000000",
    AlarmConfigurationUpdatedTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}\+0000$/),
    NewStateValue: "ALARM",
    NewStateReason: expect.stringMatching(
      /^Threshold Crossed: 1 out of the last 1 datapoints \[31\.5 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than the threshold \(30\.0\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
    ),
    StateChangeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}\+0000$/),
    Region: "EU (Ireland)",
    AlarmArn: "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:too hot",
    OldStateValue: "INSUFFICIENT_DATA",
    OKActions: [topic],
    AlarmActions: [topic],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: "Hot",
      Namespace: "lab",
      StatisticType: "Statistic",
      Statistic: "MAXIMUM",
      Unit: null,
      Dimensions: [{ value: "roof", name: "Place" }],
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 30,
      TreatMissingData: "missing",
      EvaluateLowSampleCountPercentile: "",
    },
  });
  const log = join(run.runner.dir, "logs", "lab-test-process.log");
  await expect.poll(() => readFileSync(log, "utf8"), { timeout: 5_000 }).toContain("told ");
  const [, sns = ""] = /told (.*)/.exec(readFileSync(log, "utf8")) ?? [];
  expect(JSON.parse(sns)).toMatchObject({
    Subject: notification.Subject,
    Message: notification.Message,
    MessageAttributes: {},
    UnsubscribeUrl: expect.stringContaining("Action=Unsubscribe"),
  });
});

it("in report mode a topic reaches what its policies do not let it reach, and what AWS would deny is said once", async () => {
  const run = await TestEndpoint.start(
    {
      more: {
        aws_sqs_queue: { told: { name: "told" } },
        aws_sns_topic: {
          alerts: { name: "alerts", policy: mayPublish("x", "s3.amazonaws.com", "sns:Publish", topic) },
        },
        aws_sns_topic_subscription: {
          queue: {
            topic_arn: topic,
            protocol: "sqs",
            endpoint: "${aws_sqs_queue.told.arn}",
            raw_message_delivery: true,
          },
        },
        aws_cloudwatch_metric_alarm: { hot: alarm("hot", { alarm_actions: [topic] }) },
      },
    },
    { iam: "report" },
  );
  await new CloudWatch(run.client).putMetricData({
    Namespace: "lab",
    MetricData: [{ MetricName: "Hot", Dimensions: [{ Name: "Place", Value: "roof" }], Value: 31.5 }],
  });
  const sns = new SNS(run.client);
  for (const Message of ["one", "two"]) await sns.publish({ TopicArn: topic, Message });
  const sqs = new SQS(run.client);
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName: "told" });
  const bodies: (string | undefined)[] = [];
  while (bodies.length < 3) {
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl,
      WaitTimeSeconds: 10,
      MaxNumberOfMessages: 10,
    });
    if (Messages.length === 0) break;
    bodies.push(...Messages.map(({ Body }) => Body));
  }
  expect(bodies).toEqual(
    expect.arrayContaining([expect.stringContaining('"AlarmName":"hot"'), "one", "two"]),
  );
  const denied = run.troubles.filter((one) => one.startsWith("AWS would deny"));
  expect(denied.sort()).toEqual([
    expect.stringContaining("cloudwatch.amazonaws.com is not authorized to perform: sns:Publish"),
    expect.stringContaining("sns.amazonaws.com is not authorized to perform: sqs:SendMessage"),
  ]);
});

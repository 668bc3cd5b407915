import { describe, expect, it } from "vitest";
import { Monitoring } from "../../../local/runner/cloudwatch/monitoring";
import { deliveryCounters } from "../../../local/runner/counters";
import { countersOf } from "../fixtures/counters";
import { TestRun } from "../fixtures/harness";

const alarm = (name: string, namespace: string, metric: string, dimensions: object, more: object = {}) => ({
  alarm_name: name,
  namespace,
  metric_name: metric,
  dimensions,
  statistic: "Sum",
  period: 60,
  evaluation_periods: 1,
  threshold: 1,
  comparison_operator: "GreaterThanOrEqualToThreshold",
  treat_missing_data: "notBreaching",
  ...more,
});

const handler = `
exports.handler = async ({ Records }) => {
  const readings = Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
  if (readings.some((text) => text.includes("broken"))) throw new Error("broken");
  console.log(JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
      { Namespace: "lab", Dimensions: [[]], Metrics: [{ Name: "Hot", Unit: "Count" }] }] },
    Hot: readings.filter((text) => text.includes("hot")).length }));
};`;

const alarms = {
  aws_cloudwatch_metric_alarm: {
    hot: alarm("hot", "lab", "Hot", {}),
    errors: alarm("errors", "AWS/Lambda", "Errors", { FunctionName: "lab-test-process" }),
    letters: alarm(
      "letters",
      "AWS/SQS",
      "ApproximateNumberOfMessagesVisible",
      { QueueName: "lab-test-failures" },
      { statistic: "Maximum" },
    ),
    throttles: alarm("throttles", "AWS/Kinesis", "WriteProvisionedThroughputExceeded", {
      StreamName: "lab-test-readings",
    }),
  },
};

describe("the alarms of a stack", () => {
  it("go off by metrics in functions' logs, and only those that should", async () => {
    const rung: string[] = [];
    const run = await TestRun.start({ more: alarms, handler }, { onAlarm: (line) => rung.push(line) });
    await run.put(['{"sensor_id":"hot"}\n', '{"sensor_id":"hot"}\n', '{"sensor_id":"cold"}\n']);
    await run.finish();
    expect(rung).toEqual(["ALARM hot: 2 >= 1"]);
    expect(run.runner.counters.alarms.map(({ name, state }) => [name, state])).toEqual([
      ["hot", "ALARM"],
      ["errors", "OK"],
      ["letters", "OK"],
      ["throttles", "OK"],
    ]);
  });

  it("ring on a function's errors and on its dead letters", async () => {
    const rung: string[] = [];
    const run = await TestRun.start({ more: alarms, handler }, { onAlarm: (line) => rung.push(line) });
    await run.put(["broken\n"]);
    await run.finish();
    expect(rung.sort()).toEqual([expect.stringMatching(/^ALARM errors: /), "ALARM letters: 1 >= 1"]);
  });
});

describe("an alarm on the delivery's freshness", () => {
  it("rings while a record waits too long in a buffer, and ends once it is written", () => {
    const rung: string[] = [];
    let now = Date.parse("2024-01-15T12:00:00Z");
    const monitoring = new Monitoring({
      alarms: [
        {
          address: "a",
          name: "fresh",
          description: "",
          comparison: "GreaterThanThreshold",
          threshold: 300,
          evaluationPeriods: 1,
          datapointsToAlarm: 1,
          treatMissingData: "notBreaching",
          periodSeconds: 60,
          queries: [
            {
              id: "m",
              metric: {
                namespace: "AWS/Firehose",
                name: "DeliveryToS3.DataFreshness",
                dimensions: { DeliveryStreamName: "d" },
              },
              statistic: "Maximum",
            },
          ],
          watches: "m",
        },
      ],
      functions: [],
      onAlarm: (line) => rung.push(line),
      now: () => now,
    });
    const buffer = {
      kind: "destination" as const,
      records: 1,
      bytes: 10,
      limitBytes: 100,
      limitMilliseconds: 60_000,
      since: now,
      undeliveredSince: now as number | undefined,
    };
    const counters = countersOf({ deliveries: [deliveryCounters("d", "s", [buffer])] });
    monitoring.evaluate(counters);
    now += 301_000;
    monitoring.evaluate(counters);
    buffer.undeliveredSince = undefined;
    now += 120_000 * 2;
    monitoring.evaluate(counters);
    expect(rung).toEqual(["ALARM fresh: 301 > 300", "OK fresh"]);
  });
});

import type { Metric, MetricAlarm, Stack } from "@streaming-data-lake/terraform/types";

/** The dimension that identifies the resource, for the metrics of each service. */
const dimensions: Readonly<Record<string, string>> = {
  "AWS/Kinesis": "StreamName",
  "AWS/Lambda": "FunctionName",
  "AWS/Firehose": "DeliveryStreamName",
  "AWS/SQS": "QueueName",
  "AWS/SNS": "TopicName",
  "AWS/Athena": "WorkGroup",
  "AWS/Scheduler": "ScheduleGroup",
};

/** Addresses of the resources that an alarm watches. Custom metrics are attributed to all functions of the stack. */
export function watchedBy(alarm: MetricAlarm, stack: Stack): readonly string[] {
  const metrics = alarm.queries.flatMap((query) => ("metric" in query ? [query.metric] : []));
  return [...new Set(metrics.flatMap((metric) => sourcesOf(metric, stack)))];
}

function sourcesOf({ namespace, dimensions: given }: Metric, stack: Stack): readonly string[] {
  const name = given[dimensions[namespace] ?? ""];
  const named = (resources: readonly { readonly name: string; readonly address: string }[]) =>
    resources.filter((one) => one.name === name).map(({ address }) => address);
  switch (namespace) {
    case "AWS/Kinesis":
      return named(stack.streams);
    case "AWS/Lambda":
      return named(stack.functions);
    case "AWS/Firehose":
      return named(stack.deliveryStreams);
    case "AWS/SQS":
      return named(stack.access.queues);
    case "AWS/SNS":
      return named(stack.access.topics);
    case "AWS/Athena":
      return named(stack.access.workgroups);
    case "AWS/Scheduler":
      return stack.schedules.filter(({ group = "default" }) => group === name).map(({ address }) => address);
    default:
      return namespace.startsWith("AWS/") ? [] : stack.functions.map(({ address }) => address);
  }
}

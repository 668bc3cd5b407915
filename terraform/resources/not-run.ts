import type { StackReader } from "../reader";

/** Resources that would move or start something on AWS, and do nothing here; by type, with what does not come of them. */
const idle: Readonly<Record<string, string>> = {
  aws_cloudwatch_composite_alarm: "composite alarms are not evaluated here",
  aws_cloudwatch_event_target: "EventBridge sends nothing here, so that its target is not reached",
  aws_cloudwatch_log_metric_filter: "no metric is made of log lines here",
  aws_cloudwatch_log_subscription_filter: "log lines are not sent on here",
  aws_cloudwatch_metric_stream: "metrics are not streamed here",
  aws_dynamodb_kinesis_streaming_destination: "a table's changes do not reach the stream here",
  aws_glue_crawler: "nothing is crawled here: its tables are not there",
  aws_glue_job: "Glue jobs are not run here",
  aws_glue_trigger: "Glue triggers start nothing here",
  aws_iot_topic_rule: "nothing comes from IoT here",
  aws_kinesis_analytics_application: "Kinesis Analytics is not run here",
  aws_kinesisanalyticsv2_application: "Flink is not run here",
  aws_lambda_function_url: "the function's URL is not answered here",
  aws_pipes_pipe: "pipes are not run here",
  aws_sfn_state_machine: "state machines are not run here",
};

/** Names what has no reader of its own and is not passed over. */
export function nameNotRun(reader: StackReader): void {
  for (const { address, type } of reader.document.resources.values()) {
    const why = Object.hasOwn(idle, type) ? idle[type] : undefined;
    if (why !== undefined) reader.skip(address, why);
  }
  reader.each(reader.of("aws_s3_bucket_notification"), (notification) => {
    const told = ["lambda_function", "queue", "topic"].filter((name) => notification.has(name));
    if (told.length > 0)
      reader.skip(
        notification.address,
        `S3 sends no notifications of objects here: not to its ${told.join(", nor to its ")}`,
      );
  });
}

import type { StackReader } from "../reader";

/**
 * Types of resources that would move data or start something on AWS but do nothing here, with the effect that is
 * missing.
 */
const idle: Readonly<Record<string, string>> = {
  aws_api_gateway_integration: "nothing comes by API Gateway here",
  aws_apigatewayv2_integration: "nothing comes by API Gateway here",
  aws_appflow_flow: "AppFlow moves nothing here",
  aws_appsync_datasource: "nothing comes by AppSync here",
  aws_autoscaling_group: "no instances are started here",
  aws_batch_job_definition: "Batch runs no jobs here",
  aws_cloudtrail: "CloudTrail writes nothing here",
  aws_cloudwatch_composite_alarm: "composite alarms are not evaluated here",
  aws_cloudwatch_event_target: "EventBridge sends nothing here, so its target is not reached",
  aws_cloudwatch_log_destination: "log lines are not sent on here",
  aws_cloudwatch_log_metric_filter: "no metric is made of log lines here",
  aws_cloudwatch_log_subscription_filter: "log lines are not sent on here",
  aws_cloudwatch_metric_stream: "metrics are not streamed here",
  aws_connect_instance_storage_config: "nothing comes from Connect here",
  aws_datasync_task: "DataSync copies nothing here",
  aws_dms_replication_task: "nothing is replicated by DMS here",
  aws_dynamodb_kinesis_streaming_destination: "a table's changes do not reach the stream here",
  aws_ecs_service: "no containers are started here",
  aws_ecs_task_definition: "no containers are started here",
  aws_emr_cluster: "EMR is not run here",
  aws_emrserverless_application: "EMR is not run here",
  aws_flow_log: "there is no flow to log here",
  aws_glue_crawler: "nothing is crawled here: its tables are not there",
  aws_glue_job: "Glue jobs are not run here",
  aws_glue_trigger: "Glue triggers start nothing here",
  aws_instance: "no instances are started here",
  aws_iot_topic_rule: "nothing comes from IoT here",
  aws_kinesis_analytics_application: "Kinesis Analytics is not run here",
  aws_kinesisanalyticsv2_application: "Flink is not run here",
  aws_lambda_function_url: "the function's URL is not answered here",
  aws_mskconnect_connector: "connectors are not run here",
  aws_pinpoint_event_stream: "nothing comes from Pinpoint here",
  aws_pipes_pipe: "pipes are not run here",
  aws_s3_bucket_replication_configuration: "no objects are replicated here",
  aws_ses_event_destination: "nothing comes from SES here",
  aws_sesv2_configuration_set_event_destination: "nothing comes from SES here",
  aws_sfn_state_machine: "state machines are not run here",
  aws_wafv2_web_acl_logging_configuration: "nothing comes from WAF here",
};

/** Reports the resources that are not run here, unless they can be ignored. */
export function nameNotRun(reader: StackReader): void {
  for (const [type, why] of Object.entries(idle))
    for (const { address } of reader.blocksOf(type)) reader.skip(address, why);
  reader.each(reader.blocksOf("aws_s3_bucket_notification"), (notification) => {
    const told = ["lambda_function", "queue", "topic"].filter((name) => notification.has(name));
    if (told.length > 0)
      reader.skip(
        notification.address,
        `S3 sends no notifications of objects here: not to its ${told.join(", nor to its ")}`,
      );
  });
}

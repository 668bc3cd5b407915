import { AthenaClient, ListNamedQueriesCommand, ListWorkGroupsCommand } from "@aws-sdk/client-athena";
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { FirehoseClient, ListDeliveryStreamsCommand } from "@aws-sdk/client-firehose";
import { GetDatabasesCommand, GlueClient } from "@aws-sdk/client-glue";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const testing: Credentials = { accessKeyId: "testing", secretAccessKey: "testing" };

/** A client of each service that the stack has resources in, sent to one endpoint. */
export function awsClients(endpoint: string, credentials = testing) {
  const config = {
    endpoint,
    region: "us-east-1",
    credentials,
    requestHandler: new NodeHttpHandler(),
  };
  return {
    athena: new AthenaClient(config),
    cloudwatch: new CloudWatchClient(config),
    firehose: new FirehoseClient(config),
    glue: new GlueClient(config),
    iam: new IAMClient(config),
    kinesis: new KinesisClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" }),
    scheduler: new SchedulerClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
}

export type AwsClients = ReturnType<typeof awsClients>;

/** Names or ARNs of everything of the project that a server holds, whatever the service. */
export async function everythingOf(project: string, aws: AwsClients): Promise<string[]> {
  const lists = await Promise.all([
    aws.athena.send(new ListWorkGroupsCommand({})).then((r) => r.WorkGroups?.map((w) => w.Name)),
    aws.athena
      .send(new ListNamedQueriesCommand({}))
      .then((r) => r.NamedQueryIds?.map((id) => `${project} query ${id}`)),
    aws.cloudwatch.send(new DescribeAlarmsCommand({})).then((r) => r.MetricAlarms?.map((a) => a.AlarmName)),
    aws.cloudwatch
      .send(new ListDashboardsCommand({}))
      .then((r) => r.DashboardEntries?.map((d) => d.DashboardName)),
    aws.firehose.send(new ListDeliveryStreamsCommand({})).then((r) => r.DeliveryStreamNames),
    aws.glue.send(new GetDatabasesCommand({})).then((r) => r.DatabaseList?.map((d) => d.Name)),
    aws.iam.send(new ListRolesCommand({})).then((r) => r.Roles?.map((role) => role.RoleName)),
    aws.kinesis.send(new ListStreamsCommand({})).then((r) => r.StreamNames),
    aws.lambda.send(new ListFunctionsCommand({})).then((r) => r.Functions?.map((f) => f.FunctionName)),
    aws.lambda
      .send(new ListEventSourceMappingsCommand({}))
      .then((r) => r.EventSourceMappings?.map((m) => m.FunctionArn)),
    aws.logs.send(new DescribeLogGroupsCommand({})).then((r) => r.logGroups?.map((g) => g.logGroupName)),
    aws.s3.send(new ListBucketsCommand({})).then((r) => r.Buckets?.map((b) => b.Name)),
    aws.scheduler.send(new ListSchedulesCommand({})).then((r) => r.Schedules?.map((s) => s.Name)),
    aws.sns.send(new ListTopicsCommand({})).then((r) => r.Topics?.map((t) => t.TopicArn)),
    aws.sqs.send(new ListQueuesCommand({})).then((r) => r.QueueUrls),
  ]);
  const ours = new RegExp(project.replaceAll("-", "[-_]"));
  return lists
    .flatMap((list) => list ?? [])
    .filter((name): name is string => name !== undefined && ours.test(name));
}

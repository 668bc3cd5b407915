import { Athena } from "@aws-sdk/client-athena";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Firehose } from "@aws-sdk/client-firehose";
import { Glue } from "@aws-sdk/client-glue";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
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
    athena: new Athena(config),
    cloudwatch: new CloudWatch(config),
    firehose: new Firehose(config),
    glue: new Glue(config),
    iam: new IAM(config),
    kinesis: new Kinesis(config),
    lambda: new Lambda(config),
    logs: new CloudWatchLogs(config),
    s3: new S3({ ...config, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" }),
    scheduler: new Scheduler(config),
    sns: new SNS(config),
    sqs: new SQS(config),
  };
}

export type AwsClients = ReturnType<typeof awsClients>;

/** Names or ARNs of everything of the project that a server holds, whatever the service. */
export async function everythingOf(project: string, aws: AwsClients): Promise<string[]> {
  const lists = await Promise.all([
    aws.athena.listWorkGroups({}).then((r) => r.WorkGroups?.map((w) => w.Name)),
    aws.athena.listNamedQueries({}).then((r) => r.NamedQueryIds?.map((id) => `${project} query ${id}`)),
    aws.cloudwatch.describeAlarms({}).then((r) => r.MetricAlarms?.map((a) => a.AlarmName)),
    aws.cloudwatch.listDashboards({}).then((r) => r.DashboardEntries?.map((d) => d.DashboardName)),
    aws.firehose.listDeliveryStreams({}).then((r) => r.DeliveryStreamNames),
    aws.glue.getDatabases({}).then((r) => r.DatabaseList?.map((d) => d.Name)),
    aws.iam.listRoles({}).then((r) => r.Roles?.map((role) => role.RoleName)),
    aws.kinesis.listStreams({}).then((r) => r.StreamNames),
    aws.lambda.listFunctions({}).then((r) => r.Functions?.map((f) => f.FunctionName)),
    aws.lambda.listEventSourceMappings({}).then((r) => r.EventSourceMappings?.map((m) => m.FunctionArn)),
    aws.logs.describeLogGroups({}).then((r) => r.logGroups?.map((g) => g.logGroupName)),
    aws.s3.listBuckets({}).then((r) => r.Buckets?.map((b) => b.Name)),
    aws.scheduler.listSchedules({}).then((r) => r.Schedules?.map((s) => s.Name)),
    aws.sns.listTopics({}).then((r) => r.Topics?.map((t) => t.TopicArn)),
    aws.sqs.listQueues({}).then((r) => r.QueueUrls),
  ]);
  const ours = new RegExp(project.replaceAll("-", "[-_]"));
  return lists
    .flatMap((list) => list ?? [])
    .filter((name): name is string => name !== undefined && ours.test(name));
}

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { kinesisClient } from "../../local/runner/stream/client";
import { TestEndpoint } from "./fixtures/endpoint";

const shared = TestEndpoint.shared({
  more: {
    aws_cloudwatch_metric_alarm: {
      hot: {
        alarm_name: "hot",
        namespace: "lab",
        metric_name: "Temperature",
        statistic: "Maximum",
        comparison_operator: "GreaterThanThreshold",
        threshold: 30,
        evaluation_periods: 1,
        period: 60,
      },
    },
    aws_scheduler_schedule: {
      hourly: {
        name: "hourly",
        schedule_expression: "cron(5 * * * ? *)",
        flexible_time_window: { mode: "OFF" },
        target: {
          arn: "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution",
          role_arn: "arn:aws:iam::000000000000:role/r",
          input: '${jsonencode({QueryString="INSERT INTO t SELECT 1", WorkGroup="primary"})}',
        },
      },
    },
    aws_kms_key: { lake: { description: "k" } },
    aws_kms_alias: { lake: { name: "alias/lake", target_key_id: "${aws_kms_key.lake.key_id}" } },
    aws_secretsmanager_secret: { token: { name: "token" } },
    aws_secretsmanager_secret_version: {
      token: { secret_id: "${aws_secretsmanager_secret.token.id}", secret_string: "s3cret" },
    },
    aws_ssm_parameter: {
      one: { name: "/lab/one", type: "String", value: "1" },
      two: { name: "/lab/deep/two", type: "String", value: "2" },
    },
  },
});

describe("CloudWatch", () => {
  const times = () => ({ StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) });

  it("has the pipeline's metrics under AWS's names", async () => {
    const { client, runner } = await shared();
    const cloudwatch = new CloudWatchClient(client);
    const kinesis = kinesisClient(runner.endpoint, runner.region);
    const [StreamName = ""] = runner.streams;
    const Records = [1, 2, 3].map((n) => ({ PartitionKey: String(n), Data: Buffer.from("{}") }));
    await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    kinesis.destroy();
    await runner.drain();
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: "AWS/Kinesis" }));
    expect(Metrics).toContainEqual({
      Namespace: "AWS/Kinesis",
      MetricName: "IncomingRecords",
      Dimensions: [{ Name: "StreamName", Value: StreamName }],
    });
    const metric = {
      Namespace: "AWS/Kinesis",
      MetricName: "IncomingRecords",
      Dimensions: [{ Name: "StreamName", Value: StreamName }],
    };
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({ ...metric, ...times(), Period: 600, Statistics: ["Sum"] }),
    );
    expect(Datapoints?.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBe(3);
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        ...times(),
        MetricDataQueries: [
          { Id: "m", MetricStat: { Metric: metric, Period: 600, Stat: "Sum" }, ReturnData: false },
          { Id: "e", Expression: "m * 2" },
        ],
      }),
    );
    expect(MetricDataResults?.map(({ Id }) => Id)).toEqual(["e"]);
    expect(MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0)).toBe(6);
  });

  it("takes a client's metrics, which ring the stack's alarms", async () => {
    const cloudwatch = new CloudWatchClient((await shared()).client);
    await cloudwatch.send(
      new PutMetricDataCommand({ Namespace: "lab", MetricData: [{ MetricName: "Temperature", Value: 40 }] }),
    );
    const state = async () =>
      (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue;
    await expect.poll(state, { timeout: 10_000 }).toBe("ALARM");
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["hot"] }));
    expect(MetricAlarms).toMatchObject([{ AlarmName: "hot", Threshold: 30, Namespace: "lab", Period: 60 }]);
  });
});

describe("Logs", () => {
  it("has what functions print, by pattern", async () => {
    const { client, runner } = await shared();
    const logs = new CloudWatchLogsClient(client);
    const logGroupName = "/aws/lambda/lab-test-process";
    const kinesis = kinesisClient(runner.endpoint, runner.region);
    await kinesis.send(
      new PutRecordsCommand({
        StreamName: runner.streams[0],
        Records: [{ PartitionKey: "k", Data: Buffer.from("{}") }],
      }),
    );
    kinesis.destroy();
    await runner.drain();
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda" }),
    );
    expect(logGroups).toMatchObject([{ logGroupName }]);
    const find = async (filterPattern: string) =>
      (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events ?? [];
    expect((await find("REPORT"))[0]?.message).toMatch(/^REPORT RequestId: /);
    const [printed] = await find('"ReadingsProcessed" INFO -REPORT');
    expect(printed?.timestamp).toBeGreaterThan(Date.now() - 60_000);
    expect(await find('"no such words"')).toEqual([]);
  });

  it("keeps what a client writes", async () => {
    const logs = new CloudWatchLogsClient((await shared()).client);
    const group = { logGroupName: "/my/app" };
    await logs.send(new CreateLogGroupCommand(group));
    const stream = { ...group, logStreamName: "2026/[a]" };
    await logs.send(new CreateLogStreamCommand(stream));
    const now = Date.now();
    const logEvents = ["one", "two", "three"].map((message, index) => ({ message, timestamp: now + index }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    const page = await logs.send(new GetLogEventsCommand({ ...stream, limit: 2, startFromHead: true }));
    expect(page.events?.map(({ message }) => message)).toEqual(["one", "two"]);
    const next = await logs.send(
      new GetLogEventsCommand({ ...stream, limit: 2, nextToken: page.nextForwardToken }),
    );
    expect(next.events?.map(({ message }) => message)).toEqual(["three"]);
    const json = ['{"level":"ERROR","n":3}', '{"level":"INFO","n":5}'].map((message) => ({
      message,
      timestamp: now + 9,
    }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: json }));
    const count = async (filterPattern: string) =>
      (await logs.send(new FilterLogEventsCommand({ ...group, filterPattern }))).events?.length;
    expect(await count('{ $.level = "ERR*" && $.n > 2 }')).toBe(1);
    expect(await count("{ $.n > 2 || $.none = 1 }")).toBe(2);
    expect(await count("?one ?two")).toBe(2);
    await expect(logs.send(new CreateLogGroupCommand(group))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
  });

  it("keep groups and streams of long names by these names", async () => {
    const logs = new CloudWatchLogsClient((await shared()).client);
    const logGroupName = `/${"group-".repeat(80)}`;
    const logStreamName = "ü/".repeat(250);
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName.slice(0, 400) }),
    );
    expect(logGroups?.map((group) => group.logGroupName)).toEqual([logGroupName]);
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams?.map((stream) => stream.logStreamName)).toEqual([logStreamName]);
    await expect(
      logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "a:b" })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

it("Scheduler has the stack's schedules", async () => {
  const scheduler = new SchedulerClient((await shared()).client);
  expect((await scheduler.send(new ListSchedulesCommand({}))).Schedules).toMatchObject([
    { Name: "hourly", State: "ENABLED" },
  ]);
  const { Target } = await scheduler.send(new GetScheduleCommand({ Name: "hourly" }));
  expect(JSON.parse(Target?.Input ?? "")).toMatchObject({ QueryString: "INSERT INTO t SELECT 1" });
  await expect(scheduler.send(new GetScheduleCommand({ Name: "none" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

it("KMS encrypts under a key and a context, and decrypts under the same alone", async () => {
  const kms = new KMSClient((await shared()).client);
  const EncryptionContext = { purpose: "test" };
  const { CiphertextBlob, KeyId } = await kms.send(
    new EncryptCommand({ KeyId: "alias/lake", Plaintext: Buffer.from("secret"), EncryptionContext }),
  );
  expect((await kms.send(new DescribeKeyCommand({ KeyId: "alias/lake" }))).KeyMetadata?.Arn).toBe(KeyId);
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("secret");
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
    name: "InvalidCiphertextException",
  });
  const key = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  const again = await kms.send(new DecryptCommand({ CiphertextBlob: key.CiphertextBlob }));
  expect(Buffer.from(again.Plaintext ?? []).equals(Buffer.from(key.Plaintext ?? []))).toBe(true);
  await expect(kms.send(new DescribeKeyCommand({ KeyId: "alias/none" }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

it("Secrets Manager and Parameter Store have what the stack says", async () => {
  const { client } = await shared();
  const secrets = new SecretsManagerClient(client);
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: "token" }))).SecretString).toBe("s3cret");
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  const ssm = new SSMClient(client);
  expect((await ssm.send(new GetParameterCommand({ Name: "/lab/one" }))).Parameter?.Value).toBe("1");
  const below = async (Recursive: boolean) =>
    (await ssm.send(new GetParametersByPathCommand({ Path: "/lab", Recursive }))).Parameters?.map(
      ({ Name }) => Name,
    );
  expect(await below(false)).toEqual(["/lab/one"]);
  expect(await below(true)).toEqual(["/lab/one", "/lab/deep/two"]);
  await expect(ssm.send(new GetParameterCommand({ Name: "/none" }))).rejects.toMatchObject({
    name: "ParameterNotFound",
  });
});

import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { KMS } from "@aws-sdk/client-kms";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { putRecords } from "../support/put";
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
    const cloudwatch = new CloudWatch(client);
    const [StreamName = ""] = runner.streams;
    await putRecords(runner, ["{}", "{}", "{}"]);
    await runner.drain();
    const { Metrics } = await cloudwatch.listMetrics({ Namespace: "AWS/Kinesis" });
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
    const { Datapoints } = await cloudwatch.getMetricStatistics({
      ...metric,
      ...times(),
      Period: 600,
      Statistics: ["Sum"],
    });
    expect(Datapoints?.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBe(3);
    const { MetricDataResults } = await cloudwatch.getMetricData({
      ...times(),
      MetricDataQueries: [
        { Id: "m", MetricStat: { Metric: metric, Period: 600, Stat: "Sum" }, ReturnData: false },
        { Id: "e", Expression: "m * 2" },
      ],
    });
    expect(MetricDataResults?.map(({ Id }) => Id)).toEqual(["e"]);
    expect(MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0)).toBe(6);
  });

  it("takes a client's metrics, which ring the stack's alarms", async () => {
    const cloudwatch = new CloudWatch((await shared()).client);
    await cloudwatch.putMetricData({
      Namespace: "lab",
      MetricData: [{ MetricName: "Temperature", Value: 40 }],
    });
    const state = async () => (await cloudwatch.describeAlarms({})).MetricAlarms?.[0]?.StateValue;
    await expect.poll(state, { timeout: 10_000 }).toBe("ALARM");
    const { MetricAlarms } = await cloudwatch.describeAlarms({ AlarmNames: ["hot"] });
    expect(MetricAlarms).toMatchObject([{ AlarmName: "hot", Threshold: 30, Namespace: "lab", Period: 60 }]);
  });
});

describe("Logs", () => {
  it("has what functions print, by pattern", async () => {
    const { client, runner } = await shared();
    const logs = new CloudWatchLogs(client);
    const logGroupName = "/aws/lambda/lab-test-process";
    await putRecords(runner, ["{}"]);
    await runner.drain();
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: "/aws/lambda" });
    expect(logGroups).toMatchObject([{ logGroupName }]);
    const find = async (filterPattern: string) =>
      (await logs.filterLogEvents({ logGroupName, filterPattern })).events ?? [];
    expect((await find("REPORT"))[0]?.message).toMatch(/^REPORT RequestId: /);
    const [printed] = await find('"ReadingsProcessed" INFO -REPORT');
    expect(printed?.timestamp).toBeGreaterThan(Date.now() - 60_000);
    expect(await find('"no such words"')).toEqual([]);
  });

  it("keeps what a client writes", async () => {
    const logs = new CloudWatchLogs((await shared()).client);
    const group = { logGroupName: "/my/app" };
    await logs.createLogGroup(group);
    const stream = { ...group, logStreamName: "2026/[a]" };
    await logs.createLogStream(stream);
    const now = Date.now();
    const logEvents = ["one", "two", "three"].map((message, index) => ({ message, timestamp: now + index }));
    await logs.putLogEvents({ ...stream, logEvents });
    const page = await logs.getLogEvents({ ...stream, limit: 2, startFromHead: true });
    expect(page.events?.map(({ message }) => message)).toEqual(["one", "two"]);
    const next = await logs.getLogEvents({ ...stream, limit: 2, nextToken: page.nextForwardToken });
    expect(next.events?.map(({ message }) => message)).toEqual(["three"]);
    const json = ['{"level":"ERROR","n":3}', '{"level":"INFO","n":5}'].map((message) => ({
      message,
      timestamp: now + 9,
    }));
    await logs.putLogEvents({ ...stream, logEvents: json });
    const count = async (filterPattern: string) =>
      (await logs.filterLogEvents({ ...group, filterPattern })).events?.length;
    expect(await count('{ $.level = "ERR*" && $.n > 2 }')).toBe(1);
    expect(await count("{ $.n > 2 || $.none = 1 }")).toBe(2);
    expect(await count("?one ?two")).toBe(2);
    await expect(logs.createLogGroup(group)).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
  });

  it("keep groups and streams of long names by these names", async () => {
    const logs = new CloudWatchLogs((await shared()).client);
    const logGroupName = `/${"group-".repeat(80)}`;
    const logStreamName = "ü/".repeat(250);
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName });
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName.slice(0, 400) });
    expect(logGroups?.map((group) => group.logGroupName)).toEqual([logGroupName]);
    const { logStreams } = await logs.describeLogStreams({ logGroupName });
    expect(logStreams?.map((stream) => stream.logStreamName)).toEqual([logStreamName]);
    await expect(logs.createLogStream({ logGroupName, logStreamName: "a:b" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});

it("Scheduler has the stack's schedules", async () => {
  const scheduler = new Scheduler((await shared()).client);
  expect((await scheduler.listSchedules({})).Schedules).toMatchObject([{ Name: "hourly", State: "ENABLED" }]);
  const { Target } = await scheduler.getSchedule({ Name: "hourly" });
  expect(JSON.parse(Target?.Input ?? "")).toMatchObject({ QueryString: "INSERT INTO t SELECT 1" });
  await expect(scheduler.getSchedule({ Name: "none" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

it("KMS encrypts under a key and a context, and decrypts under the same alone", async () => {
  const kms = new KMS((await shared()).client);
  const EncryptionContext = { purpose: "test" };
  const { CiphertextBlob, KeyId } = await kms.encrypt({
    KeyId: "alias/lake",
    Plaintext: Buffer.from("secret"),
    EncryptionContext,
  });
  expect((await kms.describeKey({ KeyId: "alias/lake" })).KeyMetadata?.Arn).toBe(KeyId);
  const { Plaintext } = await kms.decrypt({ CiphertextBlob, EncryptionContext });
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("secret");
  await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({
    name: "InvalidCiphertextException",
  });
  const key = await kms.generateDataKey({ KeyId, KeySpec: "AES_256" });
  const again = await kms.decrypt({ CiphertextBlob: key.CiphertextBlob });
  expect(Buffer.from(again.Plaintext ?? []).equals(Buffer.from(key.Plaintext ?? []))).toBe(true);
  await expect(kms.describeKey({ KeyId: "alias/none" })).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

it("Secrets Manager and Parameter Store have what the stack says", async () => {
  const { client } = await shared();
  const secrets = new SecretsManager(client);
  expect((await secrets.getSecretValue({ SecretId: "token" })).SecretString).toBe("s3cret");
  await expect(secrets.getSecretValue({ SecretId: "none" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  const ssm = new SSM(client);
  expect((await ssm.getParameter({ Name: "/lab/one" })).Parameter?.Value).toBe("1");
  const below = async (Recursive: boolean) =>
    (await ssm.getParametersByPath({ Path: "/lab", Recursive })).Parameters?.map(({ Name }) => Name);
  expect(await below(false)).toEqual(["/lab/one"]);
  expect(await below(true)).toEqual(["/lab/one", "/lab/deep/two"]);
  await expect(ssm.getParameter({ Name: "/none" })).rejects.toMatchObject({
    name: "ParameterNotFound",
  });
});

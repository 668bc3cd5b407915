import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sensorColumns } from "@streaming-data-lake/dataset";
import { namedQueries, preparedStatements } from "@streaming-data-lake/dataset/queries";
import { hourlyColumns, rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { expect, it } from "vitest";
import { everythingOf } from "./support/aws";
import { deployment, initialized, names, putObject, succeeded, warnings } from "./support/deployment";
import { type Change, latePolicies, plannedChanges } from "./support/plan";
import { asForUsers, type Run } from "./support/project";
import { describeDeployment } from "./support/requirements";

const { stream, bucket, database, function: functionName } = names;
const topicArn = `arn:aws:sns:us-east-1:123456789012:${names.topic}`;
const tags = { environment: "dev", project: "sensor-lake", repository: "streaming-data-lake" };

const parquet = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
const json = "org.openx.data.jsonserde.JsonSerDe";

/** What moto forgets, so that a plan would set it again; on AWS the second plan has nothing of this. */
const serverGaps: readonly { type: string; attributes: readonly string[]; reason: string }[] = [
  {
    type: "aws_lambda_function",
    attributes: ["logging_config", "last_modified"],
    reason: "moto does not keep a function's LoggingConfig",
  },
];

function isServerGap({ type, actions, attributes }: Change): boolean {
  return serverGaps.some(
    (gap) =>
      gap.type === type &&
      actions.join() === "update" &&
      Object.keys(attributes).every((name) => gap.attributes.includes(name)),
  );
}

describeDeployment("a deployment with the cdktf command line", () => {
  const on = deployment();

  /** moto forgets the tags given at CreateStream; AWS keeps them. Without them every plan would set them again. */
  async function rememberStreamTags(): Promise<void> {
    await on.aws.kinesis.addTagsToStream({ StreamName: stream, Tags: tags });
  }

  /** The output of a run, which must succeed without a warning. */
  async function unwarned(run: Promise<Run>): Promise<string> {
    const output = await succeeded(run);
    expect(warnings(output)).toEqual([]);
    return output;
  }

  it("plans to create everything, with no warning", async () => {
    await initialized(on.project);
    await unwarned(on.project.terraform(["plan", "-input=false", "-out=plan"]));
    const changes = await plannedChanges(on.project);
    expect(changes.length).toBeGreaterThan(30);
    expect(new Set(changes.flatMap(({ actions }) => actions))).toEqual(new Set(["create"]));
  });

  it("plans every policy of a role before what takes the role on", async () => {
    expect(await latePolicies(on.project)).toEqual([]);
  });

  it("applies as for users, and prints the outputs", async () => {
    const output = await unwarned(on.project.cdktf(["apply", "--auto-approve"], asForUsers));
    expect(output).toMatch(/stream_name = sensor-lake-dev-readings/);
    expect(output).toMatch(new RegExp(`lake_bucket = ${bucket}`));
    expect(output).toMatch(/database_name = sensor_lake_dev/);
    expect(output).toMatch(/workgroup_name = sensor-lake-dev/);
    expect(output).toMatch(/delivery_stream_name = sensor-lake-dev-delivery/);
    expect(output).toMatch(/function_name = sensor-lake-dev-process-readings/);
  });

  it("keeps its state beside cdktf.json", async () => {
    const state = JSON.parse(
      await readFile(
        join(on.project.folder, "terraform.sensor-lake.sensor-lake.dev.us-east-1.tfstate"),
        "utf8",
      ),
    );
    expect(state.outputs.stream_name.value).toBe(stream);
  });

  it("makes an encrypted stream of one provisioned shard that keeps records for a day", async () => {
    const { StreamDescriptionSummary: summary } = await on.aws.kinesis.describeStreamSummary({
      StreamName: stream,
    });
    expect(summary).toMatchObject({
      OpenShardCount: 1,
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      RetentionPeriodHours: 24,
      EncryptionType: "KMS",
      KeyId: "alias/aws/kinesis",
    });
  });

  it("makes a private, versioned, encrypted bucket that refuses plain HTTP", async () => {
    const [access, versioning, encryption, policy] = await Promise.all([
      on.aws.s3.getPublicAccessBlock({ Bucket: bucket }),
      on.aws.s3.getBucketVersioning({ Bucket: bucket }),
      on.aws.s3.getBucketEncryption({ Bucket: bucket }),
      on.aws.s3.getBucketPolicy({ Bucket: bucket }),
    ]);
    expect(access.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(versioning.Status).toBe("Enabled");
    expect(
      encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
        ?.SSEAlgorithm,
    ).toBe("AES256");
    expect(JSON.parse(policy.Policy ?? "{}").Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Action: "s3:*",
        Resource: expect.arrayContaining([`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
  });

  it("expires each zone of the lake and aborts unfinished uploads", async () => {
    const { Rules = [] } = await on.aws.s3.getBucketLifecycleConfiguration({ Bucket: bucket });
    const expiry = Object.fromEntries(
      Rules.filter((rule) => rule.Expiration?.Days).map((rule) => [
        rule.Filter?.Prefix,
        rule.Expiration?.Days,
      ]),
    );
    expect(expiry).toEqual({ "raw/": 365, "processed/": 365, "errors/": 90, "athena-results/": 7 });
    expect(Rules.find((rule) => rule.AbortIncompleteMultipartUpload)).toMatchObject({
      Status: "Enabled",
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
    });
  });

  it.each([
    { table: "sensor_data", folder: "processed/sensor_data/", serde: parquet, columns: sensorColumns },
    { table: "sensor_data_raw", folder: "raw/sensor_data/", serde: json, columns: sensorColumns },
    { table: "sensor_hourly", folder: "processed/sensor_hourly/", serde: parquet, columns: hourlyColumns },
  ])("makes the table $table, projected by day", async ({ table, folder, serde, columns }) => {
    const { Table } = await on.aws.glue.getTable({ DatabaseName: database, Name: table });
    expect(Table?.StorageDescriptor?.Columns?.map(({ Name, Type }) => [Name, Type])).toEqual(
      columns.map(({ name, type }) => [name, type]),
    );
    expect(Table?.StorageDescriptor?.Location).toBe(`s3://${bucket}/${folder}`);
    expect(Table?.StorageDescriptor?.SerdeInfo?.SerializationLibrary).toBe(serde);
    expect(Table?.PartitionKeys?.map(({ Name, Type }) => [Name, Type])).toEqual([["dt", "string"]]);
    expect(Table?.Parameters).toMatchObject({
      "projection.enabled": "true",
      "projection.dt.type": "date",
      "projection.dt.format": "yyyy-MM-dd",
      "projection.dt.range": "NOW-365DAYS,NOW",
    });
  });

  it("makes an enforced, encrypted workgroup with a scan cutoff", async () => {
    const { WorkGroup } = await on.aws.athena.getWorkGroup({ WorkGroup: "sensor-lake-dev" });
    expect(WorkGroup?.Configuration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      ResultConfiguration: {
        OutputLocation: `s3://${bucket}/athena-results/`,
        EncryptionConfiguration: { EncryptionOption: "SSE_S3" },
      },
    });
  });

  it("makes the dataset's named queries", async () => {
    const { NamedQueryIds = [] } = await on.aws.athena.listNamedQueries({ WorkGroup: "sensor-lake-dev" });
    const made = await Promise.all(
      NamedQueryIds.map((NamedQueryId) => on.aws.athena.getNamedQuery({ NamedQueryId })),
    );
    const byName = made.map(({ NamedQuery }) => [
      NamedQuery?.Name,
      NamedQuery?.QueryString,
      NamedQuery?.Database,
    ]);
    for (const { name, sql } of namedQueries) expect(byName).toContainEqual([name, sql, database]);
  });

  it("makes the dataset's prepared statements", async () => {
    for (const { name, description, sql } of preparedStatements) {
      const { PreparedStatement } = await on.aws.athena.getPreparedStatement({
        StatementName: name,
        WorkGroup: names.workgroup,
      });
      expect(PreparedStatement).toMatchObject({ Description: description, QueryStatement: sql });
    }
  });

  it("makes a delivery stream from the stream to Parquet, with the records kept as sent", async () => {
    const { DeliveryStreamDescription: delivery } = await on.aws.firehose.describeDeliveryStream({
      DeliveryStreamName: "sensor-lake-dev-delivery",
    });
    expect(delivery?.Source?.KinesisStreamSourceDescription?.KinesisStreamARN).toMatch(
      new RegExp(`${stream}$`),
    );
    const destination = delivery?.Destinations?.[0]?.ExtendedS3DestinationDescription;
    expect(destination).toMatchObject({
      BucketARN: `arn:aws:s3:::${bucket}`,
      BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 64 },
      CompressionFormat: "UNCOMPRESSED",
      Prefix: "processed/sensor_data/dt=!{timestamp:yyyy-MM-dd}/",
      ErrorOutputPrefix: "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
      DataFormatConversionConfiguration: {
        Enabled: true,
        SchemaConfiguration: { DatabaseName: database, TableName: "sensor_data" },
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: "SNAPPY" } } },
      },
      S3BackupMode: "Enabled",
      S3BackupDescription: {
        BucketARN: `arn:aws:s3:::${bucket}`,
        Prefix: "raw/sensor_data/dt=!{timestamp:yyyy-MM-dd}/",
        CompressionFormat: "GZIP",
      },
    });
  });

  it("deploys the function with the archive that was synthesized", async () => {
    const { Configuration } = await on.aws.lambda.getFunction({ FunctionName: functionName });
    const [synthesized] = Object.values<{ filename: string }>(
      JSON.parse(await on.project.synthesized()).resource.aws_lambda_function,
    );
    const archive = await readFile(join(on.project.stackFolder, synthesized?.filename ?? ""));
    expect(Configuration).toMatchObject({
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Timeout: 60,
      TracingConfig: { Mode: "PassThrough" },
      CodeSha256: createHash("sha256").update(archive).digest("base64"),
      Environment: {
        Variables: expect.objectContaining({
          ALERT_THRESHOLD_CELSIUS: "30",
          NODE_OPTIONS: "--enable-source-maps",
        }),
      },
    });
  });

  it("maps the stream to the function: batched, bisected, bounded and dead-lettered", async () => {
    const { EventSourceMappings } = await on.aws.lambda.listEventSourceMappings({});
    expect(EventSourceMappings).toEqual([
      expect.objectContaining({
        EventSourceArn: expect.stringMatching(new RegExp(`${stream}$`)),
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 1,
        ParallelizationFactor: 1,
        MaximumRetryAttempts: 10,
        MaximumRecordAgeInSeconds: 43_200,
        BisectBatchOnFunctionError: true,
        StartingPosition: "TRIM_HORIZON",
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        DestinationConfig: {
          OnFailure: { Destination: `arn:aws:sqs:us-east-1:123456789012:${functionName}-dead-letters` },
        },
      }),
    ]);
  });

  it.each([`${functionName}-dead-letters`, `${names.rollup}-dead-letters`])(
    "makes the encrypted queue %s that keeps messages for two weeks",
    async (name) => {
      const { QueueUrl } = await on.aws.sqs.getQueueUrl({ QueueName: name });
      const { Attributes } = await on.aws.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      expect(Attributes).toMatchObject({ SqsManagedSseEnabled: "true", MessageRetentionPeriod: "1209600" });
    },
  );

  it("schedules the roll-up a quarter past each hour, retried for an hour and then kept in its queue", async () => {
    const schedule = await on.aws.scheduler.getSchedule({ Name: names.rollup });
    expect(schedule).toMatchObject({
      State: "ENABLED",
      ScheduleExpression: "cron(15 * * * ? *)",
      ScheduleExpressionTimezone: "UTC",
      Target: {
        Arn: "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution",
        RoleArn: "arn:aws:iam::123456789012:role/sensor-lake-dev-sensor-hourly-us-east-1",
        DeadLetterConfig: { Arn: `arn:aws:sqs:us-east-1:123456789012:${names.rollup}-dead-letters` },
        RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 },
      },
    });
    expect(JSON.parse(schedule.Target?.Input ?? "")).toMatchObject({
      QueryString: rollupStatement({ alertThresholdCelsius: 30 }),
      QueryExecutionContext: { Database: database },
      WorkGroup: names.rollup,
    });
  });

  it("makes its alarms, each on a resource of the stack or a metric of the function, that tell the topic", async () => {
    const { MetricAlarms = [] } = await on.aws.cloudwatch.describeAlarms({});
    const watched = MetricAlarms.map((alarm) => [
      alarm.AlarmName?.replace("sensor-lake-dev-", ""),
      alarm.Metrics?.length ? "metric math" : `${alarm.Namespace} ${alarm.MetricName}`,
      alarm.Threshold,
      alarm.Dimensions?.map(({ Value }) => Value).join() ?? "",
    ]);
    expect(watched.sort()).toEqual([
      ["batches-cut-short", "sensor-lake-dev BatchesCutShort", 1, ""],
      ["data-freshness", "AWS/Firehose DeliveryToS3.DataFreshness", 420, names.deliveryStream],
      ["dead-letters", "AWS/SQS ApproximateNumberOfMessagesVisible", 1, `${functionName}-dead-letters`],
      ["delivery-behind", "AWS/Firehose KinesisMillisBehindLatest", 420_000, names.deliveryStream],
      ["failed-conversions", "AWS/Firehose FailedConversion.Records", 1, names.deliveryStream],
      ["function-duration", "AWS/Lambda Duration", 54_000, functionName],
      ["function-errors", "AWS/Lambda Errors", 1, functionName],
      ["function-throttles", "AWS/Lambda Throttles", 1, functionName],
      ["high-temperature", "sensor-lake-dev HighTemperatureReadings", 1, ""],
      ["iterator-age", "AWS/Lambda IteratorAge", 300_000, functionName],
      ["lost-dead-letters", "AWS/Lambda DestinationDeliveryFailures", 1, functionName],
      ["nothing-delivered", "metric math", 1, ""],
      ["nothing-processed", "metric math", 1, ""],
      ["raw-freshness", "AWS/Firehose BackupToS3.DataFreshness", 420, names.deliveryStream],
      ["read-throttles", "AWS/Kinesis ReadProvisionedThroughputExceeded", 1, stream],
      [
        "roll-up-dead-letters",
        "AWS/SQS ApproximateNumberOfMessagesVisible",
        1,
        `${names.rollup}-dead-letters`,
      ],
      ["roll-up-failed", "metric math", 1, ""],
      ["roll-up-missing", "metric math", 1, ""],
      ["write-throttles", "AWS/Kinesis WriteProvisionedThroughputExceeded", 1, stream],
    ]);
    for (const alarm of MetricAlarms)
      expect(alarm, alarm.AlarmName).toMatchObject({
        ActionsEnabled: true,
        AlarmActions: [topicArn],
        OKActions: [topicArn],
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        TreatMissingData: "notBreaching",
      });
  });

  it("makes a topic that alarms of this account alone may publish to", async () => {
    const { Attributes } = await on.aws.sns.getTopicAttributes({ TopicArn: topicArn });
    expect(JSON.parse(Attributes?.Policy ?? "{}").Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Allow",
        Action: "sns:Publish",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      }),
    );
  });

  it("makes a dashboard that follows a reading along the pipeline", async () => {
    const { DashboardBody } = await on.aws.cloudwatch.getDashboard({ DashboardName: names.dashboard });
    const { widgets } = JSON.parse(DashboardBody ?? "{}") as {
      widgets: { properties: { markdown?: string } }[];
    };
    expect(widgets.flatMap(({ properties }) => properties.markdown ?? [])).toEqual([
      "## Stream",
      "## Function",
      "## Delivery",
      "## Readings",
    ]);
    for (const resource of [stream, functionName, names.deliveryStream])
      expect(DashboardBody).toContain(JSON.stringify(resource));
  });

  it("keeps logs for two weeks", async () => {
    const { logGroups } = await on.aws.logs.describeLogGroups({});
    expect(logGroups?.map((group) => [group.logGroupName, group.retentionInDays]).sort()).toEqual([
      [`/aws/kinesisfirehose/${names.deliveryStream}`, 14],
      [`/aws/lambda/${functionName}`, 14],
    ]);
  });

  it("refuses what comes over plain HTTP", async () => {
    await expect(on.aws.s3.putObject({ Bucket: bucket, Key: "raw/a", Body: "{}" })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("plans no change the second time", async () => {
    await rememberStreamTags();
    await unwarned(on.project.cdktf(["plan"]));
    const changes = await plannedChanges(on.project);
    expect(changes.filter((change) => !isServerGap(change))).toEqual([]);
  });

  it("changes settings in place, replacing nothing", async () => {
    await on.project.configure({
      shardCount: 2,
      streamRetentionHours: 48,
      bufferSeconds: 120,
      retentionDays: 180,
      alertThresholdCelsius: 28,
      forceDestroy: false,
    });
    await succeeded(on.project.synthesize());
    const output = await unwarned(on.project.terraform(["apply", "-auto-approve", "-input=false"]));
    expect(output).toMatch(/Apply complete! Resources: 0 added, \d+ changed, 0 destroyed\./);
    const modified = [...output.matchAll(/(aws_\w+)\.\S+: Modifications complete/g)].map(([, type]) => type);
    expect(modified).toEqual(
      expect.arrayContaining([
        "aws_kinesis_stream",
        "aws_kinesis_firehose_delivery_stream",
        "aws_s3_bucket",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_glue_catalog_table",
        "aws_lambda_function",
        "aws_scheduler_schedule",
      ]),
    );
    const [summary, delivery, lifecycle, table, lambda] = await Promise.all([
      on.aws.kinesis.describeStreamSummary({ StreamName: stream }),
      on.aws.firehose.describeDeliveryStream({ DeliveryStreamName: "sensor-lake-dev-delivery" }),
      on.aws.s3.getBucketLifecycleConfiguration({ Bucket: bucket }),
      on.aws.glue.getTable({ DatabaseName: database, Name: "sensor_data" }),
      on.aws.lambda.getFunction({ FunctionName: functionName }),
    ]);
    expect(summary.StreamDescriptionSummary).toMatchObject({ OpenShardCount: 2, RetentionPeriodHours: 48 });
    expect(
      delivery.DeliveryStreamDescription?.Destinations?.[0]?.ExtendedS3DestinationDescription?.BufferingHints,
    ).toEqual({ IntervalInSeconds: 120, SizeInMBs: 64 });
    expect(lifecycle.Rules?.find((rule) => rule.Filter?.Prefix === "processed/")?.Expiration?.Days).toBe(180);
    expect(table.Table?.Parameters?.["projection.dt.range"]).toBe("NOW-180DAYS,NOW");
    expect(lambda.Configuration?.Environment?.Variables?.ALERT_THRESHOLD_CELSIUS).toBe("28");
    const { Tags } = await on.aws.kinesis.listTagsForStream({ StreamName: stream });
    expect(Tags).toHaveLength(3);
  });

  it("destroys all but a lake that holds objects while force destroy is off, and says what to do", async () => {
    await putObject(on.aws.s3, "raw/sensor_data/dt=2026-01-01/a.gz");
    const { code, output } = await on.project.npmRun("destroy", ["--auto-approve"]);
    expect(code).not.toBe(0);
    expect(output).toContain("destroy: force destroy is off.");
    expect(output).toContain("api error BucketNotEmpty");
    expect(output).toContain(`the bucket ${bucket} is still there, with force destroy off`);
    expect(await everythingOf("sensor-lake", on.aws)).toEqual([bucket]);
    const { Versions } = await on.aws.s3.listObjectVersions({ Bucket: bucket });
    expect(Versions).toHaveLength(1);
  });

  it("goes on to destroy to nothing once the lake was emptied by hand", async () => {
    const { Versions = [] } = await on.aws.s3.listObjectVersions({ Bucket: bucket });
    const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    await on.aws.s3.deleteObjects({ Bucket: bucket, Delete: { Objects } });
    await succeeded(on.project.npmRun("destroy", ["--auto-approve"]));
    expect(await everythingOf("sensor-lake", on.aws)).toEqual([]);
  });
});

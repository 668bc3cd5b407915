import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GetNamedQueryCommand, GetWorkGroupCommand, ListNamedQueriesCommand } from "@aws-sdk/client-athena";
import { DescribeDeliveryStreamCommand } from "@aws-sdk/client-firehose";
import { GetTableCommand } from "@aws-sdk/client-glue";
import {
  AddTagsToStreamCommand,
  DescribeStreamSummaryCommand,
  ListTagsForStreamCommand,
} from "@aws-sdk/client-kinesis";
import { GetFunctionCommand, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import {
  DeleteBucketPolicyCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { sensorColumns } from "@streaming-data-lake/dataset";
import { namedQueries } from "@streaming-data-lake/dataset/queries";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AwsClients, awsClients, everythingOf } from "./support/aws";
import { type Moto, startMoto } from "./support/moto";
import { type Change, plannedChanges } from "./support/plan";
import { Project } from "./support/project";
import { describeDeployment } from "./support/requirements";

const stream = "sensor-lake-dev-readings";
const bucket = "sensor-lake-dev-123456789012-us-east-1";
const database = "sensor_lake_dev";
const functionName = "sensor-lake-dev-process-readings";
const tags = { environment: "dev", project: "sensor-lake", repository: "streaming-data-lake" };

/** What moto forgets, so that a plan would set it again; on AWS the second plan has nothing of this. */
const serverGaps: readonly { type: string; attributes: readonly string[]; reason: string }[] = [
  {
    type: "aws_lambda_function",
    attributes: ["logging_config", "last_modified"],
    reason: "moto does not keep a function's LoggingConfig",
  },
];

/** What Terraform warned of, but for its note that a provider from a mirror was locked for one platform only. */
function warnings(output: string): string[] {
  const found = output.match(/Warning: .*|Deprecat.*/g) ?? [];
  return found.filter((line) => line !== "Warning: Incomplete lock file information for providers");
}

function isServerGap({ type, actions, attributes }: Change): boolean {
  return serverGaps.some(
    (gap) =>
      gap.type === type &&
      actions.join() === "update" &&
      Object.keys(attributes).every((name) => gap.attributes.includes(name)),
  );
}

describeDeployment("a deployment with the cdktf command line", () => {
  let moto: Moto;
  let project: Project;
  let aws: AwsClients;

  beforeAll(async () => {
    moto = await startMoto();
    project = await Project.create(moto.env);
    aws = awsClients(moto.endpoint);
  });

  afterAll(async () => {
    await moto?.kill();
    await project?.remove();
  });

  /** moto forgets the tags given at CreateStream; AWS keeps them. Without them every plan would set them again. */
  async function rememberStreamTags(): Promise<void> {
    await aws.kinesis.send(new AddTagsToStreamCommand({ StreamName: stream, Tags: tags }));
  }

  /** The server is plain HTTP, which the bucket's policy refuses: it steps aside for the moment. */
  async function putObject(key: string): Promise<void> {
    const { Policy } = await aws.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    await aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "{}" }));
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  }

  async function applied(): Promise<string> {
    const { code, output } = await project.cdktf("apply", "--auto-approve");
    expect(warnings(output)).toEqual([]);
    expect(code, output).toBe(0);
    return output;
  }

  async function planned(): Promise<Change[]> {
    const { code, output } = await project.cdktf("plan");
    expect(warnings(output)).toEqual([]);
    expect(code, output).toBe(0);
    return plannedChanges(project);
  }

  it("plans to create everything, with no warning", async () => {
    const changes = await planned();
    expect(changes.length).toBeGreaterThan(30);
    expect(new Set(changes.flatMap(({ actions }) => actions))).toEqual(new Set(["create"]));
  });

  it("applies, and prints the outputs", async () => {
    const output = await applied();
    expect(output).toMatch(/stream_name = sensor-lake-dev-readings/);
    expect(output).toMatch(new RegExp(`lake_bucket = ${bucket}`));
    expect(output).toMatch(/database_name = sensor_lake_dev/);
    expect(output).toMatch(/workgroup_name = sensor-lake-dev/);
    expect(output).toMatch(/delivery_stream_name = sensor-lake-dev-delivery/);
    expect(output).toMatch(/function_name = sensor-lake-dev-process-readings/);
  });

  it("keeps its state beside cdktf.json", async () => {
    const state = JSON.parse(await readFile(join(project.folder, "terraform.sensor-lake.tfstate"), "utf8"));
    expect(state.outputs.stream_name.value).toBe(stream);
  });

  it("makes an encrypted stream of one provisioned shard that keeps records for a day", async () => {
    const { StreamDescriptionSummary: summary } = await aws.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: stream }),
    );
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
      aws.s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket })),
      aws.s3.send(new GetBucketVersioningCommand({ Bucket: bucket })),
      aws.s3.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
      aws.s3.send(new GetBucketPolicyCommand({ Bucket: bucket })),
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
    const { Rules = [] } = await aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
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
    {
      table: "sensor_data",
      zone: "processed",
      serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    },
    { table: "sensor_data_raw", zone: "raw", serde: "org.openx.data.jsonserde.JsonSerDe" },
  ])("makes the table $table, projected by day", async ({ table, zone, serde }) => {
    const { Table } = await aws.glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
    expect(Table?.StorageDescriptor?.Columns?.map(({ Name, Type }) => [Name, Type])).toEqual(
      sensorColumns.map(({ name, type }) => [name, type]),
    );
    expect(Table?.StorageDescriptor?.Location).toBe(`s3://${bucket}/${zone}/sensor_data/`);
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
    const { WorkGroup } = await aws.athena.send(new GetWorkGroupCommand({ WorkGroup: "sensor-lake-dev" }));
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
    const { NamedQueryIds = [] } = await aws.athena.send(
      new ListNamedQueriesCommand({ WorkGroup: "sensor-lake-dev" }),
    );
    const made = await Promise.all(
      NamedQueryIds.map((NamedQueryId) => aws.athena.send(new GetNamedQueryCommand({ NamedQueryId }))),
    );
    const byName = made.map(({ NamedQuery }) => [
      NamedQuery?.Name,
      NamedQuery?.QueryString,
      NamedQuery?.Database,
    ]);
    for (const { name, sql } of namedQueries) expect(byName).toContainEqual([name, sql, database]);
  });

  it("makes a delivery stream from the stream to Parquet, with the records kept as sent", async () => {
    const { DeliveryStreamDescription: delivery } = await aws.firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: "sensor-lake-dev-delivery" }),
    );
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
    const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
    const [synthesized] = Object.values<{ filename: string }>(
      JSON.parse(await project.synthesized()).resource.aws_lambda_function,
    );
    const archive = await readFile(join(project.stackFolder, synthesized?.filename ?? ""));
    expect(Configuration).toMatchObject({
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Timeout: 60,
      TracingConfig: { Mode: "Active" },
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
    const { EventSourceMappings } = await aws.lambda.send(new ListEventSourceMappingsCommand({}));
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

  it("makes an encrypted on-failure queue that keeps messages for two weeks", async () => {
    const { QueueUrl } = await aws.sqs.send(
      new GetQueueUrlCommand({ QueueName: `${functionName}-dead-letters` }),
    );
    const { Attributes } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({ SqsManagedSseEnabled: "true", MessageRetentionPeriod: "1209600" });
  });

  it("refuses what comes over plain HTTP", async () => {
    await expect(
      aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "raw/a", Body: "{}" })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it("plans no change the second time", async () => {
    await rememberStreamTags();
    const changes = await planned();
    expect(changes.filter((change) => !isServerGap(change))).toEqual([]);
  });

  it("changes settings in place, replacing nothing", async () => {
    await project.configure({
      shardCount: 2,
      streamRetentionHours: 48,
      bufferSeconds: 120,
      retentionDays: 180,
      alertThresholdCelsius: 28,
    });
    const changes = await planned();
    expect(new Set(changes.flatMap(({ actions }) => actions))).toEqual(new Set(["update"]));
    expect(changes.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "aws_kinesis_stream",
        "aws_kinesis_firehose_delivery_stream",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_glue_catalog_table",
        "aws_lambda_function",
      ]),
    );
    await applied();
    const [summary, delivery, lifecycle, table, lambda] = await Promise.all([
      aws.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: stream })),
      aws.firehose.send(
        new DescribeDeliveryStreamCommand({ DeliveryStreamName: "sensor-lake-dev-delivery" }),
      ),
      aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
      aws.glue.send(new GetTableCommand({ DatabaseName: database, Name: "sensor_data" })),
      aws.lambda.send(new GetFunctionCommand({ FunctionName: functionName })),
    ]);
    expect(summary.StreamDescriptionSummary).toMatchObject({ OpenShardCount: 2, RetentionPeriodHours: 48 });
    expect(
      delivery.DeliveryStreamDescription?.Destinations?.[0]?.ExtendedS3DestinationDescription?.BufferingHints,
    ).toEqual({ IntervalInSeconds: 120, SizeInMBs: 64 });
    expect(lifecycle.Rules?.find((rule) => rule.Filter?.Prefix === "processed/")?.Expiration?.Days).toBe(180);
    expect(table.Table?.Parameters?.["projection.dt.range"]).toBe("NOW-180DAYS,NOW");
    expect(lambda.Configuration?.Environment?.Variables?.ALERT_THRESHOLD_CELSIUS).toBe("28");
    const { Tags } = await aws.kinesis.send(new ListTagsForStreamCommand({ StreamName: stream }));
    expect(Tags).toHaveLength(3);
  });

  it("refuses to destroy a lake that holds objects while force destroy is off", async () => {
    await putObject("raw/sensor_data/dt=2026-01-01/a.gz");
    await project.configure({ forceDestroy: false });
    await applied();
    const { code, output } = await project.cdktf("destroy", "--auto-approve");
    expect(code).not.toBe(0);
    expect(output).toMatch(/BucketNotEmpty/);
    expect(await everythingOf("sensor-lake", aws)).toContain(bucket);
  });

  it("destroys to nothing when force destroy is on", async () => {
    await project.configure({ forceDestroy: true });
    await applied();
    const { code, output } = await project.cdktf("destroy", "--auto-approve");
    expect(code, output).toBe(0);
    expect(await everythingOf("sensor-lake", aws)).toEqual([]);
  });
});

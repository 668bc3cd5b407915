import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import { DataLake, StreamingIngest, type StreamProps, setNames } from "../../constructs/index";
import { pageViewIngest } from "../support/page-views";
import { handlerEntry, problemsOf, synthesize } from "../support/synthesize";

const role = (stack: TerraformStack) => new IamRole(stack, "someone", { assumeRolePolicy: "{}" });

describe("the stream", () => {
  test("has one shard, a day of retention and encryption unless told otherwise", () => {
    const template = synthesize((stack) => void pageViewIngest(stack));
    expect(template.block("aws_kinesis_stream")).toEqual({
      name: "test-ingest",
      stream_mode_details: { stream_mode: "PROVISIONED" },
      shard_count: 1,
      retention_period: 24,
      encryption_type: "KMS",
      kms_key_id: "alias/aws/kinesis",
      enforce_consumer_deletion: true,
    });
  });

  test("takes its properties", () => {
    const template = synthesize((stack) => {
      const key = new KmsKey(stack, "key");
      const streamProps: StreamProps = {
        name: "views",
        shardCount: 3,
        retentionHours: 48,
        encryptionKey: key,
        shardLevelMetrics: ["IncomingBytes"],
      };
      pageViewIngest(stack, { streamProps });
    });
    expect(template.block("aws_kinesis_stream")).toMatchObject({
      name: "views",
      shard_count: 3,
      retention_period: 48,
      kms_key_id: "${aws_kms_key.key.arn}",
      shard_level_metrics: ["IncomingBytes"],
    });
  });

  test("has no shard count on demand", () => {
    const template = synthesize(
      (stack) => void pageViewIngest(stack, { streamProps: { mode: "ON_DEMAND" } }),
    );
    expect(template.block("aws_kinesis_stream")).toMatchObject({
      stream_mode_details: { stream_mode: "ON_DEMAND" },
    });
    expect(template.block("aws_kinesis_stream")).not.toHaveProperty("shard_count");
  });

  test("is named after project and environment where they are set", () => {
    const template = synthesize((stack) => {
      setNames(stack, { project: "shop", environment: "prod" });
      pageViewIngest(stack);
    });
    expect(template.block("aws_kinesis_stream").name).toBe("shop-prod-ingest");
    expect(template.block("aws_lambda_function").function_name).toBe("shop-prod-ingest-processor");
    expect(template.block("aws_kinesis_firehose_delivery_stream").name).toBe("shop-prod-ingest-delivery");
  });

  test("may exist already", () => {
    const template = synthesize((stack) => {
      const stream = new KinesisStream(stack, "theirs", { name: "theirs", retentionPeriod: 72 });
      pageViewIngest(stack, { stream });
    });
    expect(template.all("aws_kinesis_stream").map(({ address }) => address)).toEqual([
      "aws_kinesis_stream.theirs",
    ]);
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      event_source_arn: "${aws_kinesis_stream.theirs.arn}",
      maximum_record_age_in_seconds: 36 * 3600,
    });
    expect(template.block("aws_kinesis_firehose_delivery_stream").kinesis_source_configuration).toEqual({
      kinesis_stream_arn: "${aws_kinesis_stream.theirs.arn}",
      role_arn: expect.stringMatching(/^\$\{aws_iam_role\.ingest_delivery_role_\w+\.arn\}$/),
    });
  });

  test("that exists without a retention has AWS's, a day", () => {
    const template = synthesize((stack) => {
      pageViewIngest(stack, { stream: new KinesisStream(stack, "theirs", { name: "theirs" }) });
    });
    expect(template.block("aws_lambda_event_source_mapping").maximum_record_age_in_seconds).toBe(12 * 3600);
  });
});

describe("an ingest", () => {
  test("can be there twice in one stack, each with resources and names of its own", () => {
    const template = synthesize((stack) => {
      const { bucket } = new DataLake(stack, "lake");
      for (const id of ["views", "clicks"])
        new StreamingIngest(stack, id, {
          processor: { entry: handlerEntry },
          delivery: {
            bucket,
            prefix: `processed/${id}/`,
            errorPrefix: `errors/${id}/!{firehose:error-output-type}/`,
          },
        });
    });
    const names = (type: string, argument: string) => template.all(type).map(({ block }) => block[argument]);
    expect(names("aws_kinesis_stream", "name").sort()).toEqual(["test-clicks", "test-views"]);
    for (const [type, argument] of [
      ["aws_lambda_function", "function_name"],
      ["aws_kinesis_firehose_delivery_stream", "name"],
      ["aws_iam_role", "name"],
      ["aws_cloudwatch_log_group", "name"],
      ["aws_sqs_queue", "name"],
      ["aws_sns_topic", "name"],
      ["aws_cloudwatch_metric_alarm", "alarm_name"],
      ["aws_cloudwatch_dashboard", "dashboard_name"],
    ] as const) {
      const all = names(type, argument);
      expect(new Set(all).size).toBe(all.length);
      expect(all.length).toBeGreaterThanOrEqual(2);
    }
  });

  test("hands its customer-managed key to everything that stores data", () => {
    const template = synthesize((stack) => {
      pageViewIngest(stack, { encryptionKey: new KmsKey(stack, "key") });
    });
    const arn = "${aws_kms_key.key.arn}";
    expect(template.block("aws_kinesis_stream").kms_key_id).toBe(arn);
    expect(template.block("aws_sqs_queue").kms_master_key_id).toBe(arn);
    expect(template.block("aws_sqs_queue")).not.toHaveProperty("sqs_managed_sse_enabled");
    expect(template.block("aws_lambda_function").kms_key_arn).toBe(arn);
    expect(template.block("aws_sns_topic").kms_master_key_id).toBe(arn);
    expect(template.all("aws_cloudwatch_log_group").map(({ block }) => block.kms_key_id)).toEqual([arn, arn]);
    const use = { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [arn] };
    const read = { actions: ["kms:Decrypt"], resources: [arn] };
    expect(template.statements("processor_use-keys")).toEqual([use]);
    expect(template.statements("processor_read-stream")).toContainEqual(read);
    expect(template.statements("delivery_read-stream")).toContainEqual(read);
  });

  test("lets a producer write, and nothing else", () => {
    const template = synthesize((stack) => void pageViewIngest(stack).ingest.grantWrite(role(stack)));
    expect(template.statements("ingest_write-stream")).toEqual([
      {
        actions: [
          "kinesis:DescribeStreamSummary",
          "kinesis:ListShards",
          "kinesis:PutRecord",
          "kinesis:PutRecords",
        ],
        resources: [expect.stringMatching(/^\$\{aws_kinesis_stream\.ingest_stream_\w+\.arn\}$/)],
      },
    ]);
    expect(template.block("aws_iam_role_policy", "ingest_write-stream").role).toBe(
      "${aws_iam_role.someone.name}",
    );
  });

  test("lets another consumer read, and nothing else", () => {
    const template = synthesize((stack) => void pageViewIngest(stack).ingest.grantRead(role(stack)));
    expect(template.statements("ingest_read-stream")).toEqual([
      {
        actions: [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ],
        resources: [expect.stringMatching(/^\$\{aws_kinesis_stream\.ingest_stream_\w+\.arn\}$/)],
      },
    ]);
  });

  test("grants the key with the stream, to several roles", () => {
    const template = synthesize((stack) => {
      const { ingest } = pageViewIngest(stack, { encryptionKey: new KmsKey(stack, "key") });
      ingest.grantWrite(role(stack));
      ingest.grantWrite(new IamRole(stack, "another", { assumeRolePolicy: "{}" }));
      ingest.grantRead(new IamRole(stack, "reader", { assumeRolePolicy: "{}" }));
    });
    const resources = ["${aws_kms_key.key.arn}"];
    const documents = template
      .policyDocuments()
      .filter(({ address }) => address.includes("ingest_write-stream"));
    expect(documents).toHaveLength(2);
    for (const { statements } of documents)
      expect(statements).toContainEqual({ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources });
    expect(template.statements("ingest_read-stream")).toContainEqual({ actions: ["kms:Decrypt"], resources });
  });

  test("reports every problem of all its parts at once, by path, prop, value and rule", () => {
    const problems = problemsOf((stack) => {
      pageViewIngest(stack, {
        name: "page views",
        streamProps: { mode: "ON_DEMAND", shardCount: 2, retentionHours: 12 },
        processor: { batchSize: 0, maximumRecordAgeSeconds: 30 },
        delivery: { bufferMebibytes: 32, errorPrefix: "errors/" },
        monitoring: { iteratorAgeSeconds: 0 },
      });
    });
    expect(problems).toEqual([
      'test/ingest: streamProps.name is "page views": must be 1-128 letters, digits and _.-',
      "test/ingest: streamProps.retentionHours is 12: must be a whole number of hours from 24 to 8760",
      "test/ingest: streamProps.shardCount is 2: an ON_DEMAND stream has no shard count",
      'test/ingest: processor.functionName is "page views-processor": must be 1-64 letters, digits and _-',
      "test/ingest: processor.batchSize is 0: must be a whole number of records from 1 to 10000",
      "test/ingest: processor.maximumRecordAgeSeconds is 30: must be a whole number of seconds (or be -1, without end) from 60 to 604800",
      'test/ingest: processor.deadLetterQueueProps.name is "page views-processor-dead-letters": must be 1-80 letters, digits and _-',
      'test/ingest: delivery.name is "page views-delivery": must be 1-64 letters, digits and _.-',
      "test/ingest: delivery.bufferMebibytes is 32: must be a whole number of MiB from 64 to 128",
      'test/ingest: delivery.errorPrefix is "errors/": must have !{firehose:error-output-type}',
      "test/ingest: monitoring.iteratorAgeSeconds is 0: must be a whole number of seconds from 1 to 604800",
    ]);
  });

  test("takes an existing stream or the properties of a new one, not both", () => {
    const problems = problemsOf((stack) => {
      const stream = new KinesisStream(stack, "theirs", { name: "theirs" });
      pageViewIngest(stack, { stream, streamProps: { shardCount: 2 } });
    });
    expect(problems).toEqual(["test/ingest: stream and streamProps are both given: give one of them"]);
  });

  test.each<[StreamProps, string]>([
    [{ shardCount: 0 }, "streamProps.shardCount is 0: must be a whole number of shards from 1 to 20000"],
    [
      { shardCount: 20_001 },
      "streamProps.shardCount is 20001: must be a whole number of shards from 1 to 20000",
    ],
    [
      { retentionHours: 23 },
      "streamProps.retentionHours is 23: must be a whole number of hours from 24 to 8760",
    ],
    [
      { retentionHours: 8761 },
      "streamProps.retentionHours is 8761: must be a whole number of hours from 24 to 8760",
    ],
    [{ name: "a b" }, 'streamProps.name is "a b": must be 1-128 letters, digits and _.-'],
  ])("refuses %j", (streamProps, problem) => {
    expect(problemsOf((stack) => void pageViewIngest(stack, { streamProps }))).toContain(
      `test/ingest: ${problem}`,
    );
  });
});

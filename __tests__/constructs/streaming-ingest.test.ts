import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { type TerraformStack, TerraformVariable } from "cdktf";
import { describe, expect, test } from "vitest";
import { DataLake, Stream, StreamingIngest, type StreamProps } from "../../constructs/index";
import { pageViewIngest } from "../support/page-views";
import { handlerEntry, problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

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
    const template = synthesize((inStack) => {
      const key = new KmsKey(inStack, "key");
      const stream: StreamProps = {
        name: "views",
        shardCount: 3,
        retentionHours: 48,
        encryptionKey: key,
        shardLevelMetrics: ["IncomingBytes"],
      };
      pageViewIngest(inStack, { stream });
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
    const template = synthesize((stack) => void pageViewIngest(stack, { stream: { mode: "ON_DEMAND" } }));
    expect(template.block("aws_kinesis_stream")).toMatchObject({
      stream_mode_details: { stream_mode: "ON_DEMAND" },
    });
    expect(template.block("aws_kinesis_stream")).not.toHaveProperty("shard_count");
  });

  test("is named after project and environment where they are set", () => {
    const names = { project: "shop", environment: "prod" };
    const template = synthesize((stack) => void pageViewIngest(stack), { names });
    expect(template.block("aws_kinesis_stream").name).toBe("shop-prod-ingest");
    expect(template.block("aws_lambda_function").function_name).toBe("shop-prod-ingest-processor");
    expect(template.block("aws_kinesis_firehose_delivery_stream").name).toBe("shop-prod-ingest-delivery");
  });

  test("may exist already, known by its ARN", () => {
    const arn = "arn:aws:kinesis:us-east-1:123456789012:stream/theirs";
    const template = synthesize((stack) => {
      const stream = Stream.fromArn(stack, "theirs", arn, { retentionHours: 72 });
      expect(stream).toMatchObject({ name: "theirs", arn, retentionHours: 72 });
      pageViewIngest(stack, { stream });
    });
    expect(template.all("aws_kinesis_stream")).toEqual([]);
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      event_source_arn: arn,
      maximum_record_age_in_seconds: 36 * 3600,
    });
    expect(template.block("aws_kinesis_firehose_delivery_stream").kinesis_source_configuration).toEqual({
      kinesis_stream_arn: arn,
      role_arn: expect.stringMatching(/^\$\{aws_iam_role\.ingest_delivery_role_\w+\.arn\}$/),
    });
  });

  test("that exists with a retention that is not known is taken to keep its records for a day", () => {
    const template = synthesize((stack) => {
      const arn = new TerraformVariable(stack, "arn", { type: "string" }).stringValue;
      const stream = Stream.fromArn(stack, "stream", arn);
      expect(stream.retentionHours).toBeUndefined();
      pageViewIngest(stack, { stream });
    });
    expect(template.block("aws_lambda_event_source_mapping").maximum_record_age_in_seconds).toBe(12 * 3600);
    expect(alarmDimensions(template)).toContainEqual({
      StreamName: '${element(split("/", var.arn), 1)}',
    });
  });

  test("that exists is refused with a wrong ARN, retention or key", () => {
    const problems = problemsOf((stack) => {
      Stream.fromArn(stack, "theirs", "theirs", { retentionHours: 1, encryptionKey: "alias/theirs" });
    });
    expect(problems).toEqual([
      'test/theirs: arn is "theirs": must be a stream\'s ARN, such as arn:aws:kinesis:us-east-1:123456789012:stream/orders',
      "test/theirs: retentionHours is 1: must be a whole number of hours from 24 to 8760",
      expect.stringMatching(/^test\/theirs: encryptionKey is "alias\/theirs": must be a key or its ARN/),
    ]);
  });
});

describe("an ingest", () => {
  test("can be there twice in one stack, each with resources and names of its own", () => {
    const template = synthesize((stack) => {
      const lake = new DataLake(stack, "lake");
      for (const id of ["views", "clicks"])
        new StreamingIngest(stack, id, { handler: handlerEntry, to: { lake, prefix: `processed/${id}/` } });
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

  test("uses its lake's customer-managed key for everything that stores data, but not for the alarms' topic", () => {
    const template = synthesize((stack) => {
      pageViewIngest(stack, {}, { encryptionKey: new KmsKey(stack, "key") });
    });
    const arn = "${aws_kms_key.key.arn}";
    expect(template.block("aws_kinesis_stream").kms_key_id).toBe(arn);
    expect(template.block("aws_sqs_queue").kms_master_key_id).toBe(arn);
    expect(template.block("aws_sqs_queue")).not.toHaveProperty("sqs_managed_sse_enabled");
    expect(template.block("aws_lambda_function").kms_key_arn).toBe(arn);
    expect(template.block("aws_sns_topic")).not.toHaveProperty("kms_master_key_id");
    expect(template.all("aws_cloudwatch_log_group").map(({ block }) => block.kms_key_id)).toEqual([arn, arn]);
    const use = { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [arn] };
    const read = { actions: ["kms:Decrypt"], resources: [arn] };
    expect(template.statements("processor_use-keys")).toEqual([read]);
    expect(template.statements("processor_read-stream")).toContainEqual(read);
    expect(template.statements("processor_send-dead-letters")).toContainEqual(use);
    expect(template.statements("delivery_read-stream")).toContainEqual(read);
    expect(template.statements("delivery_write-bucket")).toContainEqual(use);
  });

  test("takes another key than its lake's", () => {
    const template = synthesize((stack) => {
      pageViewIngest(
        stack,
        { encryptionKey: new KmsKey(stack, "own") },
        { encryptionKey: new KmsKey(stack, "key") },
      );
    });
    expect(template.block("aws_kinesis_stream").kms_key_id).toBe("${aws_kms_key.own.arn}");
    expect(template.statements("delivery_write-bucket")).toContainEqual({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["${aws_kms_key.key.arn}"],
    });
  });

  test("lets a producer write to its stream, and nothing else", () => {
    const template = synthesize((stack) => void pageViewIngest(stack).ingest.stream.grantWrite(role(stack)));
    expect(template.statements("stream_grants")).toEqual([
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
    expect(template.block("aws_iam_role_policy", "stream_grants").role).toBe("${aws_iam_role.someone.name}");
  });

  test("lets another consumer read its stream, with its key", () => {
    const template = synthesize((stack) => {
      const encryptionKey = new KmsKey(stack, "key");
      pageViewIngest(stack, { encryptionKey }).ingest.stream.grantRead(role(stack));
    });
    expect(template.statements("stream_grants")).toEqual([
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
      { actions: ["kms:Decrypt"], resources: ["${aws_kms_key.key.arn}"] },
    ]);
  });

  test("reports every problem of all its parts at once, by path, prop, value and rule", () => {
    const problems = problemsOf((stack) => {
      pageViewIngest(stack, {
        name: "page views",
        stream: { mode: "ON_DEMAND", shardCount: 2, retentionHours: 12 },
        mapping: { batchSize: 0, maximumRecordAgeSeconds: 30 },
        delivery: { buffer: { mebibytes: 32 }, errorPrefix: "errors/" },
        monitoring: { iteratorAgeSeconds: 0 },
      });
    });
    expect(problems).toEqual([
      'test/ingest: name is "page views": must be 1-54 letters, digits and _-, because the parts\' names are longer',
      "test/ingest/stream: retentionHours is 12: must be a whole number of hours from 24 to 8760",
      "test/ingest/stream: shardCount is 2: an ON_DEMAND stream has no shard count",
      "test/ingest/processor: mapping.batchSize is 0: must be a whole number of records from 1 to 10000",
      "test/ingest/processor: mapping.maximumRecordAgeSeconds is 30: must be a whole number of seconds (or be -1, without end) from 60 to 604800",
      "test/ingest/delivery: buffer.mebibytes is 32: must be a whole number of MiB from 64 to 128",
      'test/ingest/delivery: errorPrefix is "errors/": must have !{firehose:error-output-type}',
      "test/ingest/monitoring: iteratorAgeSeconds is 0: must be a whole number of seconds from 1 to 604800",
    ]);
  });

  test("takes a handler's file or a function, and one of them", () => {
    const both = problemsOf((stack) => {
      pageViewIngest(stack, { handler: handlerEntry, function: { entry: handlerEntry } });
    });
    expect(both).toEqual(["test/ingest: handler and function are both given: give one of them"]);
    const none = problemsOf((stack) => void pageViewIngest(stack, { handler: undefined }));
    expect(none).toEqual(["test/ingest: handler is undefined: give the handler's file, or a function"]);
  });

  test.each<[StreamProps, string]>([
    [{ shardCount: 0 }, "shardCount is 0: must be a whole number of shards from 1 to 20000"],
    [{ shardCount: 20_001 }, "shardCount is 20001: must be a whole number of shards from 1 to 20000"],
    [{ retentionHours: 23 }, "retentionHours is 23: must be a whole number of hours from 24 to 8760"],
    [{ retentionHours: 8761 }, "retentionHours is 8761: must be a whole number of hours from 24 to 8760"],
    [{ name: "a b" }, 'name is "a b": must be 1-128 letters, digits and _.-'],
  ])("refuses %j", (stream, problem) => {
    expect(problemsOf((stack) => void pageViewIngest(stack, { stream }))).toContain(
      `test/ingest/stream: ${problem}`,
    );
  });
});

function alarmDimensions(template: Template): unknown[] {
  return template.all("aws_cloudwatch_metric_alarm").map(({ block }) => block.dimensions);
}

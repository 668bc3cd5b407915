import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import { DataAwsGlueCatalogTable } from "@cdktf/provider-aws/lib/data-aws-glue-catalog-table";
import { DataAwsKinesisStream } from "@cdktf/provider-aws/lib/data-aws-kinesis-stream";
import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket";
import { DataAwsSnsTopic } from "@cdktf/provider-aws/lib/data-aws-sns-topic";
import { DataAwsSqsQueue } from "@cdktf/provider-aws/lib/data-aws-sqs-queue";
import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  AccessLogBucket,
  Catalog,
  CustomerManagedKey,
  DataLake,
  type DeadLetterQueueProps,
  type FunctionReference,
  type KeyReference,
  LakeTable,
  QueryLayer,
  Stream,
  StreamDelivery,
  StreamingIngest,
  StreamProcessor,
  type StreamReference,
  type TopicReference,
  type WorkgroupReference,
} from "../../../constructs/index";
import { pageViewIngest } from "../../support/page-views";
import { handlerEntry, problemsOf, synthesize, synthesizeStacks } from "../../support/synthesize";

type Ways<T> = readonly [string, (stack: TerraformStack) => T, string][];

const arnOf = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`;
const streamArn = arnOf("kinesis", "stream/views");
const keyArn = arnOf("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab");
const columns = [{ name: "page", type: "string" }];

/** Everything that exists is given by a resource, by a data source, by ARN, and by name where AWS's names suffice. */
describe("a stream that exists", () => {
  const ways: Ways<StreamReference> = [
    [
      "a resource",
      (stack) => new KinesisStream(stack, "theirs", { name: "v" }),
      "${aws_kinesis_stream.theirs.arn}",
    ],
    [
      "a data source",
      (stack) => new DataAwsKinesisStream(stack, "theirs", { name: "v" }),
      "${data.aws_kinesis_stream.theirs.arn}",
    ],
    ["an ARN", () => streamArn, streamArn],
  ];

  test.each(ways)("is given by %s to a delivery, a function and an ingest", (_, streamOf, arn) => {
    const template = synthesize((stack) => {
      const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
      const stream = streamOf(stack);
      new StreamDelivery(stack, "delivery", { stream, to });
      new StreamProcessor(stack, "processor", { stream, function: { entry: handlerEntry } });
      new StreamingIngest(stack, "ingest", { stream, handler: handlerEntry, to });
    });
    for (const { block } of template.all("aws_kinesis_firehose_delivery_stream"))
      expect(block.kinesis_source_configuration).toMatchObject({ kinesis_stream_arn: arn });
    for (const { block } of template.all("aws_lambda_event_source_mapping"))
      expect(block.event_source_arn).toBe(arn);
  });

  test("is asked for its key where the app can see that it has one", () => {
    const problems = problemsOf((stack) => {
      const key = new KmsKey(stack, "key");
      const theirs = new KinesisStream(stack, "theirs", { name: "v", kmsKeyId: key.arn });
      Stream.fromArn(stack, "unknown", theirs.arn);
      Stream.fromArn(stack, "known", theirs.arn, { encryptionKey: key });
      const plain = new KinesisStream(stack, "plain", { name: "p", kmsKeyId: "alias/aws/kinesis" });
      Stream.fromArn(stack, "managed", plain.arn);
    });
    expect(problems).toEqual([
      "test/unknown: encryptionKey is undefined: the stream has a customer-managed key, which its readers and writers must be granted",
    ]);
  });
});

describe("a function that exists", () => {
  const data = "${data.aws_lambda_function.processor_existing_";
  const ways: Ways<FunctionReference> = [
    [
      "a resource",
      (stack) => new LambdaFunction(stack, "theirs", { functionName: "count", role: streamArn }),
      "${aws_lambda_function.theirs.arn}",
    ],
    [
      "a data source",
      (stack) => new DataAwsLambdaFunction(stack, "theirs", { functionName: "count" }),
      "${data.aws_lambda_function.theirs.arn}",
    ],
    ["an ARN", () => arnOf("lambda", "function:count"), data],
    ["a name", () => "count", data],
  ];

  test.each(ways)("is given by %s, and its role may read the stream", (_, functionOf, arn) => {
    const template = synthesize((stack) => {
      new StreamProcessor(stack, "processor", { stream: streamArn, function: functionOf(stack) });
    });
    expect(template.block("aws_lambda_event_source_mapping").function_name).toContain(arn);
    expect(template.statements("processor")[0]?.resources).toEqual([streamArn]);
  });

  test.each(ways)("is given by %s to an ingest", (_, functionOf, arn) => {
    const template = synthesize((stack) => {
      const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
      new StreamingIngest(stack, "ingest", { stream: streamArn, function: functionOf(stack), to });
    });
    const name = String(template.block("aws_lambda_event_source_mapping").function_name);
    expect(name).toContain(arn.replace("processor_", "ingest_processor_"));
  });

  test.each([arnOf("lambda", "function:count:3"), "count it", "arn:aws:iam::123456789012:role/count"])(
    "is not %s",
    (wrong) => {
      const problems = problemsOf((stack) => {
        new StreamProcessor(stack, "processor", { stream: streamArn, function: wrong });
      });
      expect(problems).toEqual([
        expect.stringMatching(
          /^test\/processor: function is ".*": must be a function, its name, or its ARN without a version/,
        ),
      ]);
    },
  );
});

describe("a lake that exists", () => {
  test.each<[string, (stack: TerraformStack) => ReturnType<typeof DataLake.fromBucketName>, string, string]>([
    ["a name", (s) => DataLake.fromBucketName(s, "lake", "theirs"), "theirs", "arn:aws:s3:::theirs"],
    [
      "an ARN of any partition",
      (s) => DataLake.fromBucketArn(s, "lake", "arn:aws-cn:s3:::theirs"),
      "theirs",
      "arn:aws-cn:s3:::theirs",
    ],
    [
      "a resource",
      (s) => DataLake.fromBucket(s, "lake", new S3Bucket(s, "b")),
      "${aws_s3_bucket.b.bucket}",
      "${aws_s3_bucket.b.arn}",
    ],
    [
      "a resource's ARN",
      (s) => DataLake.fromBucketArn(s, "lake", new S3Bucket(s, "b").arn),
      '${element(split(":", aws_s3_bucket.b.arn), 5)}',
      "${aws_s3_bucket.b.arn}",
    ],
    [
      "a data source",
      (s) => DataLake.fromBucket(s, "lake", new DataAwsS3Bucket(s, "b", { bucket: "theirs" })),
      "${data.aws_s3_bucket.b.bucket}",
      "${data.aws_s3_bucket.b.arn}",
    ],
  ])("is given by %s", (_, lakeOf, name, arn) => {
    const template = synthesize((stack) => {
      const lake = lakeOf(stack);
      new Catalog(stack, "catalog", { lake, database: "web" }).addTable("views", { columns });
      new StreamDelivery(stack, "delivery", { stream: streamArn, to: { lake, prefix: "raw/" } });
    });
    expect(template.block("aws_glue_catalog_table").storage_descriptor).toMatchObject({
      location: `s3://${name}/processed/views/`,
    });
    expect(template.statements("delivery_write-bucket")[0]?.resources).toEqual([arn]);
  });

  const asksForKey =
    "encryptionKey is undefined: the bucket has a customer-managed key, which whoever is granted its objects must be granted";

  test("is asked for its key where the app can see that the bucket has one", () => {
    const problems = problemsOf((stack) => {
      const bucket = new S3Bucket(stack, "bucket", { bucket: "theirs" });
      const kmsMasterKeyId = new KmsKey(stack, "key").arn;
      new S3BucketServerSideEncryptionConfigurationA(stack, "encryption", {
        bucket: bucket.id,
        rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId } }],
      });
      DataLake.fromBucket(stack, "object", bucket);
      DataLake.fromBucketName(stack, "name", "theirs");
      DataLake.fromBucketName(stack, "attribute", bucket.bucket);
      DataLake.fromBucketArn(stack, "arn", bucket.arn);
      DataLake.fromBucket(stack, "known", bucket, { encryptionKey: keyArn });
      DataLake.fromBucketName(stack, "other", "others");
    });
    expect(problems).toEqual(["object", "name", "attribute", "arn"].map((id) => `test/${id}: ${asksForKey}`));
  });

  test("is asked for the key of another stack's lake, and takes that lake as it is", () => {
    let lake: DataLake;
    const build = (known: boolean) => () =>
      synthesizeStacks({
        owner: (stack) => {
          lake = new DataLake(stack, "lake", { encryptionKey: new CustomerManagedKey(stack, "key") });
        },
        reader: (stack) => {
          const { encryptionKey } = lake;
          const theirs = DataLake.fromBucket(stack, "theirs", lake.bucket, known ? { encryptionKey } : {});
          new StreamDelivery(stack, "delivery", { stream: streamArn, to: { lake: theirs, prefix: "raw/" } });
        },
      });
    expect(build(false)).toThrow(`[reader/theirs] ${asksForKey}`);
    expect(JSON.stringify(build(true)().reader?.policyDocuments())).toContain("kms:GenerateDataKey");
  });

  test("lends its bucket's access log a bucket by resource, data source or name", () => {
    const ways: Ways<string | { readonly id: string }> = [
      ["an object", (stack) => new AccessLogBucket(stack, "logs").bucket, "${aws_s3_bucket.logs_bucket_"],
      [
        "a data source",
        (stack) => new DataAwsS3Bucket(stack, "logs", { bucket: "logs" }),
        "${data.aws_s3_bucket.logs.id}",
      ],
      ["a name", () => "company-logs", "company-logs"],
    ];
    for (const [, bucketOf, target] of ways) {
      const template = synthesize((stack) => {
        new DataLake(stack, "lake", { accessLogs: { bucket: bucketOf(stack), prefix: "lake/" } });
      });
      expect(template.block("aws_s3_bucket_logging").target_bucket).toContain(target);
    }
    expect(
      problemsOf((stack) => {
        new DataLake(stack, "lake", { accessLogs: { bucket: "Logs", prefix: "/lake/" } });
      }),
    ).toEqual([
      'test/lake: accessLogs.bucket is "Logs": must be the name of an S3 bucket',
      'test/lake: accessLogs.prefix is "/lake/": must not start with "/"',
    ]);
  });
});

describe("a table that exists", () => {
  const tableArn = arnOf("glue", "table/shop/orders");
  test.each<[string, (stack: TerraformStack) => string, string]>([
    [
      "of a resource",
      (stack) => new GlueCatalogTable(stack, "t", { name: "orders", databaseName: "shop" }).arn,
      "${aws_glue_catalog_table.t.arn}",
    ],
    [
      "of a data source",
      (stack) => new DataAwsGlueCatalogTable(stack, "t", { name: "orders", databaseName: "shop" }).arn,
      "${data.aws_glue_catalog_table.t.arn}",
    ],
    ["as text", () => tableArn, tableArn],
  ])("is given by an ARN %s", (_, arnIn, arn) => {
    const template = synthesize((stack) => {
      const lake = DataLake.fromBucketName(stack, "lake", "theirs");
      LakeTable.fromArn(stack, "orders", arnIn(stack), { lake, prefix: "orders/" }).grantRead("analysts");
    });
    expect(template.statements(".grants-")[0]?.resources).toContain(arn);
  });
});

test.each<[string, (stack: TerraformStack) => string | { readonly name: string }, string]>([
  ["a name", () => "web", "web"],
  [
    "an object",
    (stack) => new GlueCatalogDatabase(stack, "db", { name: "web" }),
    "${aws_glue_catalog_database.db.name}",
  ],
])("a database that exists is given by %s", (_, databaseOf, name) => {
  const template = synthesize((stack) => {
    const lake = DataLake.fromBucketName(stack, "lake", "theirs");
    new Catalog(stack, "catalog", { lake, database: databaseOf(stack) }).addTable("views", { columns });
  });
  expect(template.block("aws_glue_catalog_table").database_name).toBe(name);
});

describe("a workgroup that exists", () => {
  const arn = arnOf("athena", "workgroup/analysts");
  const ways: Ways<WorkgroupReference> = [
    [
      "an object",
      (stack) => new AthenaWorkgroup(stack, "theirs", { name: "a" }),
      "${aws_athena_workgroup.theirs.arn}",
    ],
    ["an ARN", () => arn, arn],
    [
      "a name",
      () => "analysts",
      'arn:${element(split(":", data.aws_caller_identity.streaming-data-lake-account.arn), 1)}:athena:${data.aws_region.streaming-data-lake-region.id}:${data.aws_caller_identity.streaming-data-lake-account.account_id}:workgroup/analysts',
    ],
  ];
  test.each(ways)("is given by %s", (_, workgroup, resource) => {
    const template = synthesize((stack) => {
      const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
      const queries = new QueryLayer(stack, "queries", { catalog, workgroup: workgroup(stack) });
      queries.grantQuery(new IamRole(stack, "role", { assumeRolePolicy: "{}" }), []);
    });
    expect(template.statements("queries_grants")[0]?.resources).toEqual([resource]);
  });

  test("is neither of another service nor named with a space", () => {
    const problems = problemsOf((stack) => {
      const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
      new QueryLayer(stack, "one", { catalog, workgroup: "my group" });
      new QueryLayer(stack, "two", { catalog, workgroup: streamArn });
    });
    expect(problems).toEqual([
      expect.stringMatching(/^test\/one: workgroup is "my group": must be a workgroup, its name, or its ARN/),
      expect.stringMatching(
        /^test\/two: workgroup is "arn:aws:kinesis:.*": must be a workgroup, its name, or its ARN/,
      ),
    ]);
  });
});

describe("a queue that exists", () => {
  const queueArn = arnOf("sqs", "lost");
  const ways: Ways<NonNullable<DeadLetterQueueProps["queue"]>> = [
    ["a resource", (stack) => new SqsQueue(stack, "theirs", { name: "lost" }), "${aws_sqs_queue.theirs.arn}"],
    [
      "a data source",
      (stack) => new DataAwsSqsQueue(stack, "theirs", { name: "lost" }),
      "${data.aws_sqs_queue.theirs.arn}",
    ],
    ["an ARN", () => queueArn, queueArn],
  ];
  test.each(ways)("is given by %s", (_, queue, arn) => {
    const template = synthesize((stack) => {
      const onFailure = { queue: queue(stack) };
      new StreamProcessor(stack, "processor", {
        stream: streamArn,
        function: { entry: handlerEntry },
        onFailure,
      });
    });
    expect(template.statements("send-dead-letters")[0]?.resources).toEqual([arn]);
  });

  test("is asked for its key where the app can see that it has one", () => {
    const problems = problemsOf((stack) => {
      const theirs = new SqsQueue(stack, "theirs", {
        name: "lost",
        kmsMasterKeyId: new KmsKey(stack, "k").arn,
      });
      for (const [id, queue] of Object.entries({ object: theirs, arn: theirs.arn }))
        new StreamProcessor(stack, id, {
          stream: streamArn,
          function: { entry: handlerEntry },
          onFailure: { queue },
        });
    });
    const rule = "the queue has a customer-managed key, which its senders must be granted";
    expect(problems).toEqual(
      ["object", "arn"].map((id) => `test/${id}: onFailure.encryptionKey is undefined: ${rule}`),
    );
  });
});

describe("a topic that exists", () => {
  const topicArn = arnOf("sns", "alarms");
  const ways: Ways<TopicReference> = [
    ["a resource", (stack) => new SnsTopic(stack, "theirs"), "${aws_sns_topic.theirs.arn}"],
    [
      "a data source",
      (stack) => new DataAwsSnsTopic(stack, "theirs", { name: "alarms" }),
      "${data.aws_sns_topic.theirs.arn}",
    ],
    ["an ARN", () => topicArn, topicArn],
  ];
  test.each(ways)("is given by %s", (_, topic, arn) => {
    const template = synthesize((stack) => {
      pageViewIngest(stack, { monitoring: { alarmTopic: topic(stack) } });
    });
    for (const { block } of template.all("aws_cloudwatch_metric_alarm"))
      expect(block.alarm_actions).toEqual([arn]);
  });

  test("is not a name, which no alarm could publish to", () => {
    const problems = problemsOf(
      (stack) => void pageViewIngest(stack, { monitoring: { alarmTopic: "alarms" } }),
    );
    expect(problems).toEqual([
      'test/ingest/monitoring: alarmTopic is "alarms": must be a topic or its ARN, such as arn:aws:sns:us-east-1:123456789012:alarms',
    ]);
  });
});

describe("a key that exists", () => {
  const ways: Ways<KeyReference> = [
    ["a resource", (stack) => new KmsKey(stack, "theirs"), "${aws_kms_key.theirs.arn}"],
    [
      "a data source",
      (stack) => new DataAwsKmsKey(stack, "theirs", { keyId: "alias/x" }),
      "${data.aws_kms_key.theirs.arn}",
    ],
    ["an ARN", () => keyArn, keyArn],
  ];
  test.each(ways)("is given by %s", (_, key, arn) => {
    const template = synthesize((stack) => {
      const lake = new DataLake(stack, "lake", { encryptionKey: key(stack) });
      new StreamDelivery(stack, "delivery", { stream: streamArn, to: { lake, prefix: "raw/" } });
    });
    expect(template.statements("delivery_write-bucket").at(-1)?.resources).toEqual([arn]);
  });
});

describe("the key of an alarms' topic", () => {
  const rule = "alarms can't publish under the key test/key, unless its alarmTopics is true";
  const withTopic = (alarmTopics: boolean, keyOf: (key: CustomerManagedKey) => KeyReference) =>
    problemsOf((stack) => {
      const encryptionKey = keyOf(new CustomerManagedKey(stack, "key", { alarmTopics }));
      pageViewIngest(stack, { monitoring: { alarmTopicProps: { encryptionKey } } });
    });

  test.each<[string, (key: CustomerManagedKey) => KeyReference]>([
    ["itself", (key) => key],
    ["its resource", (key) => key.key],
    ["its ARN", (key) => key.arn],
  ])("lets alarms use it, whether it is given by %s", (_, keyOf) => {
    expect(withTopic(true, keyOf)).toEqual([]);
    expect(withTopic(false, keyOf)).toEqual([
      `test/ingest/monitoring: alarmTopicProps.encryptionKey is test/key: ${rule}`,
    ]);
  });

  test("lets alarms use it where the topic exists", () => {
    const problems = problemsOf((stack) => {
      const key = new CustomerManagedKey(stack, "key");
      const alarmTopic = new SnsTopic(stack, "topic", { kmsMasterKeyId: key.key.keyId });
      pageViewIngest(stack, { monitoring: { alarmTopic } });
    });
    expect(problems).toEqual([`test/ingest/monitoring: alarmTopic is test/topic: ${rule}`]);
  });
});

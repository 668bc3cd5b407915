import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import { DataAwsKinesisStream } from "@cdktf/provider-aws/lib/data-aws-kinesis-stream";
import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { IamGroup } from "@cdktf/provider-aws/lib/iam-group";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  Catalog,
  DataLake,
  type FunctionReference,
  LakeTable,
  QueryLayer,
  Stream,
  StreamDelivery,
  StreamingIngest,
  StreamProcessor,
} from "../../../constructs/index";
import { handlerEntry, problemsOf, synthesize } from "../../support/synthesize";

const streamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/views";
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:count";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("two ingests with a function that exists have a queue and a consumer each", () => {
  const template = synthesize((stack) => {
    const lake = new DataLake(stack, "lake");
    for (const id of ["one", "two"])
      new StreamingIngest(stack, id, {
        stream: streamArn,
        function: "count",
        mapping: { enhancedFanOut: true },
        to: { lake, prefix: `raw/${id}/` },
      });
  });
  const names = (type: string) => template.all(type).map(({ block }) => block.name);
  expect(names("aws_sqs_queue")).toEqual([
    "test-one-processor-dead-letters",
    "test-two-processor-dead-letters",
  ]);
  expect(names("aws_kinesis_stream_consumer")).toEqual(["test-one-processor", "test-two-processor"]);
});

describe("the timeout of a function that exists", () => {
  const build = (stack: TerraformStack, handler: FunctionReference) => {
    const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
    const mapping = { batchingWindowSeconds: 5 };
    new StreamingIngest(stack, "ingest", { stream: streamArn, function: handler, mapping, to });
  };
  const alarms = (functionOf: (stack: TerraformStack) => FunctionReference) =>
    synthesize((stack) => build(stack, functionOf(stack)))
      .all("aws_cloudwatch_metric_alarm")
      .filter(({ block }) => block.alarm_name === "test-ingest-function-duration")
      .map(({ block }) => block.threshold);

  test.each<[string, (stack: TerraformStack) => FunctionReference, string]>([
    ["name", () => "count", "data.aws_lambda_function.ingest_processor_existing_"],
    ["ARN", () => functionArn, "data.aws_lambda_function.ingest_processor_existing_"],
    [
      "data source",
      (stack) => new DataAwsLambdaFunction(stack, "theirs", { functionName: "count" }),
      "data.aws_lambda_function.theirs.timeout * 900",
    ],
  ])("is Terraform's to read by %s", (_, functionOf, threshold) => {
    expect(alarms(functionOf)).toEqual([expect.stringContaining(threshold)]);
  });

  test("is not known of an object without it, and neither checked nor watched", () => {
    const known = { arn: functionArn, functionName: "count", role: "arn:aws:iam::123456789012:role/count" };
    expect(alarms(() => known)).toEqual([]);
  });

  test("is Lambda's three seconds of a resource that does not say", () => {
    const problems = problemsOf((stack) => {
      build(stack, new LambdaFunction(stack, "theirs", { functionName: "count", role: streamArn }));
    });
    expect(problems).toEqual([
      expect.stringContaining(
        "batchingWindowSeconds is 5: must not exceed the function's timeout of 3 seconds",
      ),
    ]);
  });
});

describe("the retention of a stream that exists", () => {
  const withAge = (streamOf: (stack: TerraformStack) => { readonly arn: string }) =>
    problemsOf((stack) => {
      const mapping = { maximumRecordAgeSeconds: 200_000 };
      new StreamProcessor(stack, "processor", { stream: streamOf(stack), function: "count", mapping });
    });

  test("is that of the app's own resource or data source", () => {
    expect(
      withAge((stack) => new KinesisStream(stack, "theirs", { name: "v", retentionPeriod: 168 })),
    ).toEqual([]);
    expect(withAge((stack) => new DataAwsKinesisStream(stack, "theirs", { name: "v" }))).toEqual([]);
    expect(withAge((stack) => new KinesisStream(stack, "theirs", { name: "v" }))).toEqual([
      expect.stringContaining("must be below the stream's retention of 24 hours"),
    ]);
  });

  test("is not given otherwise than the app itself sets it", () => {
    const problems = problemsOf((stack) => {
      const theirs = new KinesisStream(stack, "theirs", { name: "v" });
      Stream.fromArn(stack, "wrong", theirs.arn, { retentionHours: 168 });
      Stream.fromArn(stack, "right", theirs.arn, { retentionHours: 24 });
    });
    expect(problems).toEqual(["test/wrong: retentionHours is 168: must be the stream's, 24"]);
  });
});

test("an alias stands for its key, in policies as well", () => {
  const template = synthesize((stack) => {
    const encryptionKey = new DataAwsKmsAlias(stack, "alias", { name: "alias/lake" });
    new DataLake(stack, "lake", { encryptionKey }).grantRead("analysts");
  });
  const target = "${data.aws_kms_alias.alias.target_key_arn}";
  expect(template.statements("lake_grants").at(-1)).toMatchObject({
    actions: ["kms:Decrypt"],
    resources: [target],
  });
  expect(JSON.stringify(template.block("aws_s3_bucket_server_side_encryption_configuration"))).toContain(
    target,
  );
});

test.each<[string, (stack: TerraformStack) => { readonly name: string; readonly arn: string }]>([
  ["aws_iam_user", (stack) => new IamUser(stack, "theirs", { name: "ann" })],
  ["aws_iam_group", (stack) => new IamGroup(stack, "theirs", { name: "analysts" })],
])("an %s is no role", (type, otherOf) => {
  const problems = problemsOf((stack) => {
    const lake = new DataLake(stack, "lake");
    const other = otherOf(stack);
    lake.grantRead(other);
    new StreamDelivery(stack, "delivery", { stream: streamArn, role: other, to: { lake, prefix: "raw/" } });
  });
  expect(problems).toEqual(
    expect.arrayContaining([
      `test/lake: grantee is "${type}": must be a role`,
      `test/delivery: role is "${type}": must be a role`,
    ]),
  );
});

describe("a workgroup that exists", () => {
  const queriesOf = (stack: TerraformStack, workgroup: string, props = {}) => {
    const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
    return new QueryLayer(stack, "queries", { catalog, workgroup, ...props });
  };

  test.each(["arn", "name"] as const)("is named by the last part of a resource's %s", (attribute) => {
    const template = synthesize((stack) => {
      const theirs = new AthenaWorkgroup(stack, "theirs", { name: "analysts" });
      queriesOf(stack, theirs[attribute]).grantQuery("ann", []);
    });
    const [resource] = template.statements("queries_grants")[0]?.resources ?? [];
    expect(resource).toContain(
      `:workgroup/\${element(reverse(split("/", aws_athena_workgroup.theirs.${attribute})), 0)}`,
    );
  });

  test("has its own limit and its own end", () => {
    const problems = problemsOf((stack) => {
      queriesOf(stack, "analysts", { scanCutoffMebibytes: 100, forceDestroy: false });
    });
    expect(problems).toEqual([
      "test/queries: workgroup and scanCutoffMebibytes are both given: give one of them",
      "test/queries: workgroup and forceDestroy are both given: give one of them",
    ]);
  });
});

test("an undefined prop leaves its default", () => {
  const template = synthesize((stack) => {
    const lake = new DataLake(stack, "lake", { encryptionKey: keyArn });
    new StreamingIngest(stack, "ingest", {
      stream: { name: undefined, encryptionKey: undefined },
      function: { entry: handlerEntry, name: undefined },
      onFailure: { encryptionKey: undefined },
      delivery: { name: undefined, encryptionKey: undefined },
      to: { lake, prefix: "raw/" },
    });
    const zones = { raw: undefined };
    const theirs = DataLake.fromBucketName(stack, "theirs", "their-lake", { zones });
    const table = LakeTable.fromArn(
      stack,
      "orders",
      "arn:aws:glue:us-east-1:123456789012:table/shop/orders",
      {
        lake: theirs,
        prefix: "orders/",
        format: undefined,
        partitions: undefined,
      },
    );
    expect([theirs.zones.raw, table.format, table.partitions]).toEqual(["raw/", "parquet", []]);
  });
  expect(template.block("aws_kinesis_stream")).toMatchObject({ name: "test-ingest", kms_key_id: keyArn });
  expect(template.block("aws_sqs_queue").kms_master_key_id).toBe(keyArn);
  expect(template.block("aws_lambda_function").function_name).toBe("test-ingest-processor");
  expect(template.block("aws_kinesis_firehose_delivery_stream").name).toBe("test-ingest-delivery");
});

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { type TerraformStack, Token } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  DataLake,
  type DataLakeProps,
  type DeliveryProps,
  daily,
  StreamDelivery,
  StreamingIngest,
} from "../../constructs/index";
import { pageViewIngest, pageViews } from "../support/page-views";
import { problemOf, propsWith } from "../support/refused";
import { beforeTests, handlerEntry, problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

type Props = Partial<DeliveryProps>;

/** A delivery of page views to their table with these properties. */
function withDelivery(delivery: Props | ((stack: TerraformStack) => Props), lakeProps?: DataLakeProps) {
  return (stack: TerraformStack) => {
    const { keepRaw, ...props } = typeof delivery === "function" ? delivery(stack) : delivery;
    pageViewIngest(stack, { monitoring: false, keepRaw, delivery: props }, lakeProps);
  };
}

/** A delivery of page views as JSON to a folder of their lake. */
function asJson(prefix: string, delivery: Props = {}) {
  return (stack: TerraformStack) => {
    const lake = new DataLake(stack, "lake");
    const { keepRaw, ...props } = delivery;
    new StreamingIngest(stack, "ingest", {
      handler: handlerEntry,
      to: { lake, prefix },
      keepRaw,
      delivery: props,
      monitoring: false,
    });
  };
}

const address = (type: string, part: string, attribute: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.[\\w-]*${part}_\\w+\\.${attribute}\\}$`));

const table = "${aws_glue_catalog_table.catalog_page_views_";

describe("a delivery with defaults", () => {
  let template: Template;
  let destination: Record<string, unknown>;
  beforeTests(() => {
    template = synthesize((stack) => void pageViewIngest(stack));
    destination = template.block("aws_kinesis_firehose_delivery_stream")
      .extended_s3_configuration as typeof destination;
  });

  test("goes from the stream to the bucket once its policies are there", () => {
    expect(template.block("aws_kinesis_firehose_delivery_stream")).toMatchObject({
      name: "test-ingest-delivery",
      destination: "extended_s3",
      kinesis_source_configuration: {
        kinesis_stream_arn: address("aws_kinesis_stream", "stream", "arn"),
        role_arn: address("aws_iam_role", "delivery_role", "arn"),
      },
      depends_on: ["read-stream", "write-bucket", "write-logs", "read-schema"].map((name) =>
        expect.stringMatching(new RegExp(`^aws_iam_role_policy\\.ingest_delivery_${name}_`)),
      ),
    });
  });

  test("converts records to Parquet by the table's columns", () => {
    expect(destination).toEqual({
      role_arn: address("aws_iam_role", "delivery_role", "arn"),
      bucket_arn: address("aws_s3_bucket", "lake_bucket", "arn"),
      prefix: "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/",
      error_output_prefix: "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
      buffering_interval: 60,
      buffering_size: 64,
      compression_format: "UNCOMPRESSED",
      custom_time_zone: "UTC",
      cloudwatch_logging_options: {
        enabled: true,
        log_group_name: address("aws_cloudwatch_log_group", "delivery_logs", "name"),
        log_stream_name: address("aws_cloudwatch_log_stream", "log-destination", "name"),
      },
      data_format_conversion_configuration: {
        enabled: true,
        input_format_configuration: { deserializer: { open_x_json_ser_de: {} } },
        output_format_configuration: { serializer: { parquet_ser_de: { compression: "SNAPPY" } } },
        schema_configuration: {
          database_name: expect.stringMatching(
            /^\$\{aws_glue_catalog_table\.catalog_page_views_\w+\.database_name\}$/,
          ),
          table_name: expect.stringMatching(/^\$\{aws_glue_catalog_table\.catalog_page_views_\w+\.name\}$/),
          role_arn: address("aws_iam_role", "delivery_role", "arn"),
        },
      },
      s3_backup_mode: "Enabled",
      s3_backup_configuration: expect.objectContaining({
        prefix: "raw/page_views/dt=!{timestamp:yyyy-MM-dd}/",
      }),
    });
  });

  test("logs its errors to a group of its own", () => {
    expect(template.block("aws_cloudwatch_log_group", "delivery")).toEqual({
      name: "/aws/kinesisfirehose/test-ingest-delivery",
      retention_in_days: 14,
    });
    expect(template.all("aws_cloudwatch_log_stream").map(({ block }) => block)).toEqual(
      ["backup", "destination"].map((name) => ({
        name,
        log_group_name: address("aws_cloudwatch_log_group", "delivery_logs", "name"),
      })),
    );
  });

  test("has a role that Firehose takes on for this account", () => {
    expect(template.block("aws_iam_role", "delivery")).toMatchObject({
      name: "test-ingest-delivery",
      description: "Delivers test-ingest-delivery to S3",
    });
    expect(template.statements("delivery_role-trust")).toEqual([
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["firehose.amazonaws.com"] }],
        condition: [
          {
            test: "StringEquals",
            variable: "aws:SourceAccount",
            values: ["${data.aws_caller_identity.streaming-data-lake-account.account_id}"],
          },
        ],
      },
    ]);
  });

  test("may read the stream, write below its prefixes, read the one table's definition, and log", () => {
    const bucket = address("aws_s3_bucket", "lake_bucket", "arn");
    expect(template.statements("delivery_read-stream")[0]?.resources).toEqual([
      address("aws_kinesis_stream", "stream", "arn"),
    ]);
    expect(template.statements("delivery_write-bucket")).toEqual([
      {
        actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        resources: [bucket],
      },
      {
        actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        resources: [
          expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.arn\}\/processed\/page_views\/\*$/),
          expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.arn\}\/errors\/\*$/),
          expect.stringMatching(/^\$\{aws_s3_bucket\.lake_bucket_\w+\.arn\}\/raw\/page_views\/\*$/),
        ],
      },
    ]);
    expect(template.statements("delivery_read-schema")).toEqual([
      {
        actions: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
        resources: [
          expect.stringMatching(
            /^\$\{join\(":", slice\(split\(":", aws_glue_catalog_table\.catalog_page_views_\w+\.arn\), 0, 5\)\)\}:catalog$/,
          ),
          expect.stringMatching(
            /^\$\{join\(":", slice\(split\(":", aws_glue_catalog_table\.catalog_page_views_\w+\.arn\), 0, 5\)\)\}:database\/\$\{aws_glue_catalog_table\.catalog_page_views_\w+\.database_name\}$/,
          ),
          expect.stringContaining(table),
        ],
      },
    ]);
    expect(template.statements("delivery_write-logs")).toEqual([
      {
        actions: ["logs:PutLogEvents"],
        resources: [
          expect.stringMatching(
            /^\$\{aws_cloudwatch_log_group\.ingest_delivery_logs_\w+\.arn\}:log-stream:\*$/,
          ),
        ],
      },
    ]);
  });
});

describe("a delivery", () => {
  const destinationOf = (template: Template) =>
    template.block("aws_kinesis_firehose_delivery_stream").extended_s3_configuration;

  test("keeps the records as they were sent, with the same buffer, beside the table's", () => {
    const template = synthesize(
      withDelivery({ keepRaw: "as-sent/", buffer: { seconds: 120, mebibytes: 100 } }),
    );
    expect(destinationOf(template)).toMatchObject({
      buffering_interval: 120,
      buffering_size: 100,
      s3_backup_mode: "Enabled",
      s3_backup_configuration: {
        role_arn: address("aws_iam_role", "delivery_role", "arn"),
        bucket_arn: address("aws_s3_bucket", "lake_bucket", "arn"),
        prefix: "as-sent/",
        error_output_prefix: "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
        buffering_interval: 120,
        buffering_size: 100,
        compression_format: "GZIP",
        cloudwatch_logging_options: {
          enabled: true,
          log_group_name: address("aws_cloudwatch_log_group", "delivery_logs", "name"),
          log_stream_name: address("aws_cloudwatch_log_stream", "log-backup", "name"),
        },
      },
    });
    expect(template.block("aws_cloudwatch_log_stream", "backup").name).toBe("backup");
    expect(template.statements("delivery_write-bucket")[1]?.resources).toContainEqual(
      expect.stringMatching(/arn\}\/as-sent\/\*$/),
    );
  });

  test("keeps no records as they were sent when told so", () => {
    const template = synthesize(withDelivery({ keepRaw: false }));
    expect(destinationOf(template)).toMatchObject({ s3_backup_mode: "Disabled" });
    expect(destinationOf(template)).not.toHaveProperty("s3_backup_configuration");
    expect(template.block("aws_cloudwatch_log_stream").name).toBe("destination");
  });

  test("delivers JSON as it was sent to a folder", () => {
    const template = synthesize(asJson("views/", { buffer: { mebibytes: 1, seconds: 0 } }));
    expect(destinationOf(template)).toMatchObject({
      prefix: "views/",
      compression_format: "GZIP",
      buffering_size: 1,
      buffering_interval: 0,
      s3_backup_mode: "Disabled",
    });
    expect(destinationOf(template)).not.toHaveProperty("data_format_conversion_configuration");
    expect(destinationOf(template)).not.toHaveProperty("processing_configuration");
    expect(template.policyDocuments().filter(({ address }) => address.includes("read-schema"))).toEqual([]);
  });

  test("delivers JSON as it was sent to a table of JSON", () => {
    const template = synthesize((stack) => {
      const { catalog, ingest } = pageViewIngest(stack, { monitoring: false });
      const clicks = catalog.addTable("clicks", { ...pageViews, format: "json" });
      new StreamDelivery(stack, "clicks", { stream: ingest.stream, to: clicks });
    });
    const { extended_s3_configuration } = template.block("aws_kinesis_firehose_delivery_stream", "clicks");
    expect(extended_s3_configuration).toMatchObject({
      prefix: "processed/clicks/dt=!{timestamp:yyyy-MM-dd}/",
      compression_format: "GZIP",
      s3_backup_mode: "Disabled",
    });
    expect(extended_s3_configuration).not.toHaveProperty("data_format_conversion_configuration");
  });

  test("takes compression, delimiter, time zone and names", () => {
    const template = synthesize(
      asJson("views/", {
        name: "views.out",
        roleName: "views-out",
        compression: "Snappy",
        appendDelimiter: true,
        timeZone: "Europe/Lisbon",
        logRetentionDays: 1,
      }),
    );
    expect(template.block("aws_kinesis_firehose_delivery_stream").name).toBe("views.out");
    expect(template.block("aws_iam_role", "delivery").name).toBe("views-out");
    expect(template.block("aws_cloudwatch_log_group", "delivery").retention_in_days).toBe(1);
    expect(destinationOf(template)).toMatchObject({
      compression_format: "Snappy",
      custom_time_zone: "Europe/Lisbon",
      processing_configuration: {
        enabled: true,
        processors: [
          {
            type: "AppendDelimiterToRecord",
            parameters: [{ parameter_name: "Delimiter", parameter_value: "\\n" }],
          },
        ],
      },
    });
  });

  test("goes to the folders of the table's partitions, those that are no dates by keys in the records", () => {
    const template = synthesize((stack) => {
      const { catalog, ingest } = pageViewIngest(stack, { monitoring: false });
      const clicks = catalog.addTable("clicks", {
        ...pageViews,
        partitions: [{ name: "country", type: "injected" }, daily("day", 30)],
      });
      new StreamDelivery(stack, "clicks", {
        stream: ingest.stream,
        to: clicks,
        dynamicPartitioning: { country: ".country" },
      });
    });
    expect(template.block("aws_kinesis_firehose_delivery_stream", "clicks")).toMatchObject({
      extended_s3_configuration: {
        prefix: "processed/clicks/country=!{partitionKeyFromQuery:country}/day=!{timestamp:yyyy-MM-dd}/",
        s3_backup_configuration: { prefix: "raw/clicks/day=!{timestamp:yyyy-MM-dd}/" },
      },
    });
  });

  test("partitions by keys in the records", () => {
    const template = synthesize(
      withDelivery({
        prefix:
          "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/country=!{partitionKeyFromQuery:country}/site=!{partitionKeyFromQuery:site}/",
        dynamicPartitioning: { country: ".visitor.country", site: ".site" },
      }),
    );
    expect(destinationOf(template)).toMatchObject({
      dynamic_partitioning_configuration: { enabled: true },
      processing_configuration: {
        enabled: true,
        processors: [
          {
            type: "MetadataExtraction",
            parameters: [
              {
                parameter_name: "MetadataExtractionQuery",
                parameter_value: "{country:.visitor.country,site:.site}",
              },
              { parameter_name: "JsonParsingEngine", parameter_value: "JQ-1.6" },
            ],
          },
        ],
      },
    });
  });

  test("uses the lake's key, and an existing role", () => {
    const template = synthesize((stack) => {
      const role = new IamRole(stack, "their-role", { assumeRolePolicy: "{}" });
      withDelivery({ role }, { encryptionKey: new KmsKey(stack, "key") })(stack);
    });
    const arn = "${aws_kms_key.key.arn}";
    expect(destinationOf(template)).toMatchObject({
      kms_key_arn: arn,
      role_arn: "${aws_iam_role.their-role.arn}",
      s3_backup_configuration: { kms_key_arn: arn },
    });
    expect(template.statements("delivery_grants")).toContainEqual({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [arn],
    });
    expect(template.block("aws_iam_role_policy", "delivery_grants").role).toBe(
      "${aws_iam_role.their-role.name}",
    );
    expect(template.all("aws_iam_role").filter(({ address }) => address.includes("delivery"))).toEqual([]);
  });

  const expression = "but an expression is !{namespace:value} with one of firehose, timestamp";
  const ofWeek = "Y is the year of the week, which is not always the calendar's around New Year";

  test.each([
    ["out/!{firehose:error-output-type}/", "must not have !{firehose:error-output-type}"],
    ["out/!{date:yyyy}/", `has !{date:yyyy}, ${expression}, partitionKeyFromQuery`],
    ["out/!{timestamp:yyyy", `has !{timestamp:yyyy, ${expression}, partitionKeyFromQuery`],
    ["out/!{timestamp}/", `has !{timestamp}, ${expression}, partitionKeyFromQuery`],
    ["out/!{firehose:bar}/", "has !{firehose:bar}, but the value is one of random-string, error-output-type"],
    ["out/!{timestamp:YYYY-MM-dd}/", `has !{timestamp:YYYY-MM-dd}: ${ofWeek}; use !{timestamp:yyyy-MM-dd}`],
    ["out/!{timestamp:yyyy-jj}/", "has !{timestamp:yyyy-jj}, in which Java's date patterns have no letter j"],
    ["out/../in/", "must not have the folders . and .."],
    [`${"x".repeat(1024)}/`, "must have 1024 bytes at most"],
  ])("refuses the prefix %s", (prefix, rule) => {
    expect(problemsOf(asJson(prefix))).toEqual([`test/ingest/delivery: to.prefix is "${prefix}": ${rule}`]);
  });

  test.each([
    "out/!{timestamp:YYYY-'W'ww}/",
    "out/!{timestamp:yyyy/MM/dd/HH}/!{firehose:random-string}/",
    "x".repeat(1024),
  ])("takes the prefix %s", (prefix) => {
    expect(problemsOf(asJson(prefix))).toEqual([]);
  });

  const copy = "without a table the records stay as they were sent, and no second copy has a place";

  test.each<[string, unknown, string]>([
    ["timeZone", "Lisbon/Europe", "must be UTC, or a region and a place, such as Europe/Lisbon"],
    ["buffer.mebibytes", 0, "must be a whole number of MiB from 1 to 128"],
    ["prefix", "in/", "is given in `to`, with the lake"],
    ["keepRaw", true, `must be a prefix: ${copy}`],
  ])("to a folder refuses %s of %j", (path, value, rule) => {
    expect(problemsOf(asJson("out/", propsWith(path, value)))).toEqual([
      `test/ingest/delivery: ${problemOf(path, value, rule)}`,
    ]);
  });

  const tablePrefix = "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/";
  const errorPrefix = "errors/!{firehose:error-output-type}/";
  const byKey = "!{partitionKeyFromQuery:x}/";
  const noKey = `has !{partitionKeyFromQuery:x}, ${expression}`;

  test.each<[string, unknown, string]>([
    ["name", "a b", "must be 1-64 letters, digits and _.-"],
    ["name", "n".repeat(65), "must be 1-64 letters, digits and _.-"],
    ["roleName", "a b", "must be 1-64 letters, digits and +=,.@_-"],
    ["buffer.seconds", 901, "must be a whole number of seconds from 1 to 900"],
    ["buffer.seconds", -1, "must be a whole number of seconds from 1 to 900"],
    ["buffer.mebibytes", 63, "must be a whole number of MiB from 64 to 128"],
    ["buffer.mebibytes", 129, "must be a whole number of MiB from 64 to 128"],
    ["compression", "GZIP", "must not be given with a table of Parquet, which is compressed inside"],
    ["appendDelimiter", true, "must not be given with a table of Parquet, which has no delimiters"],
    ["keepRaw", "raw/!{firehose:error-output-type}/", "must not have !{firehose:error-output-type}"],
    ["errorPrefix", `${errorPrefix}${byKey}`, noKey],
    ["keepRaw", `raw/${byKey}`, noKey],
    ["dynamicPartitioning", {}, "must have 1 to 50 keys"],
    [
      "errorPrefix",
      `processed/page_views/${errorPrefix}`,
      `must not share a folder with prefix, ${tablePrefix}`,
    ],
    ["keepRaw", "processed/", `must not share a folder with prefix, ${tablePrefix}`],
    [
      "keepRaw",
      "errors/raw/",
      `must not share a folder with errorPrefix, ${errorPrefix}dt=!{timestamp:yyyy-MM-dd}/`,
    ],
    ["prefix", "processed/views/", "must lie in the table's folder, processed/page_views/"],
  ])("refuses %s of %j", (path, value, rule) => {
    expect(problemsOf(withDelivery(propsWith(path, value)))).toEqual([
      `test/ingest/delivery: ${problemOf(path, value, rule)}`,
    ]);
  });

  const keyed: Props = { prefix: `${tablePrefix}${byKey}`, dynamicPartitioning: { x: ".x" } };

  test.each<[string, Props, string]>([
    [
      "a partition key that is not in the prefix",
      { dynamicPartitioning: { country: ".country" } },
      `prefix is "${tablePrefix}": must have !{partitionKeyFromQuery:country}`,
    ],
    [
      "a partition key that nothing extracts",
      { prefix: `${tablePrefix}!{partitionKeyFromQuery:country}/` },
      'dynamicPartitioning is undefined: must say where in a record "country" is, such as { country: ".country" }',
    ],
    [
      "a short interval with partition keys",
      { ...keyed, buffer: { seconds: 59 } },
      "buffer.seconds is 59: must be a whole number of seconds from 60 to 900",
    ],
    [
      "a small size with partition keys",
      { ...keyed, buffer: { mebibytes: 63 } },
      "buffer.mebibytes is 63: must be a whole number of MiB from 64 to 128",
    ],
  ])("refuses %s", (_, props, problem) => {
    expect(problemsOf(withDelivery(props))).toEqual([`test/ingest/delivery: ${problem}`]);
  });

  test("refuses a prefix that has the table's folder within it, and takes one below it", () => {
    expect(problemsOf(withDelivery({ prefix: "other/processed/page_views/" }))).toEqual([
      'test/ingest/delivery: prefix is "other/processed/page_views/": must lie in the table\'s folder, processed/page_views/',
    ]);
    expect(
      problemsOf(withDelivery({ prefix: "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/eu/" })),
    ).toEqual([]);
  });

  const partitionedBy = (count: number): Props => {
    const keys = Array.from({ length: count }, (_, index) => `k${index}`);
    const expressions = keys.map((key) => `!{partitionKeyFromQuery:${key}}/`).join("");
    return {
      dynamicPartitioning: Object.fromEntries(keys.map((key) => [key, ".x"])),
      prefix: `processed/page_views/dt=!{timestamp:yyyy-MM-dd}/${expressions}`,
    };
  };

  test("takes as many partition keys as a prefix of 1,024 bytes can name", () => {
    expect(problemsOf(withDelivery(partitionedBy(33)))).toEqual([]);
  });

  test("refuses more than fifty partition keys, a log retention CloudWatch does not know, and two roles", () => {
    const problems = problemsOf(
      withDelivery((stack) => ({
        ...partitionedBy(51),
        logRetentionDays: 2,
        role: new IamRole(stack, "their-role", { assumeRolePolicy: "{}" }),
        roleName: "mine",
      })),
    );
    expect(problems).toEqual([
      "test/ingest/delivery: role and roleName are both given: give one of them",
      expect.stringMatching(/delivery: logRetentionDays is 2: must be one of/),
      expect.stringMatching(/delivery: prefix is .*: must have 1024 bytes at most/),
      expect.stringMatching(/delivery: dynamicPartitioning is .*: must have 1 to 50 keys/),
    ]);
  });

  test("without a buffer keeps nothing raw, as AWS does not", () => {
    const buffer = { seconds: 0 };
    expect(problemsOf(withDelivery({ buffer, keepRaw: false }))).toEqual([]);
    expect(problemsOf(withDelivery({ buffer }))).toEqual([
      "test/ingest/delivery: buffer.seconds is 0: must be a whole number of seconds from 1 to 900",
    ]);
  });

  test("does not judge values that only Terraform knows", () => {
    const unknown = Token.asNumber({ resolve: () => "${var.size}", creationStack: [], toString: () => "" });
    expect(problemsOf(withDelivery({ buffer: { mebibytes: unknown, seconds: unknown } }))).toEqual([]);
  });

  test("used on its own checks its props too", () => {
    const problems = problemsOf((stack) => {
      const { ingest, lake } = pageViewIngest(stack);
      new StreamDelivery(stack, "second", {
        stream: ingest.stream,
        to: { lake, prefix: "out/" },
        name: "a delivery",
        errorPrefix: "errors/",
      });
    });
    expect(problems).toEqual([
      'test/second: name is "a delivery": must be 1-64 letters, digits and _.-',
      'test/second: errorPrefix is "errors/": must have !{firehose:error-output-type}',
    ]);
  });
});

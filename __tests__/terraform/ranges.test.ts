import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { temporaryFolder } from "../runner/fixtures/harness";
import { type StackOptions, writeStack } from "../runner/fixtures/stack";

const load = (options: StackOptions) => loadStack(writeStack(temporaryFolder(), options));

const only = (type: string, body: object): StackOptions => ({ more: { [type]: { a: body } } });
/** A resource with one argument, which lies in blocks. */
const nested = (type: string, path: string, value: unknown): StackOptions =>
  only(type, path.split(".").reduceRight<unknown>((body, name) => ({ [name]: body }), value) as object);

const alarm = (more: object): StackOptions =>
  only("aws_cloudwatch_metric_alarm", {
    alarm_name: "a",
    comparison_operator: "GreaterThanThreshold",
    evaluation_periods: 2,
    namespace: "n",
    metric_name: "m",
    statistic: "Sum",
    period: 60,
    ...more,
  });
const backup = { bucket_arn: "${aws_s3_bucket.lake.arn}", prefix: "raw/" };
const partitioned = {
  dynamic_partitioning_configuration: { enabled: true },
  prefix: "!{partitionKeyFromQuery:a}/",
  processing_configuration: {
    enabled: true,
    processors: [
      {
        type: "MetadataExtraction",
        parameters: [
          { parameter_name: "JsonParsingEngine", parameter_value: "JQ-1.6" },
          { parameter_name: "MetadataExtractionQuery", parameter_value: "{a: .a}" },
        ],
      },
    ],
  },
};
const transform = (name: string, value: string): StackOptions => ({
  s3: {
    processing_configuration: {
      enabled: true,
      processors: [
        {
          type: "Lambda",
          parameters: [
            { parameter_name: "LambdaArn", parameter_value: "${aws_lambda_function.process.arn}" },
            { parameter_name: name, parameter_value: value },
          ],
        },
      ],
    },
  },
});
const endpoint = (more: object): StackOptions =>
  only("aws_kinesis_firehose_delivery_stream", {
    name: "e",
    destination: "http_endpoint",
    http_endpoint_configuration: { url: "http://127.0.0.1/", s3_configuration: backup, ...more },
  });
const rule = (path: string, days: unknown) =>
  nested("aws_s3_bucket_lifecycle_configuration", `rule.${path}`, days);

/** An argument with what AWS takes at both ends, and values beyond. */
const table: readonly (readonly [
  string,
  (value: never) => StackOptions,
  { readonly right: readonly unknown[]; readonly wrong: readonly unknown[]; readonly says: string },
])[] = [
  [
    "shard_count",
    (value) => ({ stream: { shard_count: value } }),
    { right: [1, 20_000], wrong: [0, -1, 1.5, 20_001], says: "a whole number of shards from 1 to 20000" },
  ],
  [
    "retention_period",
    (value) => ({ stream: { retention_period: value } }),
    { right: [24, 8760], wrong: [0, 23, 8761], says: "a whole number of hours from 24 to 8760" },
  ],
  [
    "timeout",
    (value) => ({ fn: { timeout: value } }),
    { right: [1, 900], wrong: [0, 0.5, 901], says: "a whole number of seconds from 1 to 900" },
  ],
  [
    "memory_size",
    (value) => ({ fn: { memory_size: value } }),
    { right: [128, 10_240], wrong: [64, 10_241], says: "a whole number of megabytes from 128 to 10240" },
  ],
  [
    "size",
    (value) => ({ fn: { ephemeral_storage: { size: value } } }),
    { right: [512], wrong: [100, 10_241], says: "a whole number of megabytes from 512 to 10240" },
  ],
  [
    "reserved_concurrent_executions",
    (value) => ({ fn: { reserved_concurrent_executions: value } }),
    { right: [-1, 0, 5], wrong: [-2], says: "a whole number of executions from 0 to 100000" },
  ],
  [
    "maximum_record_age_in_seconds",
    (value) => ({ mapping: { maximum_record_age_in_seconds: value } }),
    { right: [-1, 60], wrong: [0, 59], says: "a whole number of seconds (or be -1, without end) from 60" },
  ],
  [
    "tumbling_window_in_seconds",
    (value) => ({ mapping: { tumbling_window_in_seconds: value } }),
    { right: [0, 900], wrong: [-1, 901], says: "a whole number of seconds from 0 to 900" },
  ],
  [
    "extended_s3_configuration.buffering_interval",
    (value) => ({ s3: { buffering_interval: value } }),
    { right: [0, 900], wrong: [-1, 0.5, 901], says: "a whole number of seconds from 0 to 900" },
  ],
  [
    "extended_s3_configuration.buffering_size",
    (value) => ({ s3: { buffering_size: value }, conversion: false }),
    { right: [1, 128], wrong: [0, 0.5, 129], says: "a whole number of MiB from 1 to 128" },
  ],
  [
    "extended_s3_configuration.buffering_size",
    (value) => ({ s3: { buffering_size: value } }),
    { right: [64, 128], wrong: [63], says: "a whole number of MiB from 64 to 128" },
  ],
  [
    "extended_s3_configuration.buffering_size",
    (value) => ({ s3: { ...partitioned, buffering_size: value }, conversion: false }),
    { right: [64], wrong: [63], says: "a whole number of MiB from 64 to 128" },
  ],
  [
    "extended_s3_configuration.buffering_interval",
    (value) => ({ s3: { ...partitioned, buffering_interval: value } }),
    { right: [60], wrong: [0, 59], says: "a whole number of seconds from 60 to 900" },
  ],
  [
    "extended_s3_configuration.buffer_size",
    (value) => ({ s3: { buffering_size: null, buffer_size: value }, conversion: false }),
    { right: [1], wrong: [0], says: "a whole number of MiB from 1 to 128" },
  ],
  [
    "extended_s3_configuration.s3_backup_configuration.buffering_interval",
    (value) => ({ s3: { s3_backup_configuration: { ...backup, buffering_interval: value } } }),
    { right: [1], wrong: [0, 901], says: "a whole number of seconds from 1 to 900" },
  ],
  [
    "extended_s3_configuration.s3_backup_configuration.buffering_size",
    (value) => ({ s3: { s3_backup_configuration: { ...backup, buffering_size: value } } }),
    { right: [1, 128], wrong: [0, 129], says: "a whole number of MiB from 1 to 128" },
  ],
  [
    "extended_s3_configuration.dynamic_partitioning_configuration.retry_duration",
    (value) => ({
      s3: { ...partitioned, dynamic_partitioning_configuration: { enabled: true, retry_duration: value } },
    }),
    { right: [0, 7200], wrong: [-1, 7201], says: "a whole number of seconds from 0 to 7200" },
  ],
  [
    "BufferSizeInMBs",
    (value) => transform("BufferSizeInMBs", value),
    { right: ["0.2", "3"], wrong: ["0.1", "4", "", "x"], says: "a number of MiB from 0.2 to 3" },
  ],
  [
    "BufferIntervalInSeconds",
    (value) => transform("BufferIntervalInSeconds", value),
    { right: ["0", "900"], wrong: ["-1", "901", "1.5", ""], says: "a whole number of seconds from 0 to 900" },
  ],
  [
    "NumberOfRetries",
    (value) => transform("NumberOfRetries", value),
    { right: ["0", "300"], wrong: ["-1", "301"], says: "a whole number of retries from 0 to 300" },
  ],
  [
    "http_endpoint_configuration.buffering_size",
    (value) => endpoint({ buffering_size: value }),
    { right: [1, 64], wrong: [0, 65], says: "a whole number of MiB from 1 to 64" },
  ],
  [
    "http_endpoint_configuration.buffering_interval",
    (value) => endpoint({ buffering_interval: value }),
    { right: [0, 900], wrong: [-1, 901], says: "a whole number of seconds from 0 to 900" },
  ],
  [
    "http_endpoint_configuration.retry_duration",
    (value) => endpoint({ retry_duration: value }),
    { right: [0, 7200], wrong: [-1, 7201], says: "a whole number of seconds from 0 to 7200" },
  ],
  [
    "period",
    (value) => alarm({ period: value, evaluation_periods: 1 }),
    {
      right: [10, 30, 60, 86_400, 604_800],
      wrong: [0, 7, 90, -60],
      says: "10, 20, 30 or a multiple of 60 seconds",
    },
  ],
  [
    "evaluation_periods",
    (value) => alarm({ evaluation_periods: value }),
    { right: [1, 1440], wrong: [0, 1.5], says: "a whole number of periods from 1 to 8640" },
  ],
  [
    "datapoints_to_alarm",
    (value) => alarm({ datapoints_to_alarm: value }),
    { right: [1, 2], wrong: [0, 3], says: "a whole number of periods from 1 to 2" },
  ],
  [
    "schedule_expression",
    (value) => only("aws_scheduler_schedule", { name: "s", schedule_expression: value }),
    {
      right: ["rate(1 minute)", "rate(5 days)"],
      wrong: ["rate(0 minutes)", "rate(1.5 hours)", "rate(5 weeks)", "rate(-1 days)"],
      says: "a rate such as rate(5 minutes), of minutes, hours or days",
    },
  ],
  [
    "flexible_time_window.maximum_window_in_minutes",
    (value) =>
      only("aws_scheduler_schedule", {
        schedule_expression: "rate(1 day)",
        flexible_time_window: { maximum_window_in_minutes: value },
      }),
    { right: [1, 1440], wrong: [0, 1441], says: "a whole number of minutes from 1 to 1440" },
  ],
  [
    "rule.expiration.days",
    (value) => rule("expiration.days", value),
    { right: [1, 36_500], wrong: [-1, 0.5], says: "a whole number of days from 1 to 36500" },
  ],
  [
    "rule.noncurrent_version_expiration.noncurrent_days",
    (value) => rule("noncurrent_version_expiration.noncurrent_days", value),
    { right: [1], wrong: [0], says: "a whole number of days from 1 to 36500" },
  ],
  [
    "rule.transition.days",
    (value) => rule("transition.days", value),
    { right: [0, 30], wrong: [-1], says: "a whole number of days from 0 to 36500" },
  ],
  [
    "retention_in_days",
    (value) => only("aws_cloudwatch_log_group", { name: "g", retention_in_days: value }),
    { right: [0, 1, 14, 3653], wrong: [2, 15], says: "one of 1, 3, 5, 7, 14" },
  ],
  [
    "deletion_window_in_days",
    (value) => only("aws_kms_key", { deletion_window_in_days: value }),
    { right: [7, 30], wrong: [6, 31], says: "a whole number of days from 7 to 30" },
  ],
  [
    "recovery_window_in_days",
    (value) => only("aws_secretsmanager_secret", { name: "s", recovery_window_in_days: value }),
    { right: [0, 7], wrong: [6], says: "a whole number of days from 7 to 30" },
  ],
  [
    "configuration.bytes_scanned_cutoff_per_query",
    (value) => nested("aws_athena_workgroup", "configuration.bytes_scanned_cutoff_per_query", value),
    { right: [0, 10_485_760], wrong: [1000], says: "a whole number of bytes from 10485760" },
  ],
  [
    "visibility_timeout_seconds",
    (value) => only("aws_sqs_queue", { name: "q", visibility_timeout_seconds: value }),
    { right: [0, 43_200], wrong: [-1, 43_201], says: "a whole number of seconds from 0 to 43200" },
  ],
  [
    "message_retention_seconds",
    (value) => only("aws_sqs_queue", { name: "q", message_retention_seconds: value }),
    { right: [60], wrong: [59, 1_209_601], says: "a whole number of seconds from 60 to 1209600" },
  ],
  [
    "max_message_size",
    (value) => only("aws_sqs_queue", { name: "q", max_message_size: value }),
    { right: [1024, 1_048_576], wrong: [1, 1_048_577], says: "a whole number of bytes from 1024 to 1048576" },
  ],
];

describe.each(table)("%s", (name, options, { right, wrong, says }) => {
  it.each(right)("may be %s, as on AWS", (value) => {
    expect(() => load(options(value as never))).not.toThrow();
  });

  it.each(wrong)("is refused in one line with its address and what is right, for %s", (value) => {
    const last = name.split(".").at(-1) ?? "";
    expect(() => load(options(value as never))).toThrow(
      new RegExp(`^aws_\\w+\\.\\w+: \\S*${last}: must be ${says.replace(/[()]/g, "\\$&")}.*, not .*$`),
    );
  });
});

it("the provider's default buffer, which is too small for a conversion on AWS, runs here and is said", () => {
  const { notes, deliveryStreams } = load({ s3: { buffering_size: null } });
  expect(deliveryStreams[0]?.destination.bufferMebibytes).toBe(5);
  expect(notes).toEqual([
    expect.stringMatching(
      /^aws_kinesis_firehose_delivery_stream\.\w+: AWS refuses the provider's default for buffering_size, 5: it must be a whole number of MiB from 64 to 128$/,
    ),
  ]);
});

it("an alarm that looks back for more than a day is refused", () => {
  expect(() => load(alarm({ evaluation_periods: 1441 }))).toThrow(
    "aws_cloudwatch_metric_alarm.a: evaluation_periods: all periods must last a day at most, not 1441 times 60 s",
  );
  expect(() => load(alarm({ evaluation_periods: 168, period: 3600 }))).not.toThrow();
});

it("variables of a function that take more than 4 KB are refused", () => {
  expect(() => load({ fn: { environment: { variables: { A: "x".repeat(4096) } } } })).toThrow(
    "aws_lambda_function.process: environment.variables: all variables take 4096 bytes at most, not 4104",
  );
});

it("a number that can't be resolved here is not a number out of range", () => {
  const { unsupported } = load(only("aws_sqs_queue", { name: "q", delay_seconds: "${data.none.x.y}" }));
  expect(unsupported).toEqual([]);
});

it("the zeros that a state has for what was never set are none", () => {
  const file = join(temporaryFolder(), "state.json");
  const resources = [
    {
      mode: "managed",
      type: "aws_cloudwatch_metric_alarm",
      name: "a",
      instances: [
        {
          attributes: {
            alarm_name: "a",
            comparison_operator: "GreaterThanThreshold",
            evaluation_periods: 3,
            datapoints_to_alarm: 0,
            namespace: "n",
            metric_name: "m",
            statistic: "Sum",
            period: 60,
          },
        },
      ],
    },
    {
      mode: "managed",
      type: "aws_s3_bucket_lifecycle_configuration",
      name: "l",
      instances: [{ attributes: { rule: [{ expiration: [{ days: 0, date: "2030-01-01T00:00:00Z" }] }] } }],
    },
  ];
  writeFileSync(file, JSON.stringify({ version: 4, terraform_version: "1.11.0", lineage: "x", resources }));
  expect(loadStack(file).alarms).toMatchObject([{ evaluationPeriods: 3, datapointsToAlarm: 3 }]);
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { type StackOptions, writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";

const load = (options: StackOptions) => loadStack(writeStack(temporaryFolder(), options));

const only = (type: string, body: object): StackOptions => ({ more: { [type]: { a: body } } });
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
/** A resource with one argument more, which may lie in blocks. */
type With = (more: Record<string, unknown>) => StackOptions;

const stream: With = (more) => ({ stream: more });
const fn: With = (more) => ({ fn: more });
const mapping: With = (more) => ({ mapping: more });
const s3: With = (more) => ({ s3: more });
const json: With = (more) => ({ s3: more, conversion: false });
const provider4: With = (more) => json({ buffering_size: null, ...more });
const byKeys: With = (more) => s3({ ...partitioned, ...more });
const jsonByKeys: With = (more) => json({ ...partitioned, ...more });
const withRetries: With = (more) =>
  byKeys({ dynamic_partitioning_configuration: { enabled: true, ...more } });
const withBackup: With = (more) => s3({ s3_backup_configuration: { ...backup, ...more } });
const transform: With = (more) => {
  const parameters = Object.entries({ LambdaArn: "${aws_lambda_function.process.arn}", ...more }).map(
    ([parameter_name, parameter_value]) => ({ parameter_name, parameter_value }),
  );
  return s3({ processing_configuration: { enabled: true, processors: [{ type: "Lambda", parameters }] } });
};
const endpoint: With = (more) =>
  only("aws_kinesis_firehose_delivery_stream", {
    name: "e",
    destination: "http_endpoint",
    http_endpoint_configuration: { url: "http://127.0.0.1/", s3_configuration: backup, ...more },
  });
const shortAlarm: With = (more) => alarm({ evaluation_periods: 1, ...more });
const schedule: With = (more) =>
  only("aws_scheduler_schedule", { name: "s", schedule_expression: "rate(1 day)", ...more });
const rule: With = (more) => only("aws_s3_bucket_lifecycle_configuration", { rule: more });
const logGroup: With = (more) => only("aws_cloudwatch_log_group", { name: "g", ...more });
const key: With = (more) => only("aws_kms_key", more);
const secret: With = (more) => only("aws_secretsmanager_secret", { name: "s", ...more });
const workgroup: With = (more) => only("aws_athena_workgroup", { configuration: more });
const queue: With = (more) => only("aws_sqs_queue", { name: "q", ...more });

const rates = ["rate(1 minute)", "rate(5 days)"];
const wrongRates = ["rate(0 minutes)", "rate(1.5 hours)", "rate(5 weeks)", "rate(-1 days)"];

/** An argument with what AWS takes at both ends, and values beyond. */
const ranges: [path: string, resource: With, right: unknown[], wrong: unknown[], says: string][] = [
  ["shard_count", stream, [1, 20_000], [0, -1, 1.5, 20_001], "a whole number of shards from 1 to 20000"],
  ["retention_period", stream, [24, 8760], [0, 23, 8761], "a whole number of hours from 24 to 8760"],
  ["timeout", fn, [1, 900], [0, 0.5, 901], "a whole number of seconds from 1 to 900"],
  ["memory_size", fn, [128, 10_240], [64, 10_241], "a whole number of megabytes from 128 to 10240"],
  ["ephemeral_storage.size", fn, [512], [100, 10_241], "a whole number of megabytes from 512 to 10240"],
  ["reserved_concurrent_executions", fn, [-1, 0, 5], [-2], "a whole number of executions from 0 to 100000"],
  [
    "maximum_record_age_in_seconds",
    mapping,
    [-1, 60],
    [0, 59],
    "a whole number of seconds (or be -1, without end) from 60",
  ],
  ["tumbling_window_in_seconds", mapping, [0, 900], [-1, 901], "a whole number of seconds from 0 to 900"],
  ["buffering_interval", s3, [0, 900], [-1, 0.5, 901], "a whole number of seconds from 0 to 900"],
  ["buffering_size", json, [1, 128], [0, 0.5, 129], "a whole number of MiB from 1 to 128"],
  ["buffering_size", s3, [64, 128], [63], "a whole number of MiB from 64 to 128"],
  ["buffering_size", jsonByKeys, [64], [63], "a whole number of MiB from 64 to 128"],
  ["buffering_interval", byKeys, [60], [0, 59], "a whole number of seconds from 60 to 900"],
  ["retry_duration", withRetries, [0, 7200], [-1, 7201], "a whole number of seconds from 0 to 7200"],
  ["buffer_size", provider4, [1], [0], "a whole number of MiB from 1 to 128"],
  ["buffering_interval", withBackup, [1], [0, 901], "a whole number of seconds from 1 to 900"],
  ["buffering_size", withBackup, [1, 128], [0, 129], "a whole number of MiB from 1 to 128"],
  ["BufferSizeInMBs", transform, ["0.2", "3"], ["0.1", "4", "", "x"], "a number of MiB from 0.2 to 3"],
  [
    "BufferIntervalInSeconds",
    transform,
    ["0", "900"],
    ["-1", "901", "1.5", ""],
    "a whole number of seconds from 0 to 900",
  ],
  ["NumberOfRetries", transform, ["0", "300"], ["-1", "301"], "a whole number of retries from 0 to 300"],
  ["buffering_size", endpoint, [1, 64], [0, 65], "a whole number of MiB from 1 to 64"],
  ["buffering_interval", endpoint, [0, 900], [-1, 901], "a whole number of seconds from 0 to 900"],
  ["retry_duration", endpoint, [0, 7200], [-1, 7201], "a whole number of seconds from 0 to 7200"],
  [
    "period",
    shortAlarm,
    [10, 30, 60, 86_400, 604_800],
    [0, 7, 90, -60],
    "10, 20, 30 or a multiple of 60 seconds",
  ],
  ["evaluation_periods", alarm, [1, 1440], [0, 1.5], "a whole number of periods from 1 to 8640"],
  ["datapoints_to_alarm", alarm, [1, 2], [0, 3], "a whole number of periods from 1 to 2"],
  [
    "schedule_expression",
    schedule,
    rates,
    wrongRates,
    "a rate such as rate(5 minutes), of minutes, hours or days",
  ],
  [
    "flexible_time_window.maximum_window_in_minutes",
    schedule,
    [1, 1440],
    [0, 1441],
    "a whole number of minutes from 1 to 1440",
  ],
  ["expiration.days", rule, [1, 36_500], [-1, 0.5], "a whole number of days from 1 to 36500"],
  ["noncurrent_version_expiration.noncurrent_days", rule, [1], [0], "a whole number of days from 1 to 36500"],
  ["transition.days", rule, [0, 30], [-1], "a whole number of days from 0 to 36500"],
  ["retention_in_days", logGroup, [0, 1, 14, 3653], [2, 15], "one of 1, 3, 5, 7, 14"],
  ["deletion_window_in_days", key, [7, 30], [6, 31], "a whole number of days from 7 to 30"],
  ["recovery_window_in_days", secret, [0, 7], [6], "a whole number of days from 7 to 30"],
  [
    "bytes_scanned_cutoff_per_query",
    workgroup,
    [0, 10_485_760],
    [1000],
    "a whole number of bytes from 10485760",
  ],
  [
    "visibility_timeout_seconds",
    queue,
    [0, 43_200],
    [-1, 43_201],
    "a whole number of seconds from 0 to 43200",
  ],
  ["message_retention_seconds", queue, [60], [59, 1_209_601], "a whole number of seconds from 60 to 1209600"],
  [
    "max_message_size",
    queue,
    [1024, 1_048_576],
    [1, 1_048_577],
    "a whole number of bytes from 1024 to 1048576",
  ],
];

describe.each(ranges)("%s", (path, resource, right, wrong, says) => {
  const [name = "", ...blocks] = path.split(".").reverse();
  const loadWith = (value: unknown) =>
    load(
      resource(
        blocks.reduce<Record<string, unknown>>((inner, block) => ({ [block]: inner }), { [name]: value }),
      ),
    );

  it.each(right)("may be %s, as on AWS", (value) => {
    expect(() => loadWith(value)).not.toThrow();
  });

  it.each(wrong)("is refused in one line with its address and what is right, for %s", (value) => {
    expect(() => loadWith(value)).toThrow(
      new RegExp(`^aws_\\w+\\.\\w+: \\S*${name}: must be ${says.replace(/[()]/g, "\\$&")}.*, not .*$`),
    );
  });
});

it("the provider's default buffer, which is too small for a conversion on AWS, runs here and is noted", () => {
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

it("zeros in a state for numbers that were never set are ignored", () => {
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

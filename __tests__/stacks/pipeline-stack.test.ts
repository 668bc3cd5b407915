import { sensorColumns } from "@streaming-data-lake/dataset";
import { namedQueries, preparedStatements } from "@streaming-data-lake/dataset/queries";
import { hourlyColumns, rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { beforeAll, describe, expect, test } from "vitest";
import { synthesizePipeline } from "../support/synthesize";
import type { Template } from "../support/template";

let byDefault: Template;
beforeAll(() => {
  byDefault = synthesizePipeline();
});

describe("the pipeline's stack with default settings", () => {
  test("has a name for everything that a person or a program looks up", () => {
    const name = (type: string, argument: string) => byDefault.block(type)[argument];
    expect(name("aws_kinesis_stream", "name")).toBe("sensor-lake-dev-readings");
    expect(name("aws_lambda_function", "function_name")).toBe("sensor-lake-dev-process-readings");
    expect(name("aws_kinesis_firehose_delivery_stream", "name")).toBe("sensor-lake-dev-delivery");
    expect(byDefault.all("aws_athena_workgroup").map(({ block }) => block.name)).toEqual([
      "sensor-lake-dev",
      "sensor-lake-dev-sensor-hourly",
    ]);
    expect(name("aws_glue_catalog_database", "name")).toBe("sensor_lake_dev");
    expect(name("aws_scheduler_schedule", "name")).toBe("sensor-lake-dev-sensor-hourly");
    expect(byDefault.all("aws_sqs_queue").map(({ block }) => block.name)).toEqual([
      "sensor-lake-dev-process-readings-dead-letters",
      "sensor-lake-dev-sensor-hourly-dead-letters",
    ]);
    expect(name("aws_sns_topic", "name")).toBe("sensor-lake-dev-alarms");
    // A dashboard is the account's, not the region's.
    expect(name("aws_cloudwatch_dashboard", "dashboard_name")).toBe("sensor-lake-dev-us-east-1");
    expect(name("aws_s3_bucket", "bucket")).toBe(
      "sensor-lake-dev-${data.aws_caller_identity.streaming-data-lake-account.account_id}-us-east-1",
    );
    expect(
      byDefault
        .all("aws_iam_role")
        .map(({ block }) => block.name)
        .sort(),
    ).toEqual([
      "sensor-lake-dev-delivery-us-east-1",
      "sensor-lake-dev-process-readings-us-east-1",
      "sensor-lake-dev-sensor-hourly-us-east-1",
    ]);
  });

  test("puts out the names that other programs need", () => {
    const reference = (type: string, attribute: string) => `\${${byDefault.only(type).address}.${attribute}}`;
    expect(Object.keys(byDefault.document.output ?? {}).sort()).toEqual([
      "database_name",
      "delivery_stream_name",
      "function_name",
      "lake_bucket",
      "stream_name",
      "workgroup_name",
    ]);
    expect(byDefault.output("stream_name")).toBe(reference("aws_kinesis_stream", "name"));
    expect(byDefault.output("lake_bucket")).toBe(reference("aws_s3_bucket", "bucket"));
    expect(byDefault.output("database_name")).toBe(reference("aws_glue_catalog_database", "name"));
    expect(byDefault.output("workgroup_name")).toMatch(
      /^\$\{aws_athena_workgroup\.queries_workgroup_\w+\.name\}$/,
    );
    expect(byDefault.output("delivery_stream_name")).toBe(
      reference("aws_kinesis_firehose_delivery_stream", "name"),
    );
    expect(byDefault.output("function_name")).toBe(reference("aws_lambda_function", "function_name"));
    for (const output of Object.values(byDefault.document.output ?? {}))
      expect(output.description).toMatch(/^[A-Z].{10,}$/);
  });

  test("delivers readings as Parquet by day, errors apart, and as they were sent", () => {
    expect(byDefault.block("aws_kinesis_firehose_delivery_stream").extended_s3_configuration).toMatchObject({
      prefix: "processed/sensor_data/dt=!{timestamp:yyyy-MM-dd}/",
      error_output_prefix: "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
      s3_backup_mode: "Enabled",
      s3_backup_configuration: { prefix: "raw/sensor_data/dt=!{timestamp:yyyy-MM-dd}/" },
      data_format_conversion_configuration: {
        schema_configuration: { table_name: expect.stringContaining("catalog_sensor_data_2") },
      },
    });
  });

  test("has a table for each form of the readings, with the dataset's columns", () => {
    for (const [name, zone, classification, description] of [
      ["sensor_data", "processed", "parquet", "Readings as Parquet"],
      ["sensor_data_raw", "raw", "json", "Readings as they were sent"],
    ] as const) {
      const table = byDefault.all("aws_glue_catalog_table").find(({ block }) => block.name === name);
      expect(table?.block).toMatchObject({
        description,
        parameters: { classification, "projection.dt.range": "NOW-365DAYS,NOW" },
        partition_keys: [{ name: "dt", type: "string" }],
        storage_descriptor: {
          location: expect.stringMatching(new RegExp(`/${zone}/sensor_data/$`)),
          columns: sensorColumns.map((column) => ({ ...column })),
        },
      });
    }
  });

  test("offers the dataset's queries by name", () => {
    const offered = byDefault.all("aws_athena_named_query").map(({ block }) => [block.name, block.query]);
    expect(Object.fromEntries(offered)).toEqual(
      Object.fromEntries(namedQueries.map(({ name, sql }) => [name, sql])),
    );
  });

  test("offers the dataset's prepared statements by name", () => {
    const offered = byDefault
      .all("aws_athena_prepared_statement")
      .map(({ block }) => [block.name, block.query_statement]);
    expect(Object.fromEntries(offered)).toEqual(
      Object.fromEntries(preparedStatements.map(({ name, sql }) => [name, sql])),
    );
  });

  test("rolls the readings up each hour into a table of its own, and rings when that can't start", () => {
    const table = byDefault.all("aws_glue_catalog_table").find(({ block }) => block.name === "sensor_hourly");
    expect(table?.block).toMatchObject({
      parameters: { classification: "parquet", "projection.dt.range": "NOW-365DAYS,NOW" },
      storage_descriptor: {
        location: expect.stringMatching(/\/processed\/sensor_hourly\/$/),
        columns: hourlyColumns.map((column) => ({ ...column })),
      },
    });
    const { target } = byDefault.block("aws_scheduler_schedule") as { target: { input: string } };
    expect(JSON.parse(target.input).QueryString).toBe(rollupStatement({ alertThresholdCelsius: 30 }));
    const read = byDefault.statements("lake_grants").find(({ actions }) => actions.includes("s3:GetObject"));
    expect(read?.resources).toEqual([
      expect.stringMatching(/\/athena-results\/\*$/),
      expect.stringMatching(/\/processed\/sensor_data\/\*$/),
      expect.stringMatching(/\/processed\/sensor_hourly\/\*$/),
    ]);
    expect(byDefault.block("aws_cloudwatch_metric_alarm", "roll-up-dead-letters")).toMatchObject({
      alarm_description: expect.stringContaining("roll-up could not be started"),
      dimensions: { QueueName: expect.stringContaining("aws_sqs_queue.rollup_dead-letters") },
    });
  });

  test("tells the function what it must know", () => {
    expect(byDefault.block("aws_lambda_function").environment).toEqual({
      variables: {
        NODE_OPTIONS: "--enable-source-maps",
        ALERT_THRESHOLD_CELSIUS: "30",
        METRICS_NAMESPACE: "sensor-lake-dev",
        SERVICE_NAME: "sensor-lake-dev-process-readings",
      },
    });
  });

  test("rings on high temperatures", () => {
    expect(byDefault.block("aws_cloudwatch_metric_alarm", "high-temperature")).toMatchObject({
      alarm_name: "sensor-lake-dev-high-temperature",
      alarm_description: "A sensor reads more than 30 degrees Celsius. The function's log names it.",
      namespace: "sensor-lake-dev",
      metric_name: "HighTemperatureReadings",
      statistic: "Sum",
      threshold: 1,
    });
    const body = String(byDefault.block("aws_cloudwatch_dashboard").dashboard_body);
    const graphs = body.slice(body.indexOf('"## Readings"'));
    expect(graphs.match(/"title" = "[^"]+"/g)?.map((title) => title.slice(11, -1))).toEqual([
      "Readings",
      "Temperature (°C)",
      "Above the threshold",
      "From reading to processing (ms)",
    ]);
    expect(graphs.match(/\["sensor-lake-dev", "[^\]]+\]/g)).toEqual(
      [
        ["ReadingsProcessed", "Sum", "ReadingsProcessed"],
        ["LateReadings", "Sum", "LateReadings"],
        ["Temperature", "Minimum", "Minimum"],
        ["Temperature", "Average", "Average"],
        ["Temperature", "Maximum", "Maximum"],
        ["HighTemperatureReadings", "Sum", "HighTemperatureReadings"],
        ["ProcessingLag", "p50", "p50"],
        ["ProcessingLag", "p99", "p99"],
      ].map(
        ([metric, stat, label]) =>
          `["sensor-lake-dev", "${metric}", {"stat" = "${stat}", "period" = 60, "label" = "${label}"}]`,
      ),
    );
  });

  test("tags everything, and takes any provider of the majors 5 and 6", () => {
    expect(byDefault.document.provider?.aws).toEqual([
      {
        region: "us-east-1",
        default_tags: [
          { tags: { project: "sensor-lake", environment: "dev", repository: "streaming-data-lake" } },
        ],
      },
    ]);
    expect(byDefault.document.terraform).toEqual({
      required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" } },
      backend: { local: { path: "../../../terraform.sensor-lake.sensor-lake.dev.us-east-1.tfstate" } },
    });
  });

  test("has alarms for a dollar and a half a month at most, a dashboard that is free, and is quick to make", () => {
    // Each metric of an alarm counts, and ten are free: https://aws.amazon.com/cloudwatch/pricing/
    const metrics = byDefault.all("aws_cloudwatch_metric_alarm").flatMap(({ block }) => {
      const queries = (block.metric_query ?? [{ metric: {} }]) as readonly { readonly metric?: object }[];
      return queries.filter(({ metric }) => metric);
    });
    expect(metrics.length).toBeLessThanOrEqual(25);
    expect(byDefault.all("aws_cloudwatch_dashboard").length).toBeLessThanOrEqual(3);
    const startedAt = performance.now();
    synthesizePipeline();
    // A bound with room for a machine that does other things as well.
    expect((performance.now() - startedAt) / 1000).toBeLessThan(5);
  });

  test("has no path of the machine that made it", () => {
    expect(JSON.stringify(byDefault.document)).not.toContain(process.cwd());
    expect(JSON.stringify(byDefault.document)).not.toContain("stackTrace");
  });

  test("keeps the data on a destroy", () => {
    expect(byDefault.block("aws_s3_bucket").force_destroy).toBe(false);
  });
});

describe("the pipeline's stack", () => {
  test("takes every setting to its place", () => {
    const template = synthesizePipeline({
      project: "cold-chain",
      environment: "test",
      region: "eu-west-1",
      shardCount: 3,
      streamRetentionHours: 48,
      batchSize: 101,
      batchingWindowSeconds: 2,
      parallelizationFactor: 4,
      maximumRetryAttempts: 5,
      functionMemoryMegabytes: 300,
      functionTimeoutSeconds: 70,
      alertThresholdCelsius: -18.5,
      bufferSeconds: 90,
      bufferMebibytes: 80,
      retentionDays: 200,
      errorRetentionDays: 31,
      resultRetentionDays: 8,
      logRetentionDays: 30,
      scanCutoffMebibytes: 11,
      alarmEmails: ["a@example.com"],
      monthlyBudgetDollars: 12,
    });
    expect(template.document.provider?.aws).toMatchObject([
      { region: "eu-west-1", default_tags: [{ tags: { project: "cold-chain", environment: "test" } }] },
    ]);
    expect(template.block("aws_kinesis_stream")).toMatchObject({
      name: "cold-chain-test-readings",
      shard_count: 3,
      retention_period: 48,
    });
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      batch_size: 101,
      maximum_batching_window_in_seconds: 2,
      parallelization_factor: 4,
      maximum_retry_attempts: 5,
      maximum_record_age_in_seconds: 86_400,
    });
    expect(template.block("aws_lambda_function")).toMatchObject({
      memory_size: 300,
      timeout: 70,
      environment: { variables: { ALERT_THRESHOLD_CELSIUS: "-18.5", METRICS_NAMESPACE: "cold-chain-test" } },
    });
    expect(template.block("aws_kinesis_firehose_delivery_stream")).toMatchObject({
      extended_s3_configuration: {
        buffering_interval: 90,
        buffering_size: 80,
        s3_backup_configuration: { buffering_interval: 90, buffering_size: 80 },
      },
    });
    expect(template.block("aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
      { id: "abandoned" },
      { id: "raw", expiration: [{ days: 200 }] },
      { id: "processed", expiration: [{ days: 200 }] },
      { id: "errors", expiration: [{ days: 31 }] },
      { id: "results", expiration: [{ days: 8 }] },
    ]);
    for (const { block } of template.all("aws_glue_catalog_table"))
      expect(block.parameters).toMatchObject({ "projection.dt.range": "NOW-200DAYS,NOW" });
    expect(template.all("aws_cloudwatch_log_group").map(({ block }) => block.retention_in_days)).toEqual([
      30, 30,
    ]);
    for (const { block } of template.all("aws_athena_workgroup"))
      expect(block).toMatchObject({ configuration: { bytes_scanned_cutoff_per_query: 11 * 1024 * 1024 } });
    expect(template.block("aws_sns_topic_subscription").endpoint).toBe("a@example.com");
    expect(template.block("aws_budgets_budget")).toMatchObject({
      name: "cold-chain-test-eu-west-1",
      limit_amount: "12",
    });
    expect(template.all("aws_kms_key")).toEqual([]);
  });

  test("rolls up when the slowest buffer has been delivered", () => {
    const expressionFor = (bufferSeconds: number) =>
      synthesizePipeline({ bufferSeconds }).block("aws_scheduler_schedule").schedule_expression;
    expect(expressionFor(600)).toBe("cron(15 * * * ? *)");
    expect(expressionFor(601)).toBe("cron(16 * * * ? *)");
    expect(expressionFor(900)).toBe("cron(20 * * * ? *)");
  });

  test("reads on from a point in time where its mapping is replaced", () => {
    const template = synthesizePipeline({ enhancedFanOut: true, readFrom: "2026-01-15T10:30:00Z" });
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      starting_position: "AT_TIMESTAMP",
      starting_position_timestamp: "2026-01-15T10:30:00Z",
    });
  });

  test.each([
    ["roll-up-failed", 3, "FILL(failed, 0) + FILL(canceled, 0) + FILL(cancelled, 0)", 1],
    ["roll-up-missing", 2, "IF(FILL(incoming, 0) > 0 AND FILL(outgoing, 0) == 0, 1, 0)", 3],
  ])("rings on %s", (name, metrics, expression, evaluation_periods) => {
    const alarm = byDefault.block("aws_cloudwatch_metric_alarm", name);
    expect(alarm).toMatchObject({ evaluation_periods, threshold: 1 });
    const queries = alarm.metric_query as object[];
    expect(queries).toHaveLength(metrics + 1);
    expect(queries[0]).toMatchObject({ expression, return_data: true });
    expect(JSON.stringify(queries)).toContain("aws_athena_workgroup.rollup_queries_workgroup");
  });

  test("rings when batches are cut short", () => {
    expect(byDefault.block("aws_cloudwatch_metric_alarm", "batches-cut-short")).toMatchObject({
      namespace: "sensor-lake-dev",
      metric_name: "BatchesCutShort",
      statistic: "Sum",
      evaluation_periods: 5,
      datapoints_to_alarm: 3,
    });
  });

  test("has an on-demand stream read with enhanced fan-out", () => {
    const template = synthesizePipeline({ streamMode: "ON_DEMAND", enhancedFanOut: true });
    expect(template.block("aws_kinesis_stream")).toMatchObject({
      stream_mode_details: { stream_mode: "ON_DEMAND" },
    });
    expect(template.all("aws_kinesis_stream_consumer")).toHaveLength(1);
  });

  test.each([
    ["aws_budgets_budget", "name"],
    ["aws_cloudwatch_dashboard", "dashboard_name"],
    ["aws_iam_role", "name"],
    ["aws_s3_bucket", "bucket"],
  ])(
    "leaves the names of another region's deployment alone: %s, which is not a region's",
    (type, attribute) => {
      const names = (region: string) => {
        const settings = { region, alarmEmails: ["a@example.com"], monthlyBudgetDollars: 10 };
        return synthesizePipeline(settings)
          .all(type)
          .map(({ block }) => String(block[attribute]));
      };
      const here = names("us-east-1");
      expect(here.length).toBeGreaterThan(0);
      expect(here.filter((name) => names("eu-west-1").includes(name))).toEqual([]);
    },
  );

  test("encrypts all that is stored with a key of its own", () => {
    const template = synthesizePipeline({ customerManagedKey: true });
    const arn = `\${${template.only("aws_kms_key").address}.arn}`;
    expect(template.block("aws_kms_alias").name).toBe("alias/sensor-lake-dev-key");
    expect(template.block("aws_kinesis_stream").kms_key_id).toBe(arn);
    for (const { block } of template.all("aws_sqs_queue")) expect(block.kms_master_key_id).toBe(arn);
    expect(template.block("aws_s3_bucket_server_side_encryption_configuration")).toMatchObject({
      rule: [{ apply_server_side_encryption_by_default: { kms_master_key_id: arn } }],
    });
    for (const { block } of template.all("aws_athena_workgroup"))
      expect(block).toMatchObject({
        configuration: { result_configuration: { encryption_configuration: { kms_key_arn: arn } } },
      });
    expect(template.block("aws_kinesis_firehose_delivery_stream")).toMatchObject({
      extended_s3_configuration: { kms_key_arn: arn, s3_backup_configuration: { kms_key_arn: arn } },
    });
  });

  test("keeps its state in a bucket, locked, encrypted, in a region of its own", () => {
    const backend = (settings: Record<string, unknown>) =>
      synthesizePipeline(settings).document.terraform?.backend;
    expect(backend({ stateBucket: "states", environment: "prod", region: "eu-west-1" })).toEqual({
      s3: {
        bucket: "states",
        key: "sensor-lake/prod/eu-west-1/terraform.tfstate",
        region: "eu-west-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
    expect(backend({ stateBucket: "states", stateRegion: "us-west-2" })).toMatchObject({
      s3: { region: "us-west-2" },
    });
  });

  test.each([
    ["dev", undefined, true, true],
    ["dev", false, true, false],
    ["dev", undefined, false, false],
    ["test", undefined, true, false],
    ["test", true, true, true],
    ["prod", undefined, true, false],
  ])(
    "in %s with forceDestroy %s and the flag %s destroys data: %s",
    (environment, forceDestroy, flag, destroys) => {
      const template = synthesizePipeline(
        { environment, forceDestroy, customerManagedKey: true },
        { allowDataDestruction: flag },
      );
      const isProtected = template.statements(".key_policy_").some(({ effect }) => effect === "Deny");
      expect(isProtected).toBe(!destroys);
      expect(template.block("aws_s3_bucket").force_destroy).toBe(destroys);
    },
  );
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mappingLimits, rangeOf } from "@streaming-data-lake/rules/limits";
import { beforeEach, describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { handWrittenStack, type StackOptions, writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const load = (options?: StackOptions) => loadStack(writeStack(folder, options));
const outputs = (value: unknown, more: object = {}) => {
  const file = join(folder, "main.tf.json");
  writeFileSync(file, JSON.stringify({ ...handWrittenStack(), ...more, output: { it: { value } } }));
  return loadStack(file).outputs.it;
};

describe("the stack reader", () => {
  it("reads a stream with its resolved name and ARN", () => {
    expect(load().streams).toEqual([
      {
        address: "aws_kinesis_stream.readings",
        name: "lab-test-readings",
        arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/lab-test-readings",
        mode: "PROVISIONED",
        shardCount: 1,
        retentionHours: 24,
      },
    ]);
  });

  it("gives an on-demand stream four shards", () => {
    const [stream] = load({ stream: { stream_mode_details: [{ stream_mode: "ON_DEMAND" }] } }).streams;
    expect(stream).toMatchObject({ mode: "ON_DEMAND", shardCount: 4 });
  });

  it("connects the mapping to its stream and function, with the provider's defaults", () => {
    const stack = load();
    expect(stack.mappings[0]).toMatchObject({
      streamArn: stack.streams[0]?.arn,
      functionArn: stack.functions[0]?.arn,
      batchSize: 100,
      batchingWindowSeconds: 0,
      parallelizationFactor: 1,
      maximumRetryAttempts: 2,
      maximumRecordAgeSeconds: -1,
      bisectBatchOnFunctionError: false,
      reportBatchItemFailures: true,
      onFailureArn: "arn:aws:sqs:eu-west-1:000000000000:lab-test-failures",
    });
  });

  it("connects a mapping of a consumer with enhanced fan-out to the consumer's stream", () => {
    const stack = load({
      mapping: { event_source_arn: "${aws_kinesis_stream_consumer.fast.arn}" },
      more: {
        aws_kinesis_stream_consumer: {
          fast: { name: "fast", stream_arn: "${aws_kinesis_stream.readings.arn}" },
        },
      },
    });
    expect(stack.mappings[0]?.streamArn).toBe(stack.streams[0]?.arn);
  });

  it("finds the function's archive beside the stack file", () => {
    expect(load().functions[0]).toMatchObject({
      archive: join(folder, "function.zip"),
      environment: { GREETING: "hello" },
      memoryMegabytes: 128,
    });
  });

  it("reads the delivery with its conversion and its backup", () => {
    expect(load().deliveryStreams[0]).toMatchObject({
      destination: { bucket: "lab-test-000000000000", bufferMebibytes: 64, compression: "UNCOMPRESSED" },
      backup: { prefix: "raw/dt=!{timestamp:yyyy-MM-dd}/", compression: "GZIP", bufferMebibytes: 5 },
      conversion: { database: "lake", table: "readings", format: "PARQUET", deserializer: "OPENX_JSON" },
    });
  });

  it("keeps Athena's own ${…} that the stack escapes", () => {
    expect(load().tables[0]?.parameters["storage.location.template"]).toBe(
      "s3://lab-test-000000000000/processed/dt=${dt}/",
    );
  });

  it("reads every *.tf.json of a folder", () => {
    writeStack(folder);
    writeFileSync(
      join(folder, "more.tf.json"),
      JSON.stringify({ resource: { aws_kinesis_stream: { other: { name: "other" } } } }),
    );
    expect(loadStack(folder).streams.map(({ name }) => name)).toEqual(["lab-test-readings", "other"]);
  });

  it("names what it does not run", () => {
    const stack = load({
      more: {
        aws_lambda_function: { java: { function_name: "java", runtime: "java21", handler: "a.B::c" } },
      },
    });
    expect(stack.unsupported).toContainEqual(
      expect.stringContaining("aws_lambda_function.java: runs java21"),
    );
  });
});

describe("references", () => {
  it.each([
    ["${local.name}", "lab-test"],
    ["${var.environment}", "test"],
    ["${aws_s3_bucket.lake.arn}/*", "arn:aws:s3:::lab-test-000000000000/*"],
    ["${aws_s3_bucket.lake.id}", "lab-test-000000000000"],
    ["${aws_kinesis_stream.readings.id}", "arn:aws:kinesis:eu-west-1:000000000000:stream/lab-test-readings"],
    ["${aws_lambda_function.process.environment.0.variables.GREETING}", "hello"],
    ["${aws_lambda_function.process.environment.variables.GREETING}", "hello"],
    ['${join("-", ["a", local.name, "b"])}', "a-lab-test-b"],
    ['${jsonencode({ name = local.name, list = [1, "x"] })}', '{"list":[1,"x"],"name":"lab-test"}'],
    ["$${not.a.reference}", "${not.a.reference}"],
    ['${true ? "yes ${local.name}" : "no"}', "yes lab-test"],
    ["${1 + 2 * 3}", "7"],
    ['${["a", "b"][1]}', "b"],
    ['${replace("a_b", "_", "-")}', "a-b"],
    ['${format("%s-%03d", "x", 7)}', "x-007"],
    ['${try(local.missing, "fallback")}', "fallback"],
  ])("%s is %s", (expression, expected) => {
    expect(outputs(expression)).toBe(expected);
  });

  it("that can't be resolved leave out their resource, with place and expression, and no other", () => {
    const { streams, buckets, unsupported } = load({ stream: { name: "x-${aws_vpc.main.id}" } });
    expect(streams).toEqual([]);
    expect(buckets).toHaveLength(1);
    expect(unsupported).toContain(
      "aws_kinesis_stream.readings: name: can't resolve x-${aws_vpc.main.id}: there is no aws_vpc.main",
    );
  });

  it("that can't be resolved in a nested block are named with its place", () => {
    expect(load({ s3: { prefix: "${upper()}${nonsense(1)}" } }).unsupported).toContainEqual(
      expect.stringMatching(
        /^aws_kinesis_firehose_delivery_stream\.delivery: extended_s3_configuration\.prefix: can't resolve/,
      ),
    );
  });

  it("in the environment leave out one value and not the function", () => {
    const variables = {
      NAME: "${aws_kinesis_stream.readings.name}",
      TOKEN: "${aws_db_instance.d.endpoint}",
    };
    const { functions, unsupported } = load({
      fn: { environment: { variables } },
      more: { aws_db_instance: { d: { identifier: "d" } } },
    });
    expect(functions[0]?.environment).toEqual({ NAME: "lab-test-readings" });
    expect(unsupported).toContainEqual(
      expect.stringMatching(/^aws_lambda_function\.process: environment\.variables\.TOKEN: .* is left out$/),
    );
  });

  it.each([
    ["${aws_dynamodb_table.it.arn}", "arn:aws:dynamodb:eu-west-1:000000000000:table/tab"],
    ["${data.aws_s3_bucket.other.arn}", "arn:aws:s3:::existing"],
    ["${data.aws_kinesis_stream.other.arn}", "arn:aws:kinesis:eu-west-1:000000000000:stream/there"],
  ])("%s follows from the name", (expression, expected) => {
    const more = {
      data: {
        aws_s3_bucket: { other: { bucket: "existing" } },
        aws_kinesis_stream: { other: { name: "there" } },
      },
      resource: { aws_dynamodb_table: { it: { name: "tab" } } },
    };
    expect(outputs(expression, more)).toBe(expected);
  });

  it("finds references that go round in circles", () => {
    expect(() => load({ stream: { name: "${aws_kinesis_stream.readings.name}" } })).toThrow(
      "refers to itself",
    );
  });

  it("ignores what can't be resolved where nothing here needs it", () => {
    expect(() => load({ more: { aws_route53_record: { x: { name: "${module.dns.zone}" } } } })).not.toThrow();
  });
});

describe("a note about what runs here although AWS would refuse it or set it up differently", () => {
  it.each([
    [
      "a prefix with expressions and no error prefix",
      { prefix: "raw/!{timestamp:yyyy}/", error_output_prefix: null },
      "AWS refuses a prefix with expressions without error_output_prefix; errors go below the prefix here",
    ],
    [
      "a backup's prefix with expressions and no error prefix",
      {
        s3_backup_configuration: {
          bucket_arn: "${aws_s3_bucket.lake.arn}",
          prefix: "raw/dt=!{timestamp:yyyy-MM-dd}/",
        },
      },
      "AWS refuses a prefix with expressions without error_output_prefix; errors go below the prefix here",
    ],
    [
      "a backup without its bucket",
      { s3_backup_mode: "Enabled", s3_backup_configuration: null },
      "AWS refuses s3_backup_mode Enabled without s3_backup_configuration; nothing is backed up here",
    ],
  ])("is given for %s", (_, s3, what) => {
    const { deliveryStreams, notes } = load({ s3 });
    expect(deliveryStreams).toHaveLength(1);
    expect(notes).toEqual([
      expect.stringMatching(new RegExp(`^aws_kinesis_firehose_delivery_stream\\.\\w+: ${what}$`)),
    ]);
  });

  const endpointAt = (url: string): StackOptions => {
    const s3_configuration = { role_arn: "r", bucket_arn: "arn:aws:s3:::b1a" };
    const h = {
      destination: "http_endpoint",
      name: "h",
      http_endpoint_configuration: { url, s3_configuration },
    };
    return { more: { aws_kinesis_firehose_delivery_stream: { h } } };
  };

  it("names the origin of an endpoint elsewhere, without its path, which may be secret", () => {
    const sentence =
      "aws_kinesis_firehose_delivery_stream.h: its records leave this machine: they are sent to https://api.example.com";
    expect(load(endpointAt("https://api.example.com/v1?key=s3cr3t")).notes).toContain(sentence);
    for (const url of ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/"])
      expect(load(endpointAt(url)).notes.join()).not.toMatch(/leave this machine/);
  });

  it("is given for a function that has no concurrency on AWS", () => {
    expect(load({ fn: { reserved_concurrent_executions: 0 } }).notes).toEqual([
      expect.stringMatching(
        /^aws_lambda_function\.\w+: AWS throttles every invocation with reserved_concurrent_executions = 0$/,
      ),
    ]);
  });

  it("is not enough for an endpoint that can't be reached: its URL is refused", () => {
    expect(() => load(endpointAt("ftp://host/"))).toThrow(
      "aws_kinesis_firehose_delivery_stream.h: http_endpoint_configuration.url: must be a URL that begins with https://, not ftp://host/",
    );
  });

  it("is not given for a delivery that AWS accepts: no prefix, a plain one, expressions with an error prefix", () => {
    for (const s3 of [
      { prefix: null, error_output_prefix: null },
      { prefix: "raw/", error_output_prefix: null },
      { prefix: "raw/!{timestamp:yyyy}/", error_output_prefix: "errors/!{firehose:error-output-type}/" },
    ])
      expect(load({ s3 }).notes).toEqual([]);
  });

  it("does not list the resource as unsupported", () => {
    const { buckets, notes, unsupported } = load({
      more: { aws_s3_bucket: { b: { bucket: "ab" } } },
      s3: { bucket_arn: "arn:aws:s3:::elsewhere" },
    });
    expect(buckets.map(({ name }) => name)).toContain("ab");
    expect(unsupported).toEqual([]);
    expect(notes).toEqual([
      "aws_s3_bucket.b: AWS refuses the name ab: it must be 3 to 63 lower-case letters, digits, dots and hyphens",
      "aws_kinesis_firehose_delivery_stream.delivery: the bucket elsewhere is not in this stack; its objects are kept here",
    ]);
  });
});

describe("a stack that can't be read", () => {
  it("that is missing says so", () => {
    expect(() => loadStack(join(folder, "nothing.tf.json"))).toThrow(
      /^there is no stack at .*nothing\.tf\.json/,
    );
  });

  it("that is not valid JSON says so in one line", () => {
    writeFileSync(join(folder, "bad.tf.json"), "resource {\n");
    expect(() => loadStack(join(folder, "bad.tf.json"))).toThrow(
      /^.*bad\.tf\.json is not valid JSON: [^\n]*$/,
    );
  });

  it.each([
    ["batch_size", mappingLimits.batchSize],
    ["maximum_batching_window_in_seconds", mappingLimits.batchingWindowSeconds],
    ["parallelization_factor", mappingLimits.parallelizationFactor],
    ["maximum_retry_attempts", mappingLimits.maximumRetryAttempts],
    ["maximum_record_age_in_seconds", mappingLimits.maximumRecordAgeSeconds],
    ["tumbling_window_in_seconds", mappingLimits.tumblingWindowSeconds],
  ])("has the bounds of the constructs for %s", (name, limit) => {
    const given = (value: number) => () => load({ mapping: { [name]: value } });
    const says = `aws_lambda_event_source_mapping.process: ${name}: must be ${rangeOf(limit)}`;
    expect(given(limit.minimum)).not.toThrow();
    expect(given(limit.maximum)).not.toThrow();
    expect(given(limit.minimum - 1)).toThrow(`${says}, not ${limit.minimum - 1}`);
    expect(given(limit.maximum + 1)).toThrow(`${says}, not ${limit.maximum + 1}`);
  });

  it.each([
    [
      "AT_TIMESTAMP without a time",
      { starting_position: "AT_TIMESTAMP" },
      /starting_position_timestamp: is required/,
    ],
    [
      "AT_TIMESTAMP with what is no time",
      { starting_position: "AT_TIMESTAMP", starting_position_timestamp: "soon" },
      /starting_position_timestamp: must be a time such as/,
    ],
  ])("with %s is refused", (_, mapping, message) => {
    expect(() => load({ mapping })).toThrow(message);
  });

  it("with an unknown time zone is refused", () => {
    expect(() => load({ s3: { custom_time_zone: "Mars/Base" } })).toThrow(
      "extended_s3_configuration.custom_time_zone: must be a time zone such as Europe/Madrid, not Mars/Base",
    );
  });

  it("with two streams of one name is refused", () => {
    const more = { aws_kinesis_stream: { other: { name: "lab-test-readings" } } };
    expect(() => load({ more })).toThrow(/another stream of this stack is called lab-test-readings/);
  });

  it("that converts by a table of another stack leaves that delivery out", () => {
    const conversion = {
      schema_configuration: { database_name: "lake", table_name: "nope" },
      output_format_configuration: {},
      input_format_configuration: {},
    };
    const { deliveryStreams, unsupported } = load({
      s3: { data_format_conversion_configuration: conversion },
    });
    expect(deliveryStreams).toEqual([]);
    expect(unsupported).toContainEqual(expect.stringContaining("there is no table lake.nope in this stack"));
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { workgroupsOf } from "../../local/aws/services/athena/workgroups";
import { readStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";

function read(resource: object, more: object = {}) {
  const file = join(temporaryFolder(), "it.tf.json");
  writeFileSync(file, JSON.stringify({ resource, ...more }));
  return readStack(file);
}

it("only resources that would move or start something on AWS, but do nothing here, are named", () => {
  const { stack } = read({
    aws_s3_bucket: { b: { bucket: "lake" } },
    aws_s3_bucket_notification: {
      told: { bucket: "lake", lambda_function: [{ events: ["s3:ObjectCreated:*"] }], queue: [{}] },
      eventbridge: { bucket: "lake", eventbridge: true },
    },
    aws_glue_crawler: { c: { name: "c" } },
    aws_cloudwatch_event_rule: { r: { schedule_expression: "rate(1 day)" } },
    aws_cloudwatch_event_target: {
      t: { rule: "r", arn: "arn:aws:lambda:us-east-1:000000000000:function:f" },
    },
    aws_dynamodb_table: { t: { name: "t" } },
    aws_api_gateway_rest_api: { a: { name: "a" } },
    aws_api_gateway_integration: { put: { rest_api_id: "a", type: "AWS" } },
    aws_ecs_service: { producer: { name: "producer", count: 2 }, none: { count: 0 } },
  });
  expect(stack.unsupported).toEqual([
    "aws_api_gateway_integration.put: nothing comes by API Gateway here",
    "aws_cloudwatch_event_target.t: EventBridge sends nothing here, so its target is not reached",
    "aws_ecs_service.producer[0]: no containers are started here",
    "aws_ecs_service.producer[1]: no containers are started here",
    "aws_glue_crawler.c: nothing is crawled here: its tables are not there",
    "aws_s3_bucket_notification.told: S3 sends no notifications of objects here: not to its lambda_function, nor to its queue",
  ]);
});

it("a workgroup's limit of 0 bytes, as in plans and states, means no limit", () => {
  const configuration = (bytes: number | null) => ({
    name: `w${bytes}`,
    configuration: { bytes_scanned_cutoff_per_query: bytes },
  });
  const workgroups = workgroupsOf(
    read({
      aws_athena_workgroup: { a: configuration(0), b: configuration(null), c: configuration(10485760) },
    }),
  );
  expect(["w0", "wnull", "w10485760"].map((name) => workgroups.get(name)?.cutoffBytes)).toEqual([
    undefined,
    undefined,
    10485760,
  ]);
});

describe("a function of Terraform that is not evaluated here", () => {
  const why =
    "can't resolve ${bcrypt(1)}: the function bcrypt is not evaluated here: its result is different each time";

  it.each<[string, object, object, string]>([
    [
      "a resource's argument",
      { aws_s3_bucket: { b: { bucket: "${bcrypt(1)}" } } },
      {},
      `aws_s3_bucket.b: bucket: ${why}`,
    ],
    ["its count", { aws_s3_bucket: { b: { count: "${bcrypt(1)}" } } }, {}, `aws_s3_bucket.b: count: ${why}`],
    [
      "a block that it makes",
      {
        aws_s3_bucket_notification: {
          n: { bucket: "b", dynamic: { queue: { for_each: "${bcrypt(1)}", content: {} } } },
        },
      },
      {},
      `aws_s3_bucket_notification.n: dynamic.queue.for_each: ${why}`,
    ],
    [
      "a local that the resource needs",
      { aws_s3_bucket: { b: { bucket: "${local.name}" } } },
      { locals: { name: "${bcrypt(1)}", unused: "${uuid()}" } },
      `aws_s3_bucket.b: local.name: ${why}`,
    ],
    [
      "another resource",
      {
        aws_sqs_queue: { q: { name: "${bcrypt(1)}" } },
        aws_sns_topic_subscription: {
          s: { topic_arn: "t", protocol: "sqs", endpoint: "${aws_sqs_queue.q.arn}" },
        },
      },
      {},
      `aws_sns_topic_subscription.s: aws_sqs_queue.q: name: ${why}`,
    ],
    ["an output", {}, { output: { o: { value: "${bcrypt(1)}" } } }, `output.o: ${why}: it is left out`],
    [
      "a provider's region",
      {},
      { provider: { aws: { region: "${bcrypt(1)}" } } },
      `provider.aws: region: ${why}; us-east-1 is used`,
    ],
    [
      "a provider's default tags",
      {},
      { provider: { aws: { alias: "dr", default_tags: { tags: { a: "${bcrypt(1)}" } } } } },
      `provider.aws.dr: default_tags.tags.a: ${why}; no resource of it has tags here`,
    ],
  ])("in %s is reported in one line with its address, and the rest is run", (_, resource, more, line) => {
    const kinesis = { aws_kinesis_stream: { s: { name: "events" } } };
    const { stack } = read({ ...resource, ...kinesis }, more);
    expect(stack.unsupported).toEqual([line]);
    expect(stack.streams).toMatchObject([{ name: "events" }]);
  });

  it("in an archive or layer of one function does not affect other functions", () => {
    const { stack } = read({
      aws_lambda_function: {
        f: {
          function_name: "f",
          handler: "index.handler",
          runtime: "nodejs22.x",
          s3_bucket: "code",
          s3_key: "f.zip",
          layers: ["${aws_lambda_layer_version.own.arn}"],
        },
      },
      aws_s3_object: {
        other: { bucket: "code", key: "${bcrypt(1)}", source: "other.zip" },
        own: { bucket: "code", key: "f.zip", source: "f.zip" },
      },
      aws_lambda_layer_version: {
        other: { layer_name: "${bcrypt(1)}", filename: "other.zip" },
        own: { layer_name: "own", filename: "layer.zip" },
      },
    });
    expect(stack.unsupported).toEqual([]);
    const [fn] = stack.functions;
    expect(fn?.archive).toMatch(/f\.zip$/);
    expect(fn?.layers[0]?.archive).toMatch(/layer\.zip$/);
  });
});

describe("a pattern of events", () => {
  const operators = "anything-but, equals-ignore-case, exists, numeric, prefix, suffix";
  const wrong: [object, string][] = [
    [{ data: { a: [{ wildcard: "x*" }] } }, `"a" must be compared by one of ${operators}, not by wildcard`],
    [
      { data: { a: [{ "anything-but": { cidr: "::/0" } }] } },
      `"a" must be compared by one of ${operators}, not by cidr`,
    ],
    [{ data: { a: 1 } }, '"a" must be a list of what matches, not 1'],
    [{ data: { a: [] } }, '"a" must be a list of what matches, not []'],
    [{ data: { $or: { a: [1] } } }, '"$or" must be a list of patterns'],
    [{ data: { $or: [{ a: [1] }, { b: null }] } }, '"b" must be a list of what matches, not null'],
  ];
  const right = { data: { a: [{ numeric: [">", 1] }, null, "x"], $or: [{ b: [{ exists: false }] }] } };

  it.each(wrong)("of a mapping is refused as AWS refuses it: %j", (pattern, problem) => {
    const filter = { pattern: JSON.stringify(pattern) };
    const stack = {
      aws_kinesis_stream: { s: { name: "events" } },
      aws_lambda_function: {
        f: { function_name: "f", handler: "index.handler", runtime: "nodejs22.x", filename: "f.zip" },
      },
      aws_lambda_event_source_mapping: {
        m: {
          event_source_arn: "${aws_kinesis_stream.s.arn}",
          function_name: "f",
          starting_position: "LATEST",
          filter_criteria: { filter },
        },
      },
    };
    expect(() => read(stack)).toThrow(
      `aws_lambda_event_source_mapping.m: filter_criteria.filter.pattern: ${problem}`,
    );
    filter.pattern = JSON.stringify(right);
    expect(read(stack).stack.mappings).toHaveLength(1);
  });

  it("of a subscription that is not understood here stops that subscription alone", () => {
    const subscription = (pattern: object) => ({
      topic_arn: "arn:aws:sns:us-east-1:000000000000:t",
      protocol: "sqs",
      endpoint: "arn:aws:sqs:us-east-1:000000000000:q",
      filter_policy: JSON.stringify(pattern),
    });
    const { stack } = read({
      aws_sns_topic_subscription: {
        range: subscription({ address: [{ cidr: "10.0.0.0/24" }] }),
        known: subscription(right.data),
      },
    });
    expect(stack.subscriptions).toMatchObject([{ address: "aws_sns_topic_subscription.known" }]);
    expect(stack.unsupported).toEqual([
      `aws_sns_topic_subscription.range: filter_policy: "address" must be compared by one of ${operators}, not by cidr`,
    ]);
  });
});

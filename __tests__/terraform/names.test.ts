import { describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { type StackOptions, writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";

const load = (options: StackOptions) => loadStack(writeStack(temporaryFolder(), options));

describe("a name that AWS would refuse is refused with its place and the rule", () => {
  it.each<[string, StackOptions, string]>([
    [
      "a stream",
      { stream: { name: "../../readings" } },
      'aws_kinesis_stream.readings: name: must be 1-128 letters, digits and _.-, not "../../readings"',
    ],
    [
      "a function",
      { fn: { function_name: "../../../home/me/important" } },
      'aws_lambda_function.process: function_name: must be 1-64 letters, digits and _-, not "../../../home/me/important"',
    ],
    [
      "a handler",
      { fn: { handler: "../../secrets.handler" } },
      'aws_lambda_function.process: handler: must be such as index.handler, without ".." and spaces, not "../../secrets.handler"',
    ],
    [
      "a bucket",
      { more: { aws_s3_bucket: { other: { bucket: "../../lake" } } } },
      'aws_s3_bucket.other: bucket: must be 3 to 63 lower-case letters, digits, dots and hyphens, not "../../lake"',
    ],
    [
      "a bucket of two dots",
      { more: { aws_s3_bucket: { other: { bucket: "a..b" } } } },
      "aws_s3_bucket.other: bucket: must be",
    ],
    [
      "a bucket that is an address",
      { more: { aws_s3_bucket: { other: { bucket: "192.168.5.4" } } } },
      "aws_s3_bucket.other: bucket: must be",
    ],
    [
      "the bucket of a delivery stream",
      { s3: { bucket_arn: "arn:aws:s3:::../../../tmp" } },
      "aws_kinesis_firehose_delivery_stream.delivery: extended_s3_configuration.bucket_arn: must be 3 to 255",
    ],
    [
      "the bucket of an on-failure destination",
      { mapping: { destination_config: { on_failure: { destination_arn: "arn:aws:s3:::.." } } } },
      "aws_lambda_event_source_mapping.process: destination_config.on_failure.destination_arn: must be 3 to 255",
    ],
    [
      "a file extension",
      { s3: { file_extension: "/../../x" } },
      "aws_kinesis_firehose_delivery_stream.delivery: extended_s3_configuration.file_extension: must be a dot and",
    ],
  ])("%s", (_, options, message) => {
    expect(() => load(options)).toThrow(message);
  });

  it("a stream's name may consist of dots, because AWS accepts that", () => {
    expect(load({ stream: { name: ".." } }).streams[0]?.name).toBe("..");
  });
});

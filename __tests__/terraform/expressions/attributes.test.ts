import { describe, expect, it } from "vitest";
import { attribute, computedNames, type KnownAttributes } from "../../../terraform/expressions/attributes";
import { uuidOf } from "../../../terraform/uuid";
import type { Value } from "../../../terraform/values";

type Body = Readonly<Record<string, Value>>;

const known = (body: Body, isPlanned = false): KnownAttributes => ({
  address: "some.it",
  region: "eu-west-1",
  accountId: "111122223333",
  folder: ".",
  isPlanned,
  get: (name) => body[name],
});
const computed = (type: string, body: Body, name: string) => attribute(type, known(body), name);

/** SHA-256 of `some.it`. */
const digest = "30ef5f20dfd62abb9ff68d2f48fcb495eb0bdbe71a8a98c972030b7991a6e774";
const here = "eu-west-1:111122223333";

/** As the user guides of the services have them: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const attributes: readonly (readonly [
  type: string,
  body: Body,
  expected: Readonly<Record<string, Value>>,
])[] = [
  [
    "data.aws_caller_identity",
    {},
    {
      account_id: "111122223333",
      id: "111122223333",
      arn: "arn:aws:iam::111122223333:user/local",
      user_id: "LOCAL",
    },
  ],
  [
    "data.aws_partition",
    {},
    { partition: "aws", id: "aws", dns_suffix: "amazonaws.com", reverse_dns_prefix: "com.amazonaws" },
  ],
  ["data.aws_region", {}, { region: "eu-west-1", name: "eu-west-1", id: "eu-west-1" }],
  ["aws_athena_workgroup", { name: "w" }, { name: "w", id: "w", arn: `arn:aws:athena:${here}:workgroup/w` }],
  ["aws_cloudwatch_event_bus", { name: "b" }, { id: "b", arn: `arn:aws:events:${here}:event-bus/b` }],
  ["aws_cloudwatch_event_rule", { name: "r" }, { id: "r", arn: `arn:aws:events:${here}:rule/r` }],
  ["aws_cloudwatch_log_group", { name: "/g" }, { id: "/g", arn: `arn:aws:logs:${here}:log-group:/g` }],
  [
    "aws_glue_catalog_database",
    { name: "d" },
    {
      name: "d",
      id: "111122223333:d",
      arn: `arn:aws:glue:${here}:database/d`,
      catalog_id: "111122223333",
    },
  ],
  [
    "aws_glue_catalog_database",
    { name: "d", catalog_id: "444455556666" },
    { id: "444455556666:d", catalog_id: "444455556666" },
  ],
  [
    "aws_glue_catalog_table",
    { name: "t", database_name: "d" },
    { name: "t", id: "111122223333:d:t", arn: `arn:aws:glue:${here}:table/d/t`, catalog_id: "111122223333" },
  ],
  [
    "aws_glue_catalog_table",
    { name: "t", database_name: "d", catalog_id: "444455556666" },
    { catalog_id: "444455556666" },
  ],
  [
    "aws_dynamodb_table",
    { name: "t" },
    { name: "t", id: "t", arn: `arn:aws:dynamodb:${here}:table/t`, stream_arn: "" },
  ],
  [
    "aws_dynamodb_table",
    { name: "t", stream_enabled: true },
    { stream_arn: `arn:aws:dynamodb:${here}:table/t/stream/2024-01-01T00:00:00.000` },
  ],
  [
    "aws_ecr_repository",
    { name: "r" },
    {
      id: "r",
      arn: `arn:aws:ecr:${here}:repository/r`,
      registry_id: "111122223333",
      repository_url: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/r",
    },
  ],
  [
    "aws_iam_policy",
    { name: "p" },
    { name: "p", id: "arn:aws:iam::111122223333:policy/p", arn: "arn:aws:iam::111122223333:policy/p" },
  ],
  [
    "aws_iam_policy",
    { name: "p", path: "/a/" },
    { id: "arn:aws:iam::111122223333:policy/a/p", arn: "arn:aws:iam::111122223333:policy/a/p" },
  ],
  ["aws_iam_role", { name: "r" }, { name: "r", id: "r", arn: "arn:aws:iam::111122223333:role/r" }],
  ["aws_iam_role", { name: "r", path: "/a/" }, { arn: "arn:aws:iam::111122223333:role/a/r" }],
  [
    "aws_kinesis_firehose_delivery_stream",
    { name: "s" },
    {
      name: "s",
      id: `arn:aws:firehose:${here}:deliverystream/s`,
      arn: `arn:aws:firehose:${here}:deliverystream/s`,
    },
  ],
  [
    "aws_kinesis_stream",
    { name: "s" },
    { name: "s", id: `arn:aws:kinesis:${here}:stream/s`, arn: `arn:aws:kinesis:${here}:stream/s` },
  ],
  [
    "aws_kinesis_stream_consumer",
    { name: "c", stream_arn: "arn:s" },
    { arn: "arn:s/consumer/c:0", name: "c", stream_arn: "arn:s" },
  ],
  [
    "aws_kms_alias",
    { name: "alias/a" },
    { name: "alias/a", id: "alias/a", arn: `arn:aws:kms:${here}:alias/a` },
  ],
  [
    "aws_kms_key",
    {},
    {
      id: uuidOf("some.it"),
      key_id: uuidOf("some.it"),
      arn: `arn:aws:kms:${here}:key/${uuidOf("some.it")}`,
    },
  ],
  ["aws_lambda_alias", { name: "a", function_name: "f" }, { arn: `arn:aws:lambda:${here}:function:f:a` }],
  [
    "aws_lambda_alias",
    { name: "a", function_name: "arn:aws:lambda:eu-west-2:1:function:f" },
    { arn: "arn:aws:lambda:eu-west-2:1:function:f:a" },
  ],
  [
    "aws_lambda_layer_version",
    { layer_name: "l" },
    {
      arn: `arn:aws:lambda:${here}:layer:l:1`,
      id: `arn:aws:lambda:${here}:layer:l:1`,
      layer_arn: `arn:aws:lambda:${here}:layer:l`,
      version: "1",
    },
  ],
  [
    "aws_lambda_function",
    { function_name: "f" },
    {
      id: "f",
      arn: `arn:aws:lambda:${here}:function:f`,
      invoke_arn: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:${here}:function:f/invocations`,
      qualified_arn: `arn:aws:lambda:${here}:function:f:$LATEST`,
      version: "$LATEST",
    },
  ],
  ["aws_s3_object", { key: "k" }, { id: "k", key: "k", version_id: "null" }],
  ["aws_s3_bucket_object", { key: "k" }, { id: "k" }],
  [
    "aws_s3_bucket",
    { bucket: "b" },
    {
      bucket: "b",
      id: "b",
      arn: "arn:aws:s3:::b",
      bucket_domain_name: "b.s3.amazonaws.com",
      bucket_regional_domain_name: "b.s3.eu-west-1.amazonaws.com",
    },
  ],
  ["aws_s3_bucket_versioning", { bucket: "b" }, { id: "b", bucket: "b" }],
  ["aws_s3_bucket_policy", { bucket: "b", policy: "p" }, { id: "b", policy: "p" }],
  [
    "aws_scheduler_schedule",
    { name: "s" },
    { id: "default/s", arn: `arn:aws:scheduler:${here}:schedule/default/s` },
  ],
  [
    "aws_scheduler_schedule",
    { name: "s", group_name: "g" },
    { id: "g/s", arn: `arn:aws:scheduler:${here}:schedule/g/s` },
  ],
  [
    "aws_scheduler_schedule_group",
    { name: "g" },
    { id: "g", arn: `arn:aws:scheduler:${here}:schedule-group/g` },
  ],
  [
    "aws_secretsmanager_secret",
    { name: "s" },
    {
      id: `arn:aws:secretsmanager:${here}:secret:s-${digest.slice(0, 6)}`,
      arn: `arn:aws:secretsmanager:${here}:secret:s-${digest.slice(0, 6)}`,
    },
  ],
  ["aws_sfn_state_machine", { name: "m" }, { id: "m", arn: `arn:aws:states:${here}:stateMachine:m` }],
  ["aws_ssm_parameter", { name: "/a/p" }, { id: "/a/p", arn: `arn:aws:ssm:${here}:parameter/a/p` }],
  ["aws_ssm_parameter", { name: "p" }, { arn: `arn:aws:ssm:${here}:parameter/p` }],
  ["aws_sns_topic", { name: "t" }, { id: `arn:aws:sns:${here}:t`, arn: `arn:aws:sns:${here}:t` }],
  [
    "aws_sqs_queue",
    { name: "q" },
    {
      id: "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
      url: "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
      arn: `arn:aws:sqs:${here}:q`,
    },
  ],
];

describe("the attributes that AWS computes", () => {
  it.each(attributes)("of %s, given %j, are %j", (type, body, expected) => {
    const actual = Object.keys(expected).map((name) => [name, computed(type, body, name)]);
    expect(Object.fromEntries(actual)).toEqual(expected);
  });

  it("of a data source are those of the resource that it finds", () => {
    expect(computed("data.aws_kinesis_stream", { name: "s" }, "arn")).toBe(
      `arn:aws:kinesis:${here}:stream/s`,
    );
    expect(computedNames("data.aws_kinesis_stream")).toEqual(["name", "id", "arn"]);
  });

  it("are the same at each run where AWS makes them at random", () => {
    expect(computed("aws_iam_role", { name: "r" }, "unique_id")).toBe(digest);
    expect(computed("aws_s3_object", { key: "k" }, "etag")).toBe(digest);
    for (const name of ["id", "output_md5", "output_sha", "output_sha256", "output_base64sha256"])
      expect(computed("data.archive_file", {}, name)).toBe(digest);
  });
});

describe("what the random provider makes", () => {
  const id = (name: string) => computed("random_id", { byte_length: 3 }, name);

  it("is a number of bytes, in every notation", () => {
    const bytes = Buffer.from(digest, "hex").subarray(0, 3);
    expect(id("hex")).toBe(digest.slice(0, 6));
    expect(id("dec")).toBe(String(bytes.readUIntBE(0, 3)));
    expect(id("id")).toBe(bytes.toString("base64url"));
    expect(id("b64_url")).toBe(bytes.toString("base64url"));
    expect(id("b64_std")).toBe(bytes.toString("base64"));
  });

  it("is a text of the length that is asked for", () => {
    expect(computed("random_string", { length: 5 }, "result")).toBe(digest.slice(0, 5));
    expect(computed("random_string", { length: 5 }, "id")).toBe(digest.slice(0, 5));
    expect(computed("random_string", { length: 70 }, "result")).toBe(digest + digest.slice(0, 6));
    expect(computed("random_password", { length: 5 }, "result")).toBe(digest.slice(0, 5));
    expect(computed("random_password", { length: 5 }, "id")).toBe("none");
  });

  it("is a number in the range, a name or a UUID", () => {
    expect(computed("random_integer", { min: 3, max: 9 }, "result")).toBe(3);
    expect(computed("random_integer", { min: 3, max: 9 }, "id")).toBe(3);
    expect(computed("random_pet", {}, "id")).toBe(`local-${digest.slice(0, 6)}`);
    expect(computed("random_uuid", {}, "result")).toBe(uuidOf("some.it"));
    expect(computed("random_uuid", {}, "id")).toBe(uuidOf("some.it"));
  });
});

describe("an attribute", () => {
  it("is what the block says, where AWS computes nothing", () => {
    expect(computed("aws_kinesis_stream", { shard_count: 2 }, "shard_count")).toBe(2);
    expect(computed("aws_kinesis_stream", {}, "shard_count")).toBeUndefined();
    expect(computed("aws_other", { id: "x" }, "id")).toBe("x");
    expect(computed("aws_other", { bucket: "b" }, "id")).toBeUndefined();
  });

  it("is what a plan says, even where a rule is known", () => {
    const stream = (arn: Value) => attribute("aws_kinesis_stream", known({ name: "s", arn }, true), "arn");
    expect(stream("arn:planned")).toBe("arn:planned");
    expect(stream(null)).toBe(`arn:aws:kinesis:${here}:stream/s`);
  });

  it("that a rule needs is named when it is missing or not a text", () => {
    expect(() => computed("aws_lambda_function", {}, "arn")).toThrow("function_name is required");
    expect(() => computed("aws_lambda_function", { function_name: ["f"] }, "arn")).toThrow(
      'function_name must be a string, not ["f"]',
    );
    expect(computed("aws_lambda_function", { function_name: 5 }, "arn")).toBe(
      `arn:aws:lambda:${here}:function:5`,
    );
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStack } from "../../terraform/index";
import { uuidOf } from "../../terraform/uuid";
import { temporaryFolder } from "../runner/fixtures/harness";

/** Types whose name the provider makes, with the attribute that has it and what else they need. */
const generated: readonly (readonly [string, string, string, object?])[] = [
  ["aws_s3_bucket", "bucket", "lab-"],
  ["aws_iam_role", "name", "lab-", { path: "/service/" }],
  ["aws_iam_policy", "name", "lab-", { path: "/service/" }],
  ["aws_sqs_queue", "name", "lab-"],
  ["aws_sqs_queue", "name", "lab-", { fifo_queue: true }],
  ["aws_sns_topic", "name", "lab-"],
  ["aws_sns_topic", "name", "lab-", { fifo_topic: true }],
  ["aws_cloudwatch_log_group", "name", "/aws/lambda/lab-"],
  ["aws_cloudwatch_event_rule", "name", "lab-"],
  ["aws_scheduler_schedule", "name", "lab-", { group_name: "hourly" }],
  ["aws_scheduler_schedule_group", "name", "lab-"],
  ["aws_secretsmanager_secret", "name", "lab-"],
];

const cases = generated.flatMap(([type, attribute, prefix, more = {}]) => [
  [type, attribute, prefix, { ...more, [`${attribute}_prefix`]: prefix }] as const,
  [type, attribute, "terraform-", more] as const,
]);

/** What another resource sees of it. */
const outputs = (type: string, attribute: string) => ({
  name: { value: `\${${type}.it.${attribute}}` },
  id: { value: `\${${type}.it.id}` },
  arn: { value: `\${${type}.it.arn}` },
});

function read(json: object) {
  const file = join(temporaryFolder(), "it.tf.json");
  writeFileSync(file, JSON.stringify(json));
  return readStack(file).stack;
}

describe("a name that the provider makes", () => {
  it.each(cases)("of %s (%s %s, %j) is the same in its id and ARN", (type, attribute, prefix, body) => {
    const {
      name = "",
      id,
      arn,
    } = read({
      resource: { [type]: { it: body } },
      output: outputs(type, attribute),
    }).outputs;
    expect(name).toMatch(new RegExp(`^${prefix}[0-9a-f]{12}(?:\\.fifo)?$`));
    expect(name.endsWith(".fifo")).toBe(JSON.stringify(body).includes("fifo"));
    expect(id).toContain(name);
    expect(arn).toContain(name);
    if ("path" in body) expect(arn).toContain(`/service/${name}`);
  });

  it.each([
    ["with a prefix", { bucket_prefix: "lab-" }, { bucket_prefix: { constant_value: "lab-" } }],
    ["without one", {}, {}],
  ])("is the same in a plan, %s, where Terraform knows it only after apply", (_, values, expressions) => {
    const unknown = { bucket: true, bucket_prefix: !("bucket_prefix" in values), arn: true, id: true };
    const stack = read({
      format_version: "1.2",
      terraform_version: "1.11.4",
      planned_values: {
        root_module: {
          resources: [
            { address: "aws_s3_bucket.it", mode: "managed", type: "aws_s3_bucket", values },
            { address: "aws_sqs_queue.it", mode: "managed", type: "aws_sqs_queue", values: {} },
          ],
        },
      },
      resource_changes: [
        { address: "aws_s3_bucket.it", change: { after_unknown: unknown } },
        {
          address: "aws_sqs_queue.it",
          change: { after_unknown: { name: true, name_prefix: true, arn: true, id: true, policy: true } },
        },
      ],
      configuration: {
        root_module: {
          resources: [
            { address: "aws_s3_bucket.it", expressions },
            { address: "aws_sqs_queue.it", expressions: {} },
          ],
        },
      },
    });
    expect(stack.buckets.map(({ name }) => name)).toEqual([
      expect.stringMatching("bucket_prefix" in values ? /^lab-/ : /^terraform-/),
    ]);
    expect(stack.access.queues[0]?.name).toMatch(/^terraform-/);
    // A policy that nobody wrote is none, and not an unknown one.
    expect(stack.access.resourcePolicies).toEqual([]);
  });
});

it("an id that AWS would make up is a UUID of version 4 that follows from its text", () => {
  expect(uuidOf("a")).toBe("ca978112-ca1b-4dca-8ac2-31b39a23dc4d");
});

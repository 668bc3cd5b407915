import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { workgroupsOf } from "../../local/aws/services/athena/workgroups";
import { readStack } from "../../terraform/index";
import { temporaryFolder } from "../runner/fixtures/harness";

function read(resource: object) {
  const file = join(temporaryFolder(), "it.tf.json");
  writeFileSync(file, JSON.stringify({ resource }));
  return readStack(file);
}

it("what would move or start something on AWS and does nothing here is named, and nothing else", () => {
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
  });
  expect(stack.unsupported).toEqual([
    "aws_glue_crawler.c: nothing is crawled here: its tables are not there",
    "aws_cloudwatch_event_target.t: EventBridge sends nothing here, so that its target is not reached",
    "aws_s3_bucket_notification.told: S3 sends no notifications of objects here: not to its lambda_function, nor to its queue",
  ]);
});

it("a workgroup's limit of 0 bytes, as plans and states have it, is none", () => {
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

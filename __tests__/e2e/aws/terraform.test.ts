import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type StackOptions, writeStack } from "../../runner/fixtures/stack";
import { temporaryFolder } from "../../support/folders";
import { inherited } from "../support/project";
import { describeTerraform } from "../support/requirements";
import { RunningCommand } from "./running-command";
import { tags, walkedStack } from "./stack";

const run = promisify(execFile);
const Bucket = "lab-test-000000000000";
const state = "states/dev.tfstate";

const configuration = `
terraform {
  backend "s3" {
    bucket       = "${Bucket}"
    key          = "${state}"
    use_lockfile = true
  }
}
resource "terraform_data" "one" { input = "hello" }
`;

/** Reads what another stack has deployed, as a stack of one's own does. */
const reading = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {}
data "aws_caller_identity" "me" {}
data "aws_s3_bucket" "lake" { bucket = "${Bucket}" }
data "aws_s3_bucket_policy" "lake" { bucket = data.aws_s3_bucket.lake.id }
data "aws_s3_objects" "all" { bucket = data.aws_s3_bucket.lake.id }
data "aws_kinesis_stream" "readings" { name = "lab-test-readings" }
data "aws_kinesis_firehose_delivery_stream" "direct" { name = "direct" }
data "aws_lambda_function" "process" { function_name = "lab-test-process" }
data "aws_lambda_functions" "all" {}
data "aws_sqs_queue" "work" { name = "work" }
data "aws_sns_topic" "alerts" { name = "alerts" }
data "aws_cloudwatch_log_group" "process" { name = "/aws/lambda/lab-test-process" }
data "aws_kms_alias" "lake" { name = "alias/lake" }
data "aws_kms_key" "lake" { key_id = data.aws_kms_alias.lake.target_key_id }
data "aws_secretsmanager_secret_version" "token" { secret_id = "token" }
data "aws_ssm_parameter" "one" { name = "/lab/one" }
data "aws_glue_catalog_table" "readings" {
  database_name = "lake"
  name          = "readings"
}
output "read" {
  value = {
    account   = data.aws_caller_identity.me.account_id
    policy    = data.aws_s3_bucket_policy.lake.policy
    shards    = length(data.aws_kinesis_stream.readings.open_shards)
    firehose  = data.aws_kinesis_firehose_delivery_stream.direct.arn
    runtime   = data.aws_lambda_function.process.runtime
    functions = data.aws_lambda_functions.all.function_names
    queue     = data.aws_sqs_queue.work.tags
    topic     = data.aws_sns_topic.alerts.tags
    group     = data.aws_cloudwatch_log_group.process.tags
    key       = data.aws_kms_key.lake.key_id == data.aws_kms_alias.lake.target_key_id
    secret    = nonsensitive(data.aws_secretsmanager_secret_version.token.secret_string)
    parameter = nonsensitive(data.aws_ssm_parameter.one.value)
    columns   = [for column in data.aws_glue_catalog_table.readings.storage_descriptor[0].columns : column.name]
  }
}
`;

/** In the order in which the provider writes it. */
const policy = JSON.stringify({ Statement: [], Version: "2012-10-17" });
const readStack: StackOptions = {
  more: {
    ...walkedStack.more,
    aws_cloudwatch_log_group: { process: { name: "/aws/lambda/lab-test-process", tags } },
    aws_s3_bucket_policy: { lake: { bucket: "${aws_s3_bucket.lake.id}", policy } },
  },
};

describeTerraform("Terraform with its state on one endpoint", () => {
  const folder = temporaryFolder();
  let command: RunningCommand;
  let environment: NodeJS.ProcessEnv;
  let s3: S3;

  beforeAll(async () => {
    const stack = writeStack(join(folder, "stack"), readStack);
    command = await RunningCommand.start(stack, folder);
    const exported = command.exported();
    environment = { ...inherited(), ...exported };
    s3 = new S3({
      endpoint: exported.AWS_ENDPOINT_URL ?? "",
      region: exported.AWS_REGION ?? "",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    mkdirSync(join(folder, "app"));
    writeFileSync(join(folder, "app", "main.tf"), configuration);
  });
  afterAll(async () => {
    s3?.destroy();
    await command?.stop();
  });

  const terraform = (...args: readonly string[]) =>
    run("terraform", [...args, "-input=false", "-no-color"], { cwd: join(folder, "app"), env: environment });
  const keys = async () => {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: "states/" });
    return Contents.map(({ Key }) => Key);
  };

  it("keeps it in a bucket, and leaves no lock", async () => {
    await terraform("init");
    await terraform("apply", "-auto-approve");
    const { Body } = await s3.getObject({ Bucket, Key: state });
    expect(JSON.parse((await Body?.transformToString()) ?? "{}").resources).toMatchObject([
      { type: "terraform_data" },
    ]);
    expect(await keys()).toEqual([state]);
  });

  it("goes no further while another holds the lock", async () => {
    const lock = { Bucket, Key: `${state}.tflock` };
    const holder = { ID: "1", Operation: "OperationTypeApply", Who: "another@machine", Created: new Date() };
    await s3.putObject({ ...lock, Body: JSON.stringify(holder) });
    await expect(terraform("plan")).rejects.toThrow(/Error acquiring the state lock[\s\S]*another@machine/);
    await s3.deleteObject(lock);
    await terraform("plan");
    expect(await keys()).toEqual([state]);
  });

  it("reads the stack's resources by its data sources", async () => {
    const at = join(folder, "reader");
    mkdirSync(at);
    writeFileSync(join(at, "main.tf"), reading);
    const there = { cwd: at, env: environment };
    await run("terraform", ["init", "-input=false", "-no-color"], there);
    const { stdout } = await run("terraform", ["plan", "-input=false", "-no-color", "-out=plan"], there);
    expect(stdout).not.toMatch(/warning/i);
    const shown = await run("terraform", ["show", "-json", "plan"], there);
    const { planned_values: planned } = JSON.parse(shown.stdout) as {
      planned_values: { outputs: { read: { value: Record<string, unknown> } } };
    };
    expect(planned.outputs.read.value).toMatchObject({
      account: "000000000000",
      policy,
      shards: 1,
      firehose: "arn:aws:firehose:eu-west-1:000000000000:deliverystream/direct",
      runtime: "nodejs22.x",
      functions: ["lab-test-process"],
      queue: tags,
      topic: tags,
      group: tags,
      key: true,
      secret: "s3cret",
      parameter: "1",
      columns: ["sensor_id", "temperature", "timestamp"],
    });
  });
});

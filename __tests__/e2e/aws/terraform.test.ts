import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeStack } from "../../runner/fixtures/stack";
import { inherited } from "../support/project";
import { describeTerraform } from "../support/requirements";
import { RunningCommand } from "./running-command";

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

describeTerraform("Terraform with its state on one endpoint", () => {
  let folder: string;
  let command: RunningCommand;
  let environment: NodeJS.ProcessEnv;
  let s3: S3Client;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "aws-terraform-"));
    const stack = writeStack(join(folder, "stack"));
    command = await RunningCommand.start([
      "--stack",
      stack,
      "--dir",
      join(folder, ".local"),
      "--aws-port",
      "0",
    ]);
    const exported = command.exported();
    environment = { ...inherited(), ...exported };
    s3 = new S3Client({
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
    rmSync(folder, { recursive: true, force: true });
  });

  const terraform = (...args: readonly string[]) =>
    run("terraform", [...args, "-input=false", "-no-color"], { cwd: join(folder, "app"), env: environment });
  const keys = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "states/" }));
    return Contents.map(({ Key }) => Key);
  };

  it("keeps it in a bucket, and leaves no lock", async () => {
    await terraform("init");
    await terraform("apply", "-auto-approve");
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: state }));
    expect(JSON.parse((await Body?.transformToString()) ?? "{}").resources).toMatchObject([
      { type: "terraform_data" },
    ]);
    expect(await keys()).toEqual([state]);
  });

  it("goes no further while another holds the lock", async () => {
    const lock = { Bucket, Key: `${state}.tflock` };
    const holder = { ID: "1", Operation: "OperationTypeApply", Who: "another@machine", Created: new Date() };
    await s3.send(new PutObjectCommand({ ...lock, Body: JSON.stringify(holder) }));
    await expect(terraform("plan")).rejects.toThrow(/Error acquiring the state lock[\s\S]*another@machine/);
    await s3.send(new DeleteObjectCommand(lock));
    await terraform("plan");
    expect(await keys()).toEqual([state]);
  });
});

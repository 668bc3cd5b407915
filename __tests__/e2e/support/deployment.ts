import type { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect } from "vitest";
import { type AwsClients, awsClients } from "./aws";
import { type Moto, startMoto } from "./moto";
import { Project, type Run } from "./project";
import { preparedTerraform } from "./requirements";

interface Deployment {
  moto: Moto;
  project: Project;
  aws: AwsClients;
}

/**
 * A moto server and a copy of the project to deploy to it, which the suite that calls this has before its tests.
 *
 * @param env Environment of the project's commands, beside what sends them to the server.
 */
export function deployment(
  prepare?: (on: Deployment) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Deployment {
  const on = {} as Deployment;
  beforeAll(async () => {
    on.moto = await startMoto();
    const terraform = preparedTerraform();
    if (typeof terraform === "string") throw new Error(terraform);
    on.project = await Project.create({ ...on.moto.env, ...env }, terraform.providerProgram);
    on.aws = awsClients(on.moto.endpoint);
    await prepare?.(on);
  });
  afterAll(async () => {
    await on.project?.remove();
    await on.moto?.kill();
  });
  return on;
}

/** The output of a run, which must succeed. */
export async function succeeded(run: Promise<Run>): Promise<string> {
  const { code, output } = await run;
  expect(code, output).toBe(0);
  return output;
}

/** Synthesizes and initializes a project without the cdktf command, which takes the CPU of three plans by itself. */
export async function initialized(project: Project): Promise<void> {
  await succeeded(project.synthesize());
  await succeeded(project.terraform(["init", "-input=false"]));
}

/** Deploys a project without the cdktf command. */
export async function deployed(project: Project): Promise<void> {
  await initialized(project);
  await succeeded(project.terraform(["apply", "-auto-approve", "-input=false"]));
}

/** Names of what the settings of the repository's `cdktf.json` deploy to moto's account. */
export const names = {
  stream: "sensor-lake-dev-readings",
  bucket: "sensor-lake-dev-123456789012-us-east-1",
  database: "sensor_lake_dev",
  workgroup: "sensor-lake-dev",
  deliveryStream: "sensor-lake-dev-delivery",
  function: "sensor-lake-dev-process-readings",
  rollup: "sensor-lake-dev-sensor-hourly",
  topic: "sensor-lake-dev-alarms",
  dashboard: "sensor-lake-dev-us-east-1",
} as const;

/** What Terraform warned of, but for its note that a provider from a mirror was locked for one platform only. */
export function warnings(output: string): string[] {
  const found = output.match(/Warning: .*|Deprecat.*/g) ?? [];
  return found.filter((line) => line !== "Warning: Incomplete lock file information for providers");
}

/** The server is plain HTTP, which the bucket's policy refuses: it steps aside for the moment. */
export async function putObject(s3: S3, key: string): Promise<void> {
  const Bucket = names.bucket;
  const { Policy } = await s3.getBucketPolicy({ Bucket });
  await s3.deleteBucketPolicy({ Bucket });
  await s3.putObject({ Bucket, Key: key, Body: "{}" });
  await s3.putBucketPolicy({ Bucket, Policy });
}

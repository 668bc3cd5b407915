import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { deployment, initialized, succeeded } from "./support/deployment";
import { describeDeployment } from "./support/requirements";

const Bucket = "sensor-lake-states";
const state = "sensor-lake/dev/us-east-1/terraform.tfstate";
const lock = `${state}.tflock`;

describeDeployment("a deployment whose state is kept in a bucket", () => {
  const on = deployment(async ({ aws, project }) => {
    await aws.s3.createBucket({ Bucket });
    await aws.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await project.configure({ stateBucket: Bucket, stateRegion: "us-east-1" });
    await initialized(project);
  });

  it("holds a lock in the bucket while it plans, and lets go of it", async () => {
    const locked = on.moto.nextCall(new RegExp(`^PUT /${Bucket}/${lock}`));
    const unlocked = on.moto.nextCall(new RegExp(`^DELETE /${Bucket}/${lock}`));
    await succeeded(on.project.terraform(["plan", "-input=false"]));
    await Promise.all([locked, unlocked]);
    const { Contents = [] } = await on.aws.s3.listObjectsV2({ Bucket });
    expect(Contents.map(({ Key }) => Key)).not.toContain(lock);
  });

  it("keeps the state in the bucket and nothing on the machine", async () => {
    const [topic] = Object.keys(JSON.parse(await on.project.synthesized()).resource.aws_sns_topic);
    const target = `-target=aws_sns_topic.${topic}`;
    await succeeded(on.project.terraform(["apply", "-auto-approve", target]));
    const { Body, ServerSideEncryption } = await on.aws.s3.getObject({ Bucket, Key: state });
    const { resources } = JSON.parse((await Body?.transformToString()) ?? "{}");
    expect(resources).toContainEqual(expect.objectContaining({ type: "aws_sns_topic", name: topic }));
    expect(ServerSideEncryption).toBe("AES256");
    expect(
      existsSync(join(on.project.folder, "terraform.sensor-lake.sensor-lake.dev.us-east-1.tfstate")),
    ).toBe(false);
  });

  it("refuses to go on while another holds the lock, and says who", async () => {
    const holder = { ID: "1", Operation: "OperationTypeApply", Who: "another@machine", Created: new Date() };
    await on.aws.s3.putObject({ Bucket, Key: lock, Body: JSON.stringify(holder) });
    const { code, output } = await on.project.terraform(["plan", "-input=false"]);
    expect(code).not.toBe(0);
    expect(output).toContain("Error acquiring the state lock");
    expect(output).toContain("another@machine");
    await on.aws.s3.deleteObject({ Bucket, Key: lock });
  });
});

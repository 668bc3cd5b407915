import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AwsClients, awsClients } from "./support/aws";
import { type Moto, startMoto } from "./support/moto";
import { Project } from "./support/project";
import { describeDeployment } from "./support/requirements";

const Bucket = "sensor-lake-states";
const state = "sensor-lake/dev/us-east-1/terraform.tfstate";
const lock = `${state}.tflock`;

describeDeployment("a deployment whose state is kept in a bucket", () => {
  let moto: Moto;
  let project: Project;
  let aws: AwsClients;

  beforeAll(async () => {
    moto = await startMoto();
    project = await Project.create(moto.env);
    aws = awsClients(moto.endpoint);
    await aws.s3.createBucket({ Bucket });
    await aws.s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await project.configure({ stateBucket: Bucket, stateRegion: "us-east-1" });
  });

  afterAll(async () => {
    await project?.remove();
    await moto?.kill();
  });

  it("holds a lock in the bucket while it plans, and lets go of it", async () => {
    const locked = moto.nextCall(new RegExp(`^PUT /${Bucket}/${lock}`));
    const unlocked = moto.nextCall(new RegExp(`^DELETE /${Bucket}/${lock}`));
    const { code, output } = await project.cdktf(["plan"]);
    expect(code, output).toBe(0);
    await Promise.all([locked, unlocked]);
    const { Contents = [] } = await aws.s3.listObjectsV2({ Bucket });
    expect(Contents.map(({ Key }) => Key)).not.toContain(lock);
  });

  it("keeps the state in the bucket and nothing on the machine", async () => {
    const [topic] = Object.keys(JSON.parse(await project.synthesized()).resource.aws_sns_topic);
    const target = `-target=aws_sns_topic.${topic}`;
    const { code, output } = await project.terraform(["apply", "-auto-approve", target]);
    expect(code, output).toBe(0);
    const { Body, ServerSideEncryption } = await aws.s3.getObject({ Bucket, Key: state });
    const { resources } = JSON.parse((await Body?.transformToString()) ?? "{}");
    expect(resources).toContainEqual(expect.objectContaining({ type: "aws_sns_topic", name: topic }));
    expect(ServerSideEncryption).toBe("AES256");
    expect(existsSync(join(project.folder, "terraform.sensor-lake.sensor-lake.dev.us-east-1.tfstate"))).toBe(
      false,
    );
  });

  it("refuses to go on while another holds the lock, and says who", async () => {
    const holder = { ID: "1", Operation: "OperationTypeApply", Who: "another@machine", Created: new Date() };
    await aws.s3.putObject({ Bucket, Key: lock, Body: JSON.stringify(holder) });
    const { code, output } = await project.terraform(["plan", "-input=false"]);
    expect(code).not.toBe(0);
    expect(output).toContain("Error acquiring the state lock");
    expect(output).toContain("another@machine");
    await aws.s3.deleteObject({ Bucket, Key: lock });
  });
});

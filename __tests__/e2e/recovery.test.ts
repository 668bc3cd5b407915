import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AwsClients, awsClients, everythingOf } from "./support/aws";
import { names, putObject } from "./support/deployment";
import { type Moto, startMoto } from "./support/moto";
import { plannedChanges } from "./support/plan";
import { Project, type Run } from "./support/project";
import { describeDeployment } from "./support/requirements";

const stranger = "arn:aws:iam::999999999999:role/stranger";

/** Fewer attempts than the provider's 25, so that a server that is gone is noticed at once. */
const impatient = { AWS_MAX_ATTEMPTS: "2" };

/** Waits for an event of a run; a run that ends without it fails with what it said. */
async function before(run: Promise<Run>, event: Promise<void>): Promise<void> {
  const ended = run.then(({ output }) => {
    throw new Error(`ended too early: ${output}`);
  });
  await Promise.race([event, ended]);
}

describeDeployment("a deployment that fails half-way", () => {
  let moto: Moto;
  let project: Project;
  let aws: AwsClients;

  beforeAll(async () => {
    moto = await startMoto();
    project = await Project.create(moto.env);
    aws = awsClients(moto.endpoint);
    for (const run of [() => project.cdktf(["synth"]), () => project.terraform(["init", "-input=false"])]) {
      const { code, output } = await run();
      expect(code, output).toBe(0);
    }
  });

  afterAll(async () => {
    await project?.remove();
    await moto?.kill();
  });

  // Terraform itself: what fails and goes on is its own doing, and the cdktf command takes as long again for each run.
  const apply = (): Promise<Run> =>
    project.terraform(["apply", "-auto-approve", "-input=false"], project.stackFolder, impatient);

  async function addressesInState(): Promise<string[]> {
    const file = join(project.folder, "terraform.sensor-lake.sensor-lake.dev.us-east-1.tfstate");
    const { resources } = JSON.parse(await readFile(file, "utf8"));
    return resources.map(({ type, name }: { type: string; name: string }) => `${type}.${name}`);
  }

  it("says that the bucket's name is another account's, and keeps what it has made", async () => {
    const other = awsClients(moto.endpoint, await moto.credentialsOf(stranger));
    await other.s3.createBucket({ Bucket: names.bucket });
    const { code, output } = await apply();
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /Error: creating S3 Bucket \(sensor-lake-dev-123456789012-us-east-1\): .*BucketAlreadyExists/,
    );
    const made = await addressesInState();
    expect(made).toContainEqual(expect.stringMatching(/^aws_kinesis_stream\./));
    expect(made).not.toContainEqual(expect.stringMatching(/^aws_s3_bucket\./));
    await other.s3.deleteBucket({ Bucket: names.bucket });
  });

  it("says that the server does not answer, when it dies while the next apply goes on from there", async () => {
    const lifecycle = moto.nextCall(/^PUT \S+\?lifecycle/);
    const applying = apply();
    await before(applying, lifecycle);
    await moto.kill();
    const { code, output } = await applying;
    expect(code).not.toBe(0);
    expect(output).toMatch(/Error: .*(connection refused|EOF|connection reset)/);
    expect(await addressesInState()).toContainEqual(expect.stringMatching(/^aws_s3_bucket\./));
  });

  it("makes anew what the state has and AWS has not; killed meanwhile, it names what it does not know of", async () => {
    moto = await startMoto({ port: moto.port });
    // Some ten seconds after the stream was asked for: nothing is under way but what AWS takes long for.
    const waiting = moto.nextCall(/CreateStream$/).then(() => moto.nextCall(/DescribeStreamSummary$/));
    const applying = apply();
    await before(applying, waiting);
    project.kill();
    expect((await applying).code).not.toBe(0);
    expect(await everythingOf("sensor-lake", aws)).toContain(names.stream);

    const { code, output } = await apply();
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /Error: creating Kinesis Stream \(sensor-lake-dev-readings\): .*ResourceInUseException/,
    );
  });

  it("completes the stack once that was imported, and then has nothing more to create", async () => {
    const [address = ""] = Object.keys(JSON.parse(await project.synthesized()).resource.aws_kinesis_stream);
    const imported = await project.terraform(["import", `aws_kinesis_stream.${address}`, names.stream]);
    expect(imported.code, imported.output).toBe(0);
    const { code, output } = await apply();
    expect(code, output).toBe(0);
    const { code: planned, output: plan } = await project.terraform(["plan", "-input=false", "-out=plan"]);
    expect(planned, plan).toBe(0);
    const actions = (await plannedChanges(project)).flatMap((change) => change.actions);
    expect(actions.filter((action) => action !== "update")).toEqual([]);
  });

  it("is destroyed to nothing, with the lake's objects, where force destroy is on", async () => {
    await putObject(aws.s3, "raw/sensor_data/dt=2026-01-01/a.gz");
    const { code, output } = await project.npmRun("destroy", "--auto-approve");
    expect(code, output).toBe(0);
    expect(output).toContain(
      "destroy: force destroy is on. The lake's bucket is deleted with every reading in it",
    );
    expect(await everythingOf("sensor-lake", aws)).toEqual([]);
  });
});

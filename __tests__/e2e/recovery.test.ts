import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { awsClients, everythingOf } from "./support/aws";
import { deployment, initialized, names, putObject, succeeded } from "./support/deployment";
import { startMoto } from "./support/moto";
import { plannedChanges } from "./support/plan";
import type { Run } from "./support/project";
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
  const on = deployment(({ project }) => initialized(project), impatient);

  // Terraform itself: what fails and goes on is its own doing.
  const apply = (): Promise<Run> => on.project.terraform(["apply", "-auto-approve", "-input=false"]);

  async function addressesInState(): Promise<string[]> {
    const file = join(on.project.folder, "terraform.sensor-lake.sensor-lake.dev.us-east-1.tfstate");
    const { resources } = JSON.parse(await readFile(file, "utf8"));
    return resources.map(({ type, name }: { type: string; name: string }) => `${type}.${name}`);
  }

  it("says that the bucket's name is another account's, and keeps what it has made", async () => {
    const other = awsClients(on.moto.endpoint, await on.moto.credentialsOf(stranger));
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
    const lifecycle = on.moto.nextCall(/^PUT \S+\?lifecycle/);
    const applying = apply();
    await before(applying, lifecycle);
    await on.moto.kill();
    const { code, output } = await applying;
    expect(code).not.toBe(0);
    expect(output).toMatch(/Error: .*(connection refused|EOF|connection reset)/);
    expect(await addressesInState()).toContainEqual(expect.stringMatching(/^aws_s3_bucket\./));
  });

  it("makes anew what the state has and AWS has not; killed meanwhile, it names what it does not know of", async () => {
    on.moto = await startMoto({ port: on.moto.port });
    // Some ten seconds after the stream was asked for: nothing is under way but what AWS takes long for.
    const waiting = on.moto.nextCall(/CreateStream$/).then(() => on.moto.nextCall(/DescribeStreamSummary$/));
    const applying = apply();
    await before(applying, waiting);
    await on.project.kill();
    expect((await applying).code).not.toBe(0);
    expect(await everythingOf("sensor-lake", on.aws)).toContain(names.stream);

    const { code, output } = await apply();
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /Error: creating Kinesis Stream \(sensor-lake-dev-readings\): .*ResourceInUseException/,
    );
  });

  it("completes the stack once that was imported, and then has nothing more to create", async () => {
    const [address = ""] = Object.keys(
      JSON.parse(await on.project.synthesized()).resource.aws_kinesis_stream,
    );
    await succeeded(on.project.terraform(["import", `aws_kinesis_stream.${address}`, names.stream]));
    await succeeded(apply());
    await succeeded(on.project.terraform(["plan", "-input=false", "-out=plan"]));
    const actions = (await plannedChanges(on.project)).flatMap((change) => change.actions);
    expect(actions.filter((action) => action !== "update")).toEqual([]);
  });

  it("is destroyed to nothing, with the lake's objects, where force destroy is on", async () => {
    await putObject(on.aws.s3, "raw/sensor_data/dt=2026-01-01/a.gz");
    const output = await succeeded(on.project.npmRun("destroy", ["--auto-approve"]));
    expect(output).toContain(
      "destroy: force destroy is on. The lake's bucket is deleted with every reading in it",
    );
    expect(await everythingOf("sensor-lake", on.aws)).toEqual([]);
  });
});

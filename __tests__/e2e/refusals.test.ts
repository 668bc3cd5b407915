import { expect, it } from "vitest";
import { everythingOf } from "./support/aws";
import { deployment, initialized } from "./support/deployment";
import type { Run } from "./support/project";
import { describeDeployment } from "./support/requirements";

describeDeployment("a deployment that AWS or its provider refuses", () => {
  const on = deployment();

  async function applied(): Promise<Run> {
    await initialized(on.project);
    return on.project.terraform(["apply", "-auto-approve", "-input=false"]);
  }

  it("says that the credentials are wrong, before anything is made", async () => {
    await on.moto.authenticate(true);
    const { code, output } = await applied();
    await on.moto.authenticate(false);
    expect(code).not.toBe(0);
    expect(output).toMatch(/Error: .*validating provider credentials: .*GetCallerIdentity.* 403/);
    expect(await everythingOf("sensor-lake", on.aws)).toEqual([]);
  });

  it("says that there is no such region, before anything is made", async () => {
    await on.project.configure({ region: "us-moon-1" });
    const { code, output } = await applied();
    expect(code).not.toBe(0);
    expect(output).toContain("Error: invalid AWS Region: us-moon-1");
    expect(await everythingOf("sensor-lake", on.aws)).toEqual([]);
  });

  it("says which setting is wrong, without asking AWS or Terraform", async () => {
    await on.project.configure({ region: "us-east-1", shardCount: 0 });
    const { code, output } = await on.project.cdktf(["apply", "--auto-approve"]);
    expect(code).not.toBe(0);
    expect(output).toContain(
      "cdktf.json: context.pipeline.shardCount is 0: must be a whole number of shards from 1 to 500",
    );
    expect(output).not.toContain("    at ");
  });
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { deployment, initialized, succeeded } from "./support/deployment";
import { plannedValues } from "./support/plan";
import { describeDeployment } from "./support/requirements";

describeDeployment("the HCL for review", () => {
  let folder: string;

  const on = deployment(async ({ project }) => {
    folder = join(project.folder, "hcl.out/stacks/sensor-lake");
    await succeeded(project.npmRun("hcl"));
  });

  const terraform = (...args: string[]): Promise<string> => succeeded(on.project.terraform(args, folder));

  it("is formatted, and quotes nothing that HCL writes bare", async () => {
    expect(await terraform("fmt", "-check", "-diff")).toBe("");
    const hcl = await readFile(join(folder, "cdk.tf"), "utf8");
    expect(hcl).toMatch(/depends_on = \[\n {4}aws_/);
    expect(hcl).not.toMatch(/depends_on = \[\s*"/);
    expect(hcl).not.toMatch(/= "\$\{[^"]*\}"$/m);
  });

  it("stands alone: it is valid, and warns of nothing", async () => {
    await terraform("init", "-input=false");
    const { valid, diagnostics } = JSON.parse(await terraform("validate", "-json"));
    expect({ valid, diagnostics }).toEqual({ valid: true, diagnostics: [] });
  });

  it("plans what the JSON plans, which it does not disturb", async () => {
    await terraform("plan", "-input=false", "-out=plan");
    await initialized(on.project);
    await succeeded(on.project.terraform(["plan", "-input=false", "-out=plan"]));
    const planned = await plannedValues(on.project);
    expect(Object.keys(planned).length).toBeGreaterThan(60);
    expect(await plannedValues(on.project, folder)).toEqual(planned);
  });
});

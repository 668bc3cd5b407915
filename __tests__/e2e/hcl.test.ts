import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Moto, startMoto } from "./support/moto";
import { plannedValues } from "./support/plan";
import { Project } from "./support/project";
import { describeDeployment } from "./support/requirements";

describeDeployment("the HCL for review", () => {
  let moto: Moto;
  let project: Project;
  let folder: string;

  beforeAll(async () => {
    moto = await startMoto();
    project = await Project.create(moto.env);
    folder = join(project.folder, "hcl.out/stacks/sensor-lake");
    const { code, output } = await project.npmRun("hcl");
    expect(code, output).toBe(0);
  });

  afterAll(async () => {
    await project?.remove();
    await moto?.kill();
  });

  const terraform = async (...args: string[]): Promise<string> => {
    const { code, output } = await project.terraform(args, folder);
    expect(code, output).toBe(0);
    return output;
  };

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
    const { code, output } = await project.cdktf(["plan"]);
    expect(code, output).toBe(0);
    const planned = await plannedValues(project);
    expect(Object.keys(planned).length).toBeGreaterThan(60);
    expect(await plannedValues(project, folder)).toEqual(planned);
  });
});

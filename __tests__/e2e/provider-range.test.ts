import { join } from "node:path";
import { App, TerraformElement } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PipelineStack } from "../../stacks/pipeline-stack";
import { parseSettings } from "../../stacks/settings";
import { temporaryFolder } from "../support/folders";
import { handlerEntry } from "../support/synthesize";
import { Terraform } from "../support/terraform/terraform";

/** Arguments that Terraform itself gives every block; `//` holds CDKTF's notes. */
const metaArguments = ["//", "depends_on", "lifecycle", "provider"];

type Blocks = Record<string, Record<string, Record<string, object>>>;

const everyOption = {
  customerManagedKey: true,
  enhancedFanOut: true,
  alarmEmails: ["a@example.com"],
  monthlyBudgetDollars: 10,
  forceDestroy: true,
};

let terraform: Terraform | string;
beforeAll(() => {
  terraform = Terraform.prepare("5.100.0");
});
afterAll(async () => {
  if (typeof terraform !== "string") await terraform?.end();
});

describe.each([
  ["with default settings", {}],
  ["with every option", everyOption],
  ["on demand", { streamMode: "ON_DEMAND" }],
])("the stack %s", (_, settings) => {
  const outdir = temporaryFolder();
  let stack: PipelineStack;

  beforeAll(() => {
    const app = new App({ outdir, stackTraces: false, context: { allowDataDestruction: true } });
    stack = new PipelineStack(app, "sensor-lake", { settings: parseSettings(settings), handlerEntry });
    app.synth();
  });

  it("has nothing that version 5.100.0 of the provider lacks, the oldest that it takes", async ({ skip }) => {
    if (typeof terraform === "string") return skip(terraform);
    expect(await terraform.validate(join(outdir, "stacks/sensor-lake"))).toEqual([]);
  });

  it("has nothing beside what the bindings have, which are made from version 6", () => {
    const elements = stack.node.findAll().filter((each) => TerraformElement.isTerraformElement(each));
    let checked = 0;
    for (const element of elements) {
      const { resource, data } = element.toTerraform() as { resource?: Blocks; data?: Blocks };
      const blocks = Object.values(resource ?? data ?? {}).flatMap((byName) => Object.values(byName));
      for (const block of blocks) {
        const { terraformGeneratorMetadata, synthesizeAttributes } = element as unknown as Binding;
        expect(terraformGeneratorMetadata.providerVersion).toMatch(/^6\./);
        const known = Object.keys(synthesizeAttributes.call(element));
        const given = Object.keys(block).filter((name) => !metaArguments.includes(name));
        expect(known, element.node.path).toEqual(expect.arrayContaining(given));
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(60);
  });
});

/** What every resource and data source of the bindings has. */
interface Binding {
  readonly terraformGeneratorMetadata: { readonly providerVersion: string };
  synthesizeAttributes(): Record<string, unknown>;
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOfStack } from "../../terraform/files";
import { temporaryFolder } from "../support/folders";

const stack = { functions: [] };

describe("the files of a stack that nobody names", () => {
  it("are those of cdktf.out where there is no app", () => {
    const folder = temporaryFolder();
    const synthesized = join(folder, "cdktf.out", "stacks", "lab");
    mkdirSync(synthesized, { recursive: true });
    writeFileSync(join(synthesized, "cdk.tf.json"), "{}");
    const stacks = {
      lab: { name: "lab", synthesizedStackPath: "stacks/lab/cdk.tf.json", workingDirectory: "stacks/lab" },
    };
    writeFileSync(join(folder, "cdktf.out", "manifest.json"), JSON.stringify({ version: "0.21.0", stacks }));
    expect([...filesOfStack({ folder }, stack).keys()]).toEqual([join(synthesized, "cdk.tf.json")]);
  });

  it("are the folder's own Terraform files where there is neither", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.tf.json"), "{}");
    writeFileSync(join(folder, "notes.txt"), "");
    expect([...filesOfStack({ folder }, stack).keys()]).toEqual([join(folder, "main.tf.json")]);
  });

  it("are the app's sources where there is one", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app: "node app.cjs" }));
    writeFileSync(join(folder, "app.cjs"), "");
    expect([...filesOfStack({ folder }, stack).keys()].toSorted()).toEqual([
      join(folder, "app.cjs"),
      join(folder, "cdktf.json"),
    ]);
  });
});

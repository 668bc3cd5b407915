import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tidyHcl } from "./tidy-hcl";

const output = "hcl.out";

// A folder of its own: `cdk.tf` beside `cdk.tf.json` would define everything twice for the next plan.
rmSync(output, { recursive: true, force: true });
const { status } = spawnSync("cdktf", ["synth", "--hcl", "--output", output], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

for (const stack of readdirSync(join(output, "stacks"))) {
  const file = join(output, "stacks", stack, "cdk.tf");
  writeFileSync(file, tidyHcl(readFileSync(file, "utf8")));
  console.log(`Wrote ${file}`);
}

const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
const format = spawnSync(terraform, ["fmt", "-recursive", "-list=false", output], { stdio: "inherit" });
if (format.status !== 0)
  console.error(`npm run hcl: ${terraform} fmt did not run: the files are not formatted`);

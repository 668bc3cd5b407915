import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { tidyHcl } from "./tidy-hcl";

const output = "hcl.out";

/**
 * Writes the stack as HCL.
 *
 * @returns The exit code: that of cdktf when it fails.
 */
export function writeHcl({ stdout, stderr, env }: Io): number {
  // A folder of its own: `cdk.tf` beside `cdk.tf.json` would define everything twice for the next plan.
  rmSync(output, { recursive: true, force: true });
  const { status } = spawnSync("cdktf", ["synth", "--hcl", "--output", output], { stdio: "inherit" });
  if (status !== 0) return status ?? 1;
  for (const stack of readdirSync(join(output, "stacks"))) {
    const file = join(output, "stacks", stack, "cdk.tf");
    writeFileSync(file, tidyHcl(readFileSync(file, "utf8")));
    stdout.write(`Wrote ${file}\n`);
  }
  const terraform = env.TERRAFORM_BINARY_NAME ?? "terraform";
  const format = spawnSync(terraform, ["fmt", "-recursive", "-list=false", output], { stdio: "inherit" });
  if (format.status !== 0)
    stderr.write(`hcl: ${terraform} fmt did not run, so that the files are not formatted\n`);
  return 0;
}

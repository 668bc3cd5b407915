import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { cdktf } from "../cdktf";
import { tidyHcl } from "./tidy-hcl";

const output = "hcl.out";

/**
 * Writes the stack as HCL.
 *
 * @returns The exit code, which is that of cdktf if cdktf fails.
 */
export function writeHcl({ stdout, stderr, env }: Io): number {
  // HCL has its own folder: with `cdk.tf` beside `cdk.tf.json`, the next plan would find everything defined twice.
  rmSync(output, { recursive: true, force: true });
  const code = cdktf(["synth", "--hcl", "--output", output]);
  if (code !== 0) return code;
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

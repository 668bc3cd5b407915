import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterwards, beforehand, keepsData, keptBuckets } from "./kept-data";

const stacks = "cdktf.out/stacks";

/** `cdktf destroy`, which says what becomes of the data: before, and at the end where that is why it failed. */
function main(args: readonly string[]): number {
  const synth = spawnSync("cdktf", ["synth"], { stdio: ["inherit", "ignore", "inherit"] });
  if (synth.status !== 0) return synth.status ?? 1;
  const folders = readdirSync(stacks).map((stack) => join(stacks, stack));
  if (folders.some((folder) => keepsData(read(join(folder, "cdk.tf.json"))))) say(beforehand);
  const destroy = spawnSync("cdktf", ["destroy", "--skip-synth", ...args], { stdio: "inherit" });
  if (destroy.status === 0) return 0;
  for (const folder of folders) for (const bucket of keptBuckets(stateOf(folder))) say(afterwards(bucket));
  return destroy.status ?? 1;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Terraform's state, wherever it is kept; an empty one where there is none or it can't be read. */
function stateOf(folder: string): unknown {
  const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const { status, stdout } = spawnSync(terraform, [`-chdir=${folder}`, "show", "-json"], {
    encoding: "utf8",
  });
  return status === 0 ? JSON.parse(stdout) : {};
}

function say(text: string): void {
  console.error(`npm run destroy: ${text}`);
}

process.exitCode = main(process.argv.slice(2));

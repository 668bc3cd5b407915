import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { readStack } from "@streaming-data-lake/terraform";
import { afterwards, beforehand, keepsData, keptBuckets } from "./kept-data";

const stacks = "cdktf.out/stacks";

/**
 * Runs `cdktf destroy` and says what becomes of the data: before, and at the end where that is why it failed.
 *
 * @param args Flags of `cdktf destroy`.
 * @returns The exit code: that of cdktf.
 */
export function destroy(args: readonly string[], { stderr, env }: Io): number {
  const say = (text: string) => stderr.write(`destroy: ${text}\n`);
  const synth = spawnSync("cdktf", ["synth"], { stdio: ["inherit", "ignore", "inherit"] });
  if (synth.status !== 0) return synth.status ?? 1;
  const folders = readdirSync(stacks).map((stack) => join(stacks, stack));
  if (folders.some((folder) => keepsData(readStack(folder)))) say(beforehand);
  const destroyed = spawnSync("cdktf", ["destroy", "--skip-synth", ...args], { stdio: "inherit" });
  if (destroyed.status === 0) return 0;
  const terraform = env.TERRAFORM_BINARY_NAME ?? "terraform";
  for (const folder of folders)
    for (const bucket of keptBuckets(stateOf(terraform, folder))) say(afterwards(bucket));
  return destroyed.status ?? 1;
}

/** Terraform's state, wherever it is kept; an empty one where there is none or it can't be read. */
function stateOf(terraform: string, folder: string): unknown {
  const { status, stdout } = spawnSync(terraform, [`-chdir=${folder}`, "show", "-json"], {
    encoding: "utf8",
  });
  return status === 0 ? JSON.parse(stdout) : {};
}

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "@streaming-data-lake/command";
import { readStack } from "@streaming-data-lake/terraform";
import { cdktf } from "../cdktf";
import {
  afterwards,
  beforehand,
  everything,
  keepsData,
  keptBuckets,
  keysOf,
  losesData,
  scheduledDeletion,
} from "./kept-data";

const stacks = "cdktf.out/stacks";

/**
 * Runs `cdktf destroy`. Says what happens to the data before it starts, and again at the end if the data made it fail.
 *
 * @param args Flags of `cdktf destroy`.
 * @returns The exit code of cdktf.
 */
export function destroy(args: readonly string[], { stderr, env }: Io): number {
  const say = (text: string) => stderr.write(`destroy: ${text}\n`);
  const synthesized = cdktf(["synth"], ["inherit", "ignore", "inherit"]);
  if (synthesized !== 0) return synthesized;
  const folders = readdirSync(stacks).map((stack) => join(stacks, stack));
  const read = folders.map((folder) => readStack(folder));
  if (read.some(losesData)) say(everything);
  if (read.some(keepsData)) say(beforehand);
  const terraform = env.TERRAFORM_BINARY_NAME ?? "terraform";
  const stateBefore = folders.map((folder) => stateOf(terraform, folder));
  const destroyed = cdktf(["destroy", "--skip-synth", ...args]);
  const state = folders.map((folder) => stateOf(terraform, folder));
  const left = state.flatMap(keysOf).map(({ id }) => id);
  for (const key of stateBefore.flatMap(keysOf)) if (!left.includes(key.id)) say(scheduledDeletion(key));
  if (destroyed !== 0) for (const bucket of state.flatMap(keptBuckets)) say(afterwards(bucket));
  return destroyed;
}

/** Terraform's state, from whichever backend holds it. An empty state when there is none or it can't be read. */
function stateOf(terraform: string, folder: string): unknown {
  const { status, stdout } = spawnSync(terraform, [`-chdir=${folder}`, "show", "-json"], {
    encoding: "utf8",
  });
  return status === 0 ? JSON.parse(stdout) : {};
}

import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { UserError } from "@streaming-data-lake/command";

/**
 * Runs the command line of CDKTF, which npm's scripts find among the project's packages.
 *
 * @returns The exit code of the command line.
 * @throws UserError when the command line is not installed.
 */
export function cdktf(args: readonly string[], stdio: SpawnSyncOptions["stdio"] = "inherit"): number {
  const { status, error } = spawnSync("cdktf", args, { stdio });
  if (error) throw new UserError(`cdktf can't be started (${error.message}): use npm run, after npm ci`);
  return status ?? 1;
}

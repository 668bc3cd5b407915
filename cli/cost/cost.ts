import type { Io } from "@streaming-data-lake/command";
import { openStack } from "@streaming-data-lake/terraform/open-stack";
import { estimate, fitted } from "./estimate";
import { renderEstimate } from "./report";
import { type Setup, setupOf } from "./setup";
import type { Load } from "./traffic";

/** The options of `npm run cost`. */
export interface CostOptions {
  readonly load: Load;
  readonly day: number;
  readonly changes: Partial<Setup>;
  /** Whether to give the stream as many shards as the load needs. */
  readonly fit: boolean;
  /** Path of a stack; absent for the stack of this project's app. */
  readonly stack?: string;
  readonly json: boolean;
}

/** @returns The exit code. It is 0 even when the stack can't take the load, because that is what was asked. */
export async function showCost(options: CostOptions, { stdout, stderr }: Io): Promise<number> {
  const { load, day, changes, fit, json } = options;
  const opened = await openStack({ path: options.stack, note: (line) => stderr.write(`cost: ${line}\n`) });
  const setup = changed(setupOf(opened), changes);
  const result = estimate(fit ? fitted(setup, load) : setup, load, day);
  stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : renderEstimate(result));
  for (const warning of result.warnings) stderr.write(`Note: ${warning}.\n`);
  return 0;
}

/** Applies the changes. A stream that is changed from on-demand to provisioned has one shard if no number is given. */
function changed(setup: Setup, changes: Partial<Setup>): Setup {
  const result = { ...setup, ...changes };
  return result.streamMode === "PROVISIONED" && result.shardCount === 0
    ? { ...result, shardCount: 1 }
    : result;
}

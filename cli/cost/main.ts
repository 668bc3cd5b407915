import { StackError, synthesize } from "@streaming-data-lake/runner";
import { estimate, fitted } from "./estimate";
import { help, parseOptions, UsageError } from "./options";
import { report } from "./report";
import { readSetup, type Setup } from "./setup";

export interface Streams {
  readonly stdout: Pick<NodeJS.WritableStream, "write">;
  readonly stderr: Pick<NodeJS.WritableStream, "write">;
}

/** @returns the exit code: 0 also when the stack can't take the load, since that was the question. */
export async function main(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  try {
    const options = parseOptions(args);
    if (!options) {
      stdout.write(help);
      return 0;
    }
    const { load, day, changes, fit, json } = options;
    const setup = changed(readSetup(options.stack ?? (await synthesize())), changes);
    const answer = estimate(fit ? fitted(setup, load) : setup, load, day);
    stdout.write(json ? `${JSON.stringify(answer, undefined, 2)}\n` : report(answer));
    for (const warning of answer.warnings) stderr.write(`Note: ${warning}.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof StackError)) throw error;
    stderr.write(`cost: ${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** A stream that is provisioned instead of on demand has one shard, where no number is given. */
function changed(setup: Setup, changes: Partial<Setup>): Setup {
  const result = { ...setup, ...changes };
  return result.streamMode === "PROVISIONED" && result.shardCount === 0
    ? { ...result, shardCount: 1 }
    : result;
}

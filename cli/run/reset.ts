import { createInterface } from "node:readline/promises";
import { planReset } from "@streaming-data-lake/runner/folder/reset";
import { StackError } from "@streaming-data-lake/terraform/errors";

/**
 * Deletes what earlier runs have left in a folder. On a terminal, it asks first.
 *
 * @throws StackError when the folder is not a runner's, a runner is running on it, or the user answers no.
 */
export async function resetFolder(dir: string): Promise<void> {
  const reset = planReset(dir);
  if (!reset) return;
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question(`Delete ${reset.names.join(", ")} in ${reset.dir}? [y/N] `);
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) throw new StackError("nothing was deleted");
  }
  reset.run();
}

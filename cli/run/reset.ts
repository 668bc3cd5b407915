import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { findRunner } from "@streaming-data-lake/runner/runtime-file";
import { StackError } from "@streaming-data-lake/terraform/errors";

/** What a runner keeps in its folder; nothing else there is touched. */
const kept = [
  "checkpoints",
  "dead-letters.ndjson",
  "functions",
  "kinesis",
  "lake",
  "logs",
  "runner.lock",
  "runtime.json",
  "spool",
];

/**
 * Deletes what earlier runs have left in a folder, after asking on a terminal.
 *
 * @throws StackError when a runner works there, or the answer is no.
 */
export async function resetFolder(dir: string): Promise<void> {
  const running = await findRunner(dir);
  if (running)
    throw new StackError(`a runner (pid ${running.pid}) is running on ${dir}: stop it before --reset`);
  const there = kept.filter((name) => existsSync(join(dir, name)));
  if (there.length === 0) return;
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question(
      `Delete the lake, the stream and all else that ${dir} holds? [y/N] `,
    );
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) throw new StackError("nothing was deleted");
  }
  for (const name of there) rmSync(join(dir, name), { recursive: true, force: true });
}

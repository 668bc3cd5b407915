import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "@streaming-data-lake/command";
import { findRunner, isRunning, type RuntimeFile } from "@streaming-data-lake/runner/runtime-file";
import { existingFolder } from "./folder";

/** The runner that is running on a folder. @throws UserError when none is running. */
export async function runningIn(dir: string): Promise<RuntimeFile> {
  const folder = existingFolder(dir);
  const runtime = await findRunner(folder);
  if (typeof runtime?.pid !== "number" || !URL.canParse(String(runtime.status)))
    throw new UserError(`no runner is running on ${folder}: start one first, with npm run local or npx lake`);
  return runtime;
}

/**
 * Awaits a runner's answer to a request.
 *
 * @param trouble What the error message says about a runner that is running but fails to answer.
 * @throws UserError when the runner has ended meanwhile, or fails to answer.
 */
export async function answerOf<T>(
  runner: RuntimeFile,
  question: Promise<T>,
  trouble = "does not answer",
): Promise<T> {
  return question.catch(async (error: Error) => {
    if (await isGone(runner, error)) throw new UserError(`the runner (pid ${runner.pid}) has ended`);
    throw new UserError(`the runner (pid ${runner.pid}) ${trouble}: ${error.message}`);
  });
}

/** Whether an error is due to the runner's end. Its connections break a moment before its process has exited. */
async function isGone(runner: RuntimeFile, error: NodeJS.ErrnoException): Promise<boolean> {
  for (let tries = error.code === undefined ? 1 : 20; tries > 0; tries--) {
    if (!isRunning(runner)) return true;
    if (tries > 1) await delay(100);
  }
  return false;
}

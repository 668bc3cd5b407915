import { UserError } from "@streaming-data-lake/command";
import { isAlive } from "@streaming-data-lake/runner/folder/process-start";
import { findRunner, type RuntimeFile } from "@streaming-data-lake/runner/runtime-file";
import { existingFolder } from "./folder";

/** The runner that is running on a folder. @throws UserError when there is none. */
export async function runningIn(dir: string): Promise<RuntimeFile> {
  const folder = existingFolder(dir);
  const runtime = await findRunner(folder);
  if (typeof runtime?.pid !== "number" || !URL.canParse(String(runtime.status)))
    throw new UserError(`no runner is running on ${folder}`);
  return runtime;
}

/**
 * What a runner answers to a question.
 *
 * @param trouble What to say of a runner that is there and does not answer as it should, such as `does not answer`.
 * @throws UserError when it has ended meanwhile, or does not answer as it should.
 */
export async function answerOf<T>(
  { pid, started = "" }: RuntimeFile,
  question: Promise<T>,
  trouble = "does not answer",
): Promise<T> {
  return question.catch(({ message }: Error) => {
    throw new UserError(
      isAlive({ pid, started })
        ? `the runner (pid ${pid}) ${trouble}: ${message}`
        : `the runner (pid ${pid}) has ended`,
    );
  });
}

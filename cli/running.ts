import { UserError } from "@streaming-data-lake/command";
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

import type { Io } from "@streaming-data-lake/command";
import type { Counters } from "@streaming-data-lake/runner/counters";
import { getJson } from "@streaming-data-lake/runner/runtime-file";
import { existingFolder } from "../folder";
import { renderView } from "../output/view";
import { answerOf, runningIn } from "../running";
import { madeIn, madeLines } from "./catalog";

/**
 * Shows the status of a folder's runner. What statements have created is shown even if no runner is running.
 *
 * @throws UserError when no runner is running on the folder, or it does not answer.
 */
export async function showStatus(
  { dir, json = false }: { readonly dir: string; readonly json?: boolean },
  { stdout }: Io,
): Promise<number> {
  const catalog = await madeIn(existingFolder(dir));
  const runtime = await runningIn(dir).catch((error: unknown) => {
    if (catalog)
      stdout.write(
        `${json ? JSON.stringify({ catalog }, null, 2) : madeLines(catalog).slice(1).join("\n")}\n`,
      );
    throw error;
  });
  const status = await answerOf(runtime, getJson(runtime.status));
  const width = stdout.isTTY ? stdout.columns : undefined;
  stdout.write(
    json
      ? `${JSON.stringify({ ...runtime, ...(status as object), ...(catalog && { catalog }) }, null, 2)}\n`
      : `${[...renderView(status as Counters, Date.now(), width), ...madeLines(catalog)].join("\n")}\n`,
  );
  return 0;
}

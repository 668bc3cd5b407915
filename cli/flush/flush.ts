import type { Io } from "@streaming-data-lake/command";
import type { Counters } from "@streaming-data-lake/runner/counters";
import { plural } from "@streaming-data-lake/runner/format";
import { requestFlush } from "@streaming-data-lake/runner/runtime-file";
import { answerOf, runningIn } from "../running";

/** @throws UserError when no runner is running on the folder, or when the runner can't write its buffers. */
export async function flush({ dir }: { readonly dir: string }, { stdout }: Io): Promise<number> {
  const runtime = await runningIn(dir);
  const { deliveries } = (await answerOf(runtime, requestFlush(runtime.status), "did not flush")) as Counters;
  for (const { name, delivered, rejected, parquetObjects, rawObjects, errorObjects } of deliveries)
    stdout.write(
      `${name}: ${plural(delivered + rejected, "record")} written so far, ` +
        `${plural(parquetObjects + rawObjects, "object")} and ${plural(errorObjects, "error object")}\n`,
    );
  if (deliveries.length === 0) stdout.write("the stack has no delivery stream that is run here\n");
  return 0;
}

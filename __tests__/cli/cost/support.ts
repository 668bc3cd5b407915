import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSetup, type Setup } from "../../../cli/cost/setup";
import { synthesizePipeline } from "../../support/synthesize";
import type { Template } from "../../support/template";

/** Writes a synthesized stack to a folder of its own while it is used. */
export function withStackFile<T>({ document }: Pick<Template, "document">, use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "streaming-data-lake-cost-"));
  try {
    const file = join(folder, "cdk.tf.json");
    writeFileSync(file, JSON.stringify(document));
    return use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the estimate reads of the pipeline's stack with these settings over the defaults. */
export function setupOf(settings: Record<string, unknown> = {}): Setup {
  return withStackFile(synthesizePipeline(settings), readSetup);
}

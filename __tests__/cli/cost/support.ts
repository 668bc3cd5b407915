import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Setup, setupOf as setupOfStack } from "../../../cli/cost/setup";
import { readStack } from "../../../terraform/index";
import { synthesizePipeline } from "../../support/synthesize";
import type { Template } from "../../support/template";

/** Writes a synthesized stack to a folder of its own while it is used. */
export async function withStackFile<T>(
  { document }: Pick<Template, "document">,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const { file, remove } = writeStackFile(document);
  try {
    return await use(file);
  } finally {
    remove();
  }
}

/** What the estimate reads of the pipeline's stack with these settings over the defaults. */
export function setupOf(settings: Record<string, unknown> = {}): Setup {
  const { file, remove } = writeStackFile(synthesizePipeline(settings).document);
  try {
    return setupOfStack(readStack(file));
  } finally {
    remove();
  }
}

function writeStackFile(document: unknown): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "streaming-data-lake-cost-"));
  const file = join(folder, "cdk.tf.json");
  writeFileSync(file, JSON.stringify(document));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Setup, setupOf as setupOfStack } from "../../../cli/cost/setup";
import { readStack } from "../../../terraform/index";
import { temporaryFolder } from "../../support/folders";
import { synthesizePipeline } from "../../support/synthesize";
import type { Template } from "../../support/template";

/** What the estimate reads of the pipeline's stack with these settings over the defaults. */
export function setupOf(settings: Record<string, unknown> = {}): Setup {
  return setupOfStack(readStack(stackFile(synthesizePipeline(settings))));
}

/** Writes a synthesized stack to a folder of its own. */
export function stackFile({ document }: Pick<Template, "document">): string {
  const file = join(temporaryFolder(), "cdk.tf.json");
  writeFileSync(file, JSON.stringify(document));
  return file;
}

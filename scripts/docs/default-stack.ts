import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { PipelineStack } from "../../stacks/pipeline-stack";
import { parseSettings } from "../../stacks/settings";

/** Synthesizes the pipeline with default settings into a temporary folder, which is deleted after `use`. */
export function withDefaultStack<T>(use: (stackFile: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "streaming-data-lake-docs-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const stack = new PipelineStack(app, "sensor-lake", {
      settings: parseSettings({}),
      handlerEntry: join(__dirname, "../../functions/process-readings/index.ts"),
    });
    app.synth();
    return use(join(outdir, "stacks", stack.node.id, "cdk.tf.json"));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

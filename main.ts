import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { InvalidPropsError } from "./constructs/core/problems";
import { PipelineStack } from "./stacks/pipeline-stack";
import { parseSettings, SettingsError } from "./stacks/settings";

/** The context of cdktf.json; under the `cdktf` command it comes in the environment instead. */
function context(): Record<string, unknown> {
  if (process.env.CDKTF_CONTEXT_JSON) return {};
  const text = readFileSync(join(__dirname, "cdktf.json"), "utf8");
  try {
    return JSON.parse(text).context ?? {};
  } catch (error) {
    throw new SettingsError([`cdktf.json is no JSON: ${error instanceof Error ? error.message : error}`]);
  }
}

try {
  // CDKTF makes its output folder, but none above it.
  if (process.env.CDKTF_OUTDIR) mkdirSync(process.env.CDKTF_OUTDIR, { recursive: true });
  // Stack traces would put paths of this machine into the synthesized file.
  const app = new App({ stackTraces: false, context: context() });
  new PipelineStack(app, "sensor-lake", {
    settings: parseSettings(app.node.tryGetContext("pipeline")),
    handlerEntry: join(__dirname, "functions/process-readings/index.ts"),
  });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof InvalidPropsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

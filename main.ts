// Sources are compiled as they are read; the maps of their traces would take a sixth of the synthesis.
process.setSourceMapsEnabled(false);

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { problemsOf } from "./constructs/core/problems";
import { PipelineStack } from "./stacks/pipeline-stack";
import { checkContext, parseSettings, SettingsError } from "./stacks/settings";
import { forgetOtherDeployment, staleState } from "./stacks/state";

const stackId = "sensor-lake";

/** The context of cdktf.json, which the `cdktf` command hands over in the environment. */
function readContext(): Record<string, unknown> {
  if (process.env.CDKTF_CONTEXT_JSON) return JSON.parse(process.env.CDKTF_CONTEXT_JSON);
  const text = readFileSync(join(__dirname, "cdktf.json"), "utf8");
  try {
    return JSON.parse(text).context ?? {};
  } catch (error) {
    throw new SettingsError([
      `cdktf.json is not valid JSON: ${error instanceof Error ? error.message : error}`,
    ]);
  }
}

try {
  // CDKTF makes its output folder, but none above it.
  if (process.env.CDKTF_OUTDIR) mkdirSync(process.env.CDKTF_OUTDIR, { recursive: true });
  // Stack traces would put paths of this machine into the synthesized file.
  const context = readContext();
  checkContext(context);
  const app = new App({ stackTraces: false, context });
  const settings = parseSettings(app.node.tryGetContext("pipeline"));
  const stale = staleState(__dirname, stackId, settings);
  if (stale) throw new SettingsError([stale]);
  new PipelineStack(app, stackId, {
    settings,
    handlerEntry: join(__dirname, "functions/process-readings/index.ts"),
  });
  const problems = problemsOf(app);
  if (problems.length > 0) throw new SettingsError(problems);
  app.synth();
  forgetOtherDeployment(join(app.outdir, "stacks", stackId), stackId, settings);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

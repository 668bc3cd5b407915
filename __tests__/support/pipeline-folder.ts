import { join } from "node:path";
import { App } from "cdktf";
import { PipelineStack } from "../../stacks/pipeline-stack";
import { parseSettings } from "../../stacks/settings";
import "./no-stack-traces";

const readingsHandler = join(__dirname, "../../functions/process-readings/index.ts");

export interface PipelineFolderOptions {
  /** Settings over the defaults. */
  readonly settings?: Record<string, unknown>;
  /** File of the function's handler. @default that of the readings */
  readonly handlerEntry?: string;
}

/** Synthesizes the pipeline into a folder, archives included. @returns the stack's folder. */
export function synthesizeInto(
  outdir: string,
  { settings = {}, handlerEntry = readingsHandler }: PipelineFolderOptions = {},
): string {
  const app = new App({ outdir, stackTraces: false });
  new PipelineStack(app, "sensor-lake", { settings: parseSettings(settings), handlerEntry });
  app.synth();
  return join(outdir, "stacks", "sensor-lake");
}
